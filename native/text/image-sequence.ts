import type { Segment } from '../../electron/contract/events.ts';
import type { PromptForm } from '../../electron/contract/request.ts';
import {
  buildImagePrompt,
  openHeaderPieces,
  promptSegments,
  systemPieces,
  turnPieces,
  type ImagePrompt,
  type PromptPiece,
} from './image-prompt.ts';
import type { TextTokenizer } from './tokenizer.ts';

/** A prompt that ends in a canvas; pictures still have one placeholder each. */
export type ImageSequence = ImagePrompt;

/**
 * Sequence of a picture: `BOS system | user | assistant header | [plan] | canvas | eot, assistant header` (PIPELINE
 * §2.3, §5; the trailing empty header is the reference's, Q1).
 * @param user content of the user turn
 * @param slots number of canvas slots
 * @param plan ids of the layout plan, empty without one
 * @param form `published` leaves out the first token after each picture (Q2)
 */
export function imageSequence(
  tokenizer: TextTokenizer,
  user: readonly PromptPiece[],
  slots: number,
  plan: readonly number[] = [],
  form: PromptForm = 'published',
): ImageSequence {
  const { canvasSlot, endOfTurn } = tokenizer.special;
  return buildImagePrompt(
    tokenizer,
    [
      ...systemPieces(tokenizer),
      ...turnPieces(tokenizer, 'user', 'user', user),
      ...openHeaderPieces(tokenizer, 'header'),
      { kind: 'plan', ids: plan },
      { kind: 'canvas', ids: new Array<number>(slots).fill(canvasSlot) },
      { kind: 'tail', ids: [endOfTurn] },
      ...openHeaderPieces(tokenizer, 'tail'),
    ],
    form === 'published',
  );
}

/** Where the parts of a sequence lie once its pictures have their rows. */
export interface SequenceLayout {
  segments: Segment[];
  rows: number;
  /** Rows [0, promptEnd) are hidden from the unconditional branch (PIPELINE §2.4). */
  promptEnd: number;
}

/** @param pictureRows number of rows of each picture */
export function layoutOf(sequence: ImageSequence, pictureRows: readonly number[]): SequenceLayout {
  const segments = promptSegments(sequence, pictureRows).map((segment) => ({
    ...segment,
    branch: segment.kind === 'canvas' || segment.kind === 'vqSource' ? ('gen' as const) : segment.branch,
  }));
  const start = (kind: Segment['kind']): number =>
    segments.find((segment) => segment.kind === kind)?.start ?? 0;
  const planned = segments.some(({ kind }) => kind === 'plan');
  const rows = segments.reduce((sum, { length }) => sum + length, 0);
  return { segments, rows, promptEnd: start(planned ? 'canvas' : 'header') };
}
