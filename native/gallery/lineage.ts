import type { Lineage } from '../../electron/contract/gallery.ts';
import type { GalleryIndex } from './gallery-index.ts';
import { idOfHash, readItems } from './items.ts';

/** Generations looked at in each direction, and pictures shown at most. */
const farthest = 12;
const mostNodes = 120;
const mostVariations = 24;

/** What a picture came from and what came from it, with the variations of its request. */
export function lineageOf(index: GalleryIndex, id: string): Lineage {
  const generations = new Map<string, number>([[id, 0]]);
  const edges = new Map<string, Lineage['edges'][number]>();
  const missing: Lineage['missing'] = [];
  let more = 0;
  const enter = (other: string, generation: number): boolean => {
    if (generations.has(other)) return false;
    if (generations.size >= mostNodes || Math.abs(generation) > farthest) {
      more += 1;
      return false;
    }
    generations.set(other, generation);
    return true;
  };
  const link = (edge: Lineage['edges'][number]): void => {
    if (edge.from !== edge.to) edges.set(`${edge.from} ${edge.to} ${edge.kind}`, edge);
  };

  const up = [id];
  for (let child = up.shift(); child !== undefined; child = up.shift()) {
    for (const { parent, kind, name } of parentsOf(index, child)) {
      if (parent === null) {
        missing.push({ to: child, name, kind });
        continue;
      }
      if (enter(parent, (generations.get(child) ?? 0) - 1)) up.push(parent);
      link({ from: parent, to: child, kind });
    }
  }
  const down = [...generations.keys()];
  for (let parent = down.shift(); parent !== undefined; parent = down.shift()) {
    for (const { child, kind } of childrenOf(index, parent)) {
      if (enter(child, (generations.get(parent) ?? 0) + 1)) down.push(child);
      link({ from: parent, to: child, kind });
    }
  }
  const variations = variationsOf(index, id);
  for (const other of variations.slice(0, mostVariations)) {
    enter(other, 0);
    if (!edges.has(`${other} ${id} branch`)) link({ from: id, to: other, kind: 'variation' });
  }
  more += Math.max(0, variations.length - mostVariations);

  const nodes = readItems(index, [...generations.keys()]).map((item) => ({
    item,
    generation: generations.get(item.id) ?? 0,
  }));
  const present = new Set(nodes.map(({ item }) => item.id));
  const kept = [...edges.values()].filter(({ from, to }) => present.has(from) && present.has(to));
  return { nodes, edges: kept, missing, more };
}

function parentsOf(
  index: GalleryIndex,
  child: string,
): { parent: string | null; kind: 'edit' | 'branch'; name: string }[] {
  const rows = index.all(
    `SELECT kind, sha256, name,
      (SELECT id FROM pictures WHERE id = parents.run AND error IS NULL) AS run FROM parents WHERE child = ?`,
    child,
  );
  return rows.map((row) => {
    const hash = row['sha256'];
    const byHash = typeof hash === 'string' ? idOfHash(index, hash) : null;
    return {
      // The bytes are what an edit really started from; the name only says so.
      parent: byHash ?? (row['run'] === null ? null : String(row['run'])),
      kind: row['kind'] === 'branch' ? 'branch' : 'edit',
      name: String(row['name']),
    };
  });
}

function childrenOf(index: GalleryIndex, parent: string): { child: string; kind: 'edit' | 'branch' }[] {
  const rows = index.all(
    `SELECT child, kind FROM parents WHERE run = ?1
      UNION SELECT child, kind FROM parents
        WHERE sha256 = (SELECT sha256 FROM pictures WHERE id = ?1 AND sha256 <> '')
      ORDER BY child`,
    parent,
  );
  return rows.map((row) => ({
    child: String(row['child']),
    kind: row['kind'] === 'branch' ? 'branch' : 'edit',
  }));
}

/** Pictures of the same request but for the seed, nearest in time first. */
function variationsOf(index: GalleryIndex, id: string): string[] {
  const rows = index.all(
    `SELECT other.id AS id FROM pictures this JOIN pictures other
        ON other.recipe = this.recipe AND other.recipe <> '' AND other.id <> this.id
      WHERE this.id = ? ORDER BY abs(julianday(other.created) - julianday(this.created))`,
    id,
  );
  return rows.map((row) => String(row['id']));
}
