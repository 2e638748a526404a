import type { PlanDefaults } from '../../electron/contract/context-weight.ts';
import type { PlanBox } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import type { BoxIds, TextTokenizer } from './tokenizer.ts';

/** Largest coordinate bin. */
const maxBin = 1024;

/** Opening words of a plan as trained (PIPELINE §3, §5); an edit of unnamed kind says `edit`. */
const openings = {
  paint: 'Sure I should place the objects in the following manner ',
  edit: 'Sure I should consider edit the objects in these locations : ',
} as const;

/** The bundle's box tokens. @throws LavidaError model.incomplete when its vocabulary has none */
export function planTokens(tokenizer: TextTokenizer): BoxIds {
  if (tokenizer.boxes) return tokenizer.boxes;
  throw new LavidaError(
    'model.incomplete',
    'This model cannot follow a layout: its tokenizer has no coordinate tokens.',
  );
}

/** Ids of one box: `<box_p> name </box_p><LOC_BEGIN>` four bins `<LOC_END>`. Names never become special tokens. */
function boxIds(tokenizer: TextTokenizer, { name, box }: PlanBox): number[] {
  const tokens = planTokens(tokenizer);
  return [
    tokens.boxOpen,
    ...tokenizer.encode(` ${name.trim()} `),
    tokens.boxClose,
    tokens.locBegin,
    ...box.map((bin) => tokens.loc0 + bin),
    tokens.locEnd,
  ];
}

/**
 * The user's boxes as boxes were in training: a model of a small world has met few of the coordinates, and one order.
 * A box never becomes empty.
 */
export function asTrained(
  boxes: readonly PlanBox[],
  { grid = maxBin, sorted = false }: Pick<PlanDefaults, 'grid' | 'sorted'>,
): PlanBox[] {
  const step = maxBin / grid;
  const rounded = boxes.map(({ name, box }) => {
    const [left, top, right, bottom] = box.map((edge) => Math.round(edge / step)) as PlanBox['box'];
    const [x, y] = [Math.min(left, grid - 1), Math.min(top, grid - 1)];
    const edges = [x, y, Math.max(right, x + 1), Math.max(bottom, y + 1)];
    return { name, box: edges.map((edge) => Math.round(edge * step)) as PlanBox['box'] };
  });
  return sorted ? rounded.sort((a, b) => a.box[0] - b.box[0] || a.box[1] - b.box[1]) : rounded;
}

/** A plan of the user's boxes in the markup the model was trained on (PIPELINE §3 steps 2 and 5). */
export function serialisePlan(
  tokenizer: TextTokenizer,
  boxes: readonly PlanBox[],
  kind: keyof typeof openings,
): number[] {
  const ids = tokenizer.encode(openings[kind]);
  boxes.forEach((box, i) => {
    if (i > 0) ids.push(...tokenizer.encode(', '));
    ids.push(...boxIds(tokenizer, box));
  });
  return ids;
}

export interface ParsedPlan {
  boxes: PlanBox[];
  /** What could not be read, in sentences. */
  warnings: string[];
}

/** A name in its markup, and everything up to the next name. */
const entry = /<(?:box_p|p)>([\s\S]*?)<\/(?:box_p|p)>([\s\S]*?)(?=<(?:box_p|p)>|$)/gu;
/** A number of a box: `<LOC_12>`, or `[12]` as the paper prints it. */
const bin = /<LOC_(\d+)>|\[(\d+)\]/gu;

/**
 * Reads names and boxes from the text of a plan or a dense caption, special tokens kept (PIPELINE §3 step 3). Spacing,
 * missing `<LOC_BEGIN>`, the paper's spelling and several boxes for one name are all accepted; what cannot be read is
 * left out with a warning.
 */
export function parsePlan(text: string): ParsedPlan {
  const boxes: PlanBox[] = [];
  const warnings: string[] = [];
  for (const [, written = '', rest = ''] of text.matchAll(entry)) {
    const name = written
      .replace(/<[^>]*>/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim();
    const bins = Array.from(rest.matchAll(bin), ([, token, printed]) => Number(token ?? printed));
    if (name === '') {
      warnings.push('A box has no name.');
      continue;
    }
    const shown = name.slice(0, 200);
    if (bins.length < 4 || bins.length % 4 !== 0) {
      warnings.push(`"${shown}" has ${bins.length} numbers, which are no whole boxes.`);
    }
    for (let i = 0; i + 4 <= bins.length; i += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = bins.slice(i, i + 4);
      if (Math.max(a, b, c, d) > maxBin) {
        warnings.push(`"${shown}" has a number above ${maxBin}.`);
        continue;
      }
      if (a > c || b > d) warnings.push(`The corners of "${shown}" were in the wrong order.`);
      boxes.push({
        name: shown,
        box: [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)],
      });
    }
  }
  return { boxes, warnings };
}

/** Without box markup, for reading aloud: what a caption says in words. */
export function withoutMarkup(text: string): string {
  return text
    .replace(/<LOC_BEGIN>|<LOC_END>|<LOC_\d+>|<\/?box_p>/gu, ' ')
    .replace(/\s+([.,;:!?])/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * The ids a planner's answer puts before the canvas: up to the first end of turn, without `[exp]` and end-of-text
 * (PIPELINE §3 step 1), and without leading space. The ids are used as they are; the reference writes them out as text
 * and reads that again (Q20).
 */
export function planIds(tokenizer: TextTokenizer, answer: readonly number[]): number[] {
  const { endOfTurn, end, expand, mask } = tokenizer.special;
  const cut = answer.indexOf(endOfTurn);
  const kept = (cut < 0 ? answer : answer.slice(0, cut)).filter(
    (id) => id !== end && id !== expand && id !== mask,
  );
  while (kept.length > 0 && tokenizer.decode(kept.slice(0, 1)).trim() === '') kept.shift();
  const [first] = kept;
  if (first === undefined) return [];
  const text = tokenizer.decode([first]);
  if (text === text.trimStart()) return kept;
  return [...tokenizer.encode(text.trimStart()), ...kept.slice(1)];
}
