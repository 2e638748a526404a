import type { ModelInfo } from '../../../electron/contract/engine.ts';
import type { SheetPlace, TextToImageRequest } from '../../../electron/contract/request.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import type { CreateDraft } from '../../state/document.ts';
import { buildRequest, problemsOf } from '../create/settings.ts';
import { styleOf, wildcardProblem, writePrompts } from '../prompts/written.ts';
import { axisOf, type AxisId } from './axes.ts';
import { maxValues, parseNumbers, parseWords } from './values.ts';

/** An axis as the user fills it in: numbers as text, choices and words one a line. */
export interface AxisDraft {
  id: AxisId;
  text: string;
}

/** Pictures a sheet may have at most. */
export const maxCells = 144;

export interface AxisValues {
  values: string[];
  labels: string[];
  /** Why the text cannot be used. */
  problem: string | null;
}

/** The values of an axis with the words that stand for them on the sheet. */
export function readAxis({ id, text }: AxisDraft): AxisValues {
  const axis = axisOf(id);
  if (axis.kind === 'numbers') {
    const numbers = parseNumbers(text);
    if (!numbers) return { values: [], labels: [], problem: t('sweep.noNumbers') };
    return checked(
      numbers.map(String),
      numbers.map((value) => (id === 'seed' ? String(value) : formatNumber(value, decimalsOf(value)))),
    );
  }
  if (axis.kind === 'words') {
    const words = parseWords(text);
    return checked(words, words);
  }
  const chosen = text.split('\n');
  const options = axis.options.filter(({ value }) => chosen.includes(value));
  return checked(
    options.map(({ value }) => value),
    options.map(({ label }) => label),
  );
}

function decimalsOf(value: number): number {
  return Math.min(4, (String(value).split('.')[1] ?? '').length);
}

function checked(values: string[], labels: string[]): AxisValues {
  const problem =
    values.length === 0
      ? t('sweep.noValues')
      : values.length > maxValues
        ? t('sweep.tooMany', { most: maxValues })
        : null;
  return { values, labels, problem };
}

interface Cell {
  at: number[];
  draft: CreateDraft;
}

/** One draft a picture, row by row. */
function cellsOf(
  draft: CreateDraft,
  model: ModelInfo | null,
  axes: readonly { id: AxisId; read: AxisValues }[],
): Cell[] {
  const [across, down] = axes;
  if (!across) return [];
  const vary = (base: CreateDraft, axis: { id: AxisId; read: AxisValues }, i: number): CreateDraft =>
    axisOf(axis.id).apply(base, axis.read.values[i] ?? '', model, axis.read.values);
  const rows = down
    ? down.read.values.map((_, y) => ({ y, base: vary(draft, down, y) }))
    : [{ y: -1, base: draft }];
  return rows.flatMap(({ y, base }) =>
    across.read.values.map((_, x) => ({ at: y < 0 ? [x] : [x, y], draft: vary(base, across, x) })),
  );
}

/** What keeps a sheet from being made, or null. */
export function sheetProblem(
  draft: CreateDraft,
  model: ModelInfo | null,
  axes: readonly AxisDraft[],
): string | null {
  const read = axes.map((axis) => ({ id: axis.id, read: readAxis(axis) }));
  for (const { read: values } of read) if (values.problem) return values.problem;
  if (new Set(read.map(({ id }) => id)).size < read.length) return t('sweep.twice');
  const words = read.find(({ id }) => id === 'words')?.read.values[0];
  if (words !== undefined && !draft.prompt.includes(words)) return t('sweep.notInPrompt', { words });
  const cells = cellsOf(draft, model, read);
  if (cells.length > maxCells) return t('sweep.tooManyCells', { n: cells.length, most: maxCells });
  for (const cell of cells) {
    const [first] = Object.values(problemsOf(cell.draft, model));
    if (first !== undefined) return first;
  }
  return null;
}

/**
 * The requests of a sheet, row by row, each knowing its place. Words drawn by wildcards come from each request's own
 * seed.
 * @returns the requests, or a sentence that says why there are none
 */
export async function buildSheet(
  draft: CreateDraft,
  model: ModelInfo | null,
  axes: readonly AxisDraft[],
): Promise<TextToImageRequest[] | string> {
  const problem = sheetProblem(draft, model, axes);
  if (problem !== null) return problem;
  const read = axes.map((axis) => ({ id: axis.id, read: readAxis(axis) }));
  const sheet: Omit<SheetPlace, 'at'> = {
    id: crypto.randomUUID(),
    axes: read.map(({ id, read: { labels } }) => ({
      name: axisOf(id).label,
      values: labels.map((label) => label.slice(0, 300)),
    })),
  };
  const requests: TextToImageRequest[] = [];
  for (const cell of cellsOf(draft, model, read)) {
    const { prompt, style, seed } = cell.draft;
    const [written] = (await writePrompts(prompt, styleOf(style), [seed])) ?? [];
    if (!written) return t('connection.lost');
    const wrong = wildcardProblem(written.problems);
    if (wrong !== undefined) return wrong;
    requests.push(
      buildRequest(cell.draft, model, seed, {
        ...written,
        origin: { ...written.origin, sheet: { ...sheet, at: cell.at } },
      }),
    );
  }
  return requests;
}
