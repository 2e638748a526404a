import { describe, expect, it } from 'vitest';
import type { EditMode } from '../../../native/sampler/guidance.ts';
import { guidanceBranches, type RowKind } from '../../../native/tasks/guidance-branches.ts';

const rows = (kind: RowKind, count: number) => new Array<RowKind>(count).fill(kind);

/** System and user text, a picture twice, the instruction, the header, the canvas, the tail. */
const kinds = [
  ...rows('text', 4),
  ...rows('semantic', 3),
  ...rows('text', 1),
  ...rows('source', 4),
  ...rows('text', 3),
  ...rows('canvas', 4),
  ...rows('text', 2),
];
const promptEnd = 13;
const canvasStart = 15;

const where = (flags: Uint8Array) => Array.from(flags.keys()).filter((row) => flags[row] === 1);
const rowsOf = (...wanted: RowKind[]) =>
  Array.from(kinds.keys()).filter((row) => wanted.includes(kinds[row] ?? 'text'));

function edit(mode: EditMode) {
  const [unconditional, sourceOnly, conditional] = guidanceBranches(kinds, promptEnd, mode);
  if (!unconditional || !sourceOnly || !conditional) throw new Error('three branches are expected');
  return { unconditional, sourceOnly, conditional };
}

describe('text-to-image', () => {
  const text = [...rows('text', 6), ...rows('canvas', 4), ...rows('text', 2)];

  it('hides the prompt from the unconditional row and nothing from the other', () => {
    const branches = guidanceBranches(text, 5, null);
    expect(branches.map(({ name }) => name)).toEqual(['unconditional', 'conditional']);
    expect(branches.map(({ masked }) => where(masked))).toEqual([[0, 1, 2, 3, 4], []]);
    for (const { gen } of branches) expect(where(gen)).toEqual([6, 7, 8, 9]);
  });

  it('with a plan hides everything before the canvas', () => {
    expect(where(guidanceBranches(text, 6, null)[0]?.masked ?? new Uint8Array())).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('editing', () => {
  it('runs unconditional, source-only, conditional, and shows all three the same canvas', () => {
    const branches = guidanceBranches(kinds, promptEnd, 0);
    expect(branches.map(({ name }) => name)).toEqual(['unconditional', 'sourceOnly', 'conditional']);
    for (const { masked, gen } of branches) {
      for (const row of rowsOf('canvas')) expect([masked[row], gen[row]]).toEqual([0, 1]);
    }
  });

  it('the unconditional row reads source slots as masked text', () => {
    const { unconditional } = edit(0);
    expect(where(unconditional.masked)).toEqual(Array.from({ length: promptEnd }, (_, row) => row));
    expect(where(unconditional.gen)).toEqual(rowsOf('canvas'));
  });

  it('the conditional row sees all, source slots through the gen branch', () => {
    const { conditional } = edit(2);
    expect(where(conditional.masked)).toEqual([]);
    expect(where(conditional.gen)).toEqual(rowsOf('source', 'canvas'));
  });

  it.each<[EditMode, string, RowKind[]]>([
    [0, 'the source codes alone', ['text', 'semantic']],
    [1, 'all but the source codes', ['source']],
    [2, 'the text alone', ['semantic', 'source']],
    [3, 'source codes and semantic rows', ['text']],
  ])('mode %i shows the source-only row %s', (mode, _, hidden) => {
    const { sourceOnly } = edit(mode);
    expect(where(sourceOnly.masked)).toEqual(rowsOf(...hidden));
    const gen = hidden.includes('source') ? rowsOf('canvas') : rowsOf('source', 'canvas');
    expect(where(sourceOnly.gen)).toEqual(gen);
  });

  it('with a plan the unconditional row hides up to the canvas', () => {
    const [unconditional] = guidanceBranches(kinds, canvasStart, 0);
    expect(where(unconditional?.masked ?? new Uint8Array())).toHaveLength(canvasStart);
  });
});
