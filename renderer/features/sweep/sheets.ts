import type { GenerationRequest, SheetPlace } from '../../../electron/contract/request.ts';
import type { LeftRun, RunSummary } from '../../../electron/contract/runs.ts';
import type { LiveRun } from '../runs/store.ts';

/** What stands at a place of a sheet. */
export type SheetCell =
  | { state: 'done'; run: RunSummary }
  | { state: 'live'; run: LiveRun }
  | { state: 'left'; run: LeftRun }
  | { state: 'empty' };

/** A sheet of pictures that differ in one or two settings. */
export interface Sheet {
  id: string;
  axes: SheetPlace['axes'];
  title: string;
  /** Rows of cells; one row when there is one axis. */
  rows: SheetCell[][];
  done: number;
  total: number;
}

export function placeOf(request: GenerationRequest): SheetPlace | null {
  return request.task === 'text-to-image' ? (request.origin?.sheet ?? null) : null;
}

interface Runs {
  finished: readonly RunSummary[];
  live: Readonly<Record<string, LiveRun>>;
  left: readonly LeftRun[];
}

/**
 * The sheets among runs, newest first. Of several runs at one place the newest finished one counts. A sheet is called
 * by the prompt of its first place, so that its name stays while its pictures come in.
 */
export function sheetsOf({ finished, live, left }: Runs): Sheet[] {
  const sheets = new Map<string, { sheet: Sheet; newest: string; first: number }>();
  const enter = (id: string, request: GenerationRequest, cell: SheetCell): void => {
    const place = placeOf(request);
    if (!place) return;
    const known = sheets.get(place.id) ?? { sheet: emptySheet(place), newest: '', first: Infinity };
    sheets.set(place.id, known);
    if (id > known.newest) known.newest = id;
    const row = known.sheet.rows[place.at[1] ?? 0];
    const at = place.at[0] ?? 0;
    if (row?.[at]?.state !== 'empty') return;
    const order = (place.at[1] ?? 0) * row.length + at;
    if (order < known.first) {
      known.first = order;
      known.sheet.title = titleOf(request);
    }
    row[at] = cell;
    if (cell.state === 'done') known.sheet.done += 1;
  };
  for (const run of finished) enter(run.id, run.request, { state: 'done', run });
  for (const run of Object.values(live)) enter(run.id, run.request, { state: 'live', run });
  for (const run of left) enter(run.id, run.request, { state: 'left', run });
  return [...sheets.values()].sort((a, b) => (a.newest < b.newest ? 1 : -1)).map(({ sheet }) => sheet);
}

function titleOf(request: GenerationRequest): string {
  return request.task === 'text-to-image' ? (request.origin?.template ?? request.prompt) : '';
}

function emptySheet(place: SheetPlace): Sheet {
  const columns = place.axes[0]?.values.length ?? 0;
  const rows = place.axes[1]?.values.length ?? 1;
  return {
    id: place.id,
    axes: place.axes,
    title: '',
    rows: Array.from({ length: rows }, () =>
      Array.from({ length: columns }, (): SheetCell => ({ state: 'empty' })),
    ),
    done: 0,
    total: rows * columns,
  };
}
