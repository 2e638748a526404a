import type { SQLOutputValue } from 'node:sqlite';
import type { GalleryQuery } from '../../electron/contract/gallery.ts';
import { searchExpression } from './search-text.ts';

type Value = string | number | null;
export type Row = Record<string, SQLOutputValue>;
/** Runs one statement inside a transaction. */
export type Run = (sql: string, ...values: Value[]) => void;

interface Source {
  from: string;
  where: string;
  values: Value[];
}

/** Weights of a match in prompt, answers, note, tags and name. */
const weights = '10.0, 3.0, 5.0, 8.0, 2.0';

/** Where a query looks; null when its words hold nothing to look for. */
export function sourceOf({ view, text }: GalleryQuery): Source | null {
  const from = ['pictures p'];
  const where = ['p.error IS NULL'];
  const values: Value[] = [];
  if (view.kind === 'board') {
    from.push('JOIN boarded b ON b.id = p.id AND b.board = ?');
    values.push(view.board);
  } else if (view.kind === 'tag') {
    from.push('JOIN tagged t ON t.id = p.id AND t.tag = ?');
    values.push(view.tag);
  }
  if (text.trim() !== '') {
    const expression = searchExpression(text);
    if (expression === null) return null;
    from.push('JOIN search ON search.rowid = p.rowid');
    where.push('search MATCH ?');
    values.push(expression);
  }
  if (view.kind === 'starred') where.push('p.starred = 1');
  if (view.kind === 'edits') where.push("p.kind = 'edit'");
  if (view.kind === 'imported') where.push("p.kind = 'import'");
  if (view.kind === 'day') {
    where.push('p.created >= ? AND p.created < ?');
    values.push(view.from, view.to);
  }
  return { from: from.join(' '), where: where.join(' AND '), values };
}

/** The order of a query's results. */
export function orderOf({ view, text, sort }: GalleryQuery): string {
  const hasWords = text.trim() !== '';
  const byTime = sort === 'oldest' ? 'p.created, p.id' : 'p.created DESC, p.id DESC';
  if (hasWords && sort === 'best') return `bm25(search, ${weights}), ${byTime}`;
  if (view.kind === 'board' && !hasWords) return 'b.place';
  return byTime;
}

/** Enters the texts of pictures that fit a condition on one value into the full-text index anew. */
export function refreshSearch(run: Run, condition: 'id = ?' | 'sha256 = ?', value: string): void {
  run(`DELETE FROM search WHERE rowid IN (SELECT rowid FROM pictures WHERE ${condition})`, value);
  run(
    `INSERT INTO search (rowid, prompt, answers, note, tags, name)
      SELECT p.rowid, index_text(p.prompt), index_text(p.words || char(10) || coalesce(a.text, '')),
        index_text(p.note), index_text(p.tags), index_text(p.title || ' ' || p.file || ' ' || p.model)
      FROM pictures p LEFT JOIN answers a ON a.sha256 = p.sha256
      WHERE p.error IS NULL AND p.${condition}`,
    value,
  );
}
