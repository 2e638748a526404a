import { pictureKinds, type GalleryItem, type GalleryState } from '../../electron/contract/gallery.ts';
import type { GalleryIndex } from './gallery-index.ts';
import type { Row } from './query-sql.ts';

/** Values a statement names at most; more are asked for in several statements. */
const chunk = 500;

/** The pictures of these ids that are in the index, in the order given. */
export function readItems(index: GalleryIndex, ids: readonly string[]): GalleryItem[] {
  const found = new Map<string, GalleryItem>();
  for (let at = 0; at < ids.length; at += chunk) {
    const some = ids.slice(at, at + chunk);
    const marks = some.map(() => '?').join(', ');
    const boards = new Map<string, string[]>();
    for (const row of index.all(`SELECT id, board FROM boarded WHERE id IN (${marks})`, ...some)) {
      const id = String(row['id']);
      boards.set(id, [...(boards.get(id) ?? []), String(row['board'])]);
    }
    const rows = index.all(`SELECT * FROM pictures WHERE error IS NULL AND id IN (${marks})`, ...some);
    for (const row of rows) {
      const item = itemOf(row, boards.get(String(row['id'])) ?? []);
      found.set(item.id, item);
    }
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** The picture whose file has this hash, if any; the oldest of several. */
export function idOfHash(index: GalleryIndex, sha256: string): string | null {
  const [row] = index.all(
    'SELECT id FROM pictures WHERE sha256 = ? AND error IS NULL ORDER BY created',
    sha256,
  );
  return row ? String(row['id']) : null;
}

export function tagCounts(index: GalleryIndex): GalleryState['tags'] {
  const rows = index.all('SELECT tag, count(*) AS n FROM tagged GROUP BY tag ORDER BY tag COLLATE NOCASE');
  return rows.map((row) => ({ tag: String(row['tag']), count: Number(row['n']) }));
}

export function boardCounts(index: GalleryIndex): Map<string, number> {
  const rows = index.all(
    `SELECT b.board AS board, count(*) AS n FROM boarded b
      JOIN pictures p ON p.id = b.id AND p.error IS NULL GROUP BY b.board`,
  );
  return new Map(rows.map((row) => [String(row['board']), Number(row['n'])]));
}

/** How many pictures were made in each hour, newest first. */
export function hourCounts(index: GalleryIndex): GalleryState['hours'] {
  const rows = index.all(
    `SELECT substr(created, 1, 13) AS hour, count(*) AS n FROM pictures WHERE error IS NULL
      GROUP BY hour ORDER BY hour DESC`,
  );
  return rows.map((row) => ({ hour: `${String(row['hour'])}:00:00.000Z`, count: Number(row['n']) }));
}

function itemOf(row: Row, boards: string[]): GalleryItem {
  const text = (name: string): string => String(row[name] ?? '');
  const kind = pictureKinds.find((name) => name === row['kind']) ?? 'import';
  return {
    id: text('id'),
    kind,
    version: `${text('size')}-${text('modified')}`,
    createdAt: text('created'),
    file: text('file'),
    bytes: Number(row['size']),
    width: Number(row['width']),
    height: Number(row['height']),
    hasTrace: row['traced'] === 1,
    title: text('title'),
    request: row['request'] === null ? null : (JSON.parse(text('request')) as GalleryItem['request']),
    model: text('model'),
    backend: text('backend'),
    sha256: text('sha256'),
    starred: row['starred'] === 1,
    tags: JSON.parse(text('tags')) as string[],
    note: text('note'),
    boards,
  };
}
