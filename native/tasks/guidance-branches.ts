import type { EditMode } from '../sampler/guidance.ts';

/** What a row of the flat sequence holds (MODEL §1): text, semantic image token, source-image slot, canvas slot. */
export type RowKind = 'text' | 'semantic' | 'source' | 'canvas';

/** The branches over one sequence. */
export type SequenceBranchName = 'unconditional' | 'sourceOnly' | 'conditional';
/** `promptOnly` is the conditional branch of the same request without layout and earlier rounds, a sequence of its own. */
export type BranchName = SequenceBranchName | 'promptOnly';

/** One row of the guidance batch: which rows hide behind the text mask, and which the gen branch computes. */
export interface GuidanceBranch {
  name: SequenceBranchName;
  /** 1 where the text-mask embedding stands in for the row [T]; never on the canvas. */
  masked: Uint8Array;
  /** 1 where the row is routed to the gen branch [T]. */
  gen: Uint8Array;
}

/** Whether the source-only branch shows a kind of row (PIPELINE §5). */
const shownToSourceOnly: Readonly<Record<EditMode, readonly RowKind[]>> = {
  0: ['source'],
  1: ['text', 'semantic'],
  2: ['text'],
  3: ['source', 'semantic'],
};

/**
 * Branches in batch order (PIPELINE §2.4, §5): unconditional, source-only when editing, conditional. All three see the
 * same canvas.
 * @param kinds of the rows of the sequence [T]
 * @param promptEnd rows [0, promptEnd) are hidden from the unconditional branch
 * @param editMode which rows the source-only branch shows; null for text-to-image
 */
export function guidanceBranches(
  kinds: readonly RowKind[],
  promptEnd: number,
  editMode: EditMode | null,
): GuidanceBranch[] {
  const branch = (
    name: GuidanceBranch['name'],
    hides: (kind: RowKind, row: number) => boolean,
  ): GuidanceBranch => {
    const masked = Uint8Array.from(kinds, (kind, row) => (kind !== 'canvas' && hides(kind, row) ? 1 : 0));
    // A hidden source slot is a text row like any other mask.
    const gen = Uint8Array.from(kinds, (kind, row) =>
      kind === 'canvas' || (kind === 'source' && masked[row] === 0) ? 1 : 0,
    );
    return { name, masked, gen };
  };
  const unconditional = branch('unconditional', (_, row) => row < promptEnd);
  const conditional = branch('conditional', () => false);
  if (editMode === null) return [unconditional, conditional];
  const shown = shownToSourceOnly[editMode];
  return [unconditional, branch('sourceOnly', (kind) => !shown.includes(kind)), conditional];
}
