import type { GalleryItem, Lineage } from '../../../electron/contract/gallery.ts';

/** Pixels: a picture, and the room between pictures. */
export const cellSize = { picture: 96, across: 168, down: 128, margin: 20 } as const;

type Kind = Lineage['edges'][number]['kind'];

export interface FamilyNode {
  item: GalleryItem;
  generation: number;
  /** How it came from its parent, if it has one here. */
  way: Kind | null;
  x: number;
  y: number;
}

export interface FamilyLayout {
  nodes: FamilyNode[];
  edges: { from: FamilyNode; to: FamilyNode; kind: Kind }[];
  width: number;
  height: number;
}

/**
 * Generations from left to right, each in the order that keeps children near their parents (one pass of the barycentre
 * heuristic of layered graph drawing).
 */
export function layOut({ nodes, edges }: Pick<Lineage, 'nodes' | 'edges'>): FamilyLayout {
  const { across, down, margin, picture } = cellSize;
  const first = Math.min(0, ...nodes.map(({ generation }) => generation));
  const columns = new Map<number, Lineage['nodes']>();
  for (const node of nodes) columns.set(node.generation, [...(columns.get(node.generation) ?? []), node]);
  const placed = new Map<string, FamilyNode>();
  const tallest = Math.max(1, ...[...columns.values()].map((column) => column.length));
  for (const generation of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(generation) ?? [];
    const wishes = new Map(column.map(({ item }) => [item.id, wishedRow(item.id, edges, placed)]));
    const ordered = [...column].sort((a, b) => {
      const difference = (wishes.get(a.item.id) ?? 0) - (wishes.get(b.item.id) ?? 0);
      return difference || (a.item.createdAt < b.item.createdAt ? -1 : 1);
    });
    ordered.forEach(({ item }, row) => {
      const way = edges.find(({ to, kind }) => to === item.id && kind !== 'variation')?.kind;
      placed.set(item.id, {
        item,
        generation,
        way: way ?? edges.find(({ to }) => to === item.id)?.kind ?? null,
        x: margin + (generation - first) * across,
        y: margin + row * down,
      });
    });
  }
  const lines = edges.flatMap(({ from, to, kind }) => {
    const [a, b] = [placed.get(from), placed.get(to)];
    return a && b ? [{ from: a, to: b, kind }] : [];
  });
  const last = Math.max(0, ...nodes.map(({ generation }) => generation));
  return {
    nodes: [...placed.values()],
    edges: lines,
    width: 2 * margin + (last - first) * across + picture,
    height: 2 * margin + (tallest - 1) * down + picture + 24,
  };
}

/** The mean row of the neighbours that are placed already. */
function wishedRow(id: string, edges: Lineage['edges'], placed: ReadonlyMap<string, FamilyNode>): number {
  const rows = edges.flatMap(({ from, to }) => {
    const other = to === id ? placed.get(from) : from === id ? placed.get(to) : undefined;
    return other ? [other.y] : [];
  });
  return rows.length === 0 ? 0 : rows.reduce((sum, y) => sum + y, 0) / rows.length;
}
