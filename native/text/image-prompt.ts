import type { Segment } from '../../electron/contract/events.ts';
import { imagePlaceholder } from './prompt-rows.ts';
import { systemText } from './prompts.ts';
import type { TextTokenizer } from './tokenizer.ts';

type Kind = Segment['kind'];

/** A stretch of a prompt: text, ids written as such, or the place of the next picture. */
export type PromptPiece =
  { kind: Kind; text: string } | { kind: Kind; ids: readonly number[] } | { kind: 'semantic'; picture: true };

/** A prompt with one placeholder a picture, and what each of its ids belongs to. */
export interface ImagePrompt {
  ids: number[];
  kinds: Kind[];
}

/** The place of a picture. */
export const picturePiece: PromptPiece = { kind: 'semantic', picture: true };

/** Trims a turn's content as a whole, as the chat template does. */
function trimmed(content: readonly PromptPiece[]): PromptPiece[] {
  return content.map((piece, i) => {
    if (!('text' in piece)) return piece;
    let { text } = piece;
    if (i === 0) text = text.trimStart();
    if (i === content.length - 1) text = text.trimEnd();
    return { ...piece, text };
  });
}

/** Role header without what follows it. */
function header(tokenizer: TextTokenizer, role: string, kind: Kind): PromptPiece[] {
  const { startHeader, endHeader } = tokenizer.special;
  return [
    { kind, ids: [startHeader] },
    { kind, text: role },
    { kind, ids: [endHeader] },
  ];
}

/** One closed turn (PIPELINE §0.1); `kind` is that of its content. */
export function turnPieces(
  tokenizer: TextTokenizer,
  role: 'system' | 'user' | 'assistant',
  kind: Kind,
  content: readonly PromptPiece[],
): PromptPiece[] {
  return [
    ...header(tokenizer, role, role === 'assistant' ? 'header' : kind),
    { kind, text: '\n\n' },
    ...trimmed(content),
    { kind, ids: [tokenizer.special.endOfTurn] },
  ];
}

/** Begin-of-text and the system turn. */
export function systemPieces(tokenizer: TextTokenizer): PromptPiece[] {
  return [
    { kind: 'system', ids: [tokenizer.special.begin] },
    ...turnPieces(tokenizer, 'system', 'system', [{ kind: 'system', text: systemText }]),
  ];
}

/** The open assistant header that ends every prompt. */
export function openHeaderPieces(tokenizer: TextTokenizer, kind: Kind): PromptPiece[] {
  return [...header(tokenizer, 'assistant', kind), { kind, text: '\n\n' }];
}

/**
 * Ids of a prompt. Neighbouring texts are tokenised as one; text never becomes a special token.
 *
 * @param dropAfterPicture leave out the first token after each picture, as the published code does when a prompt begins
 * with begin-of-text (PIPELINE §0.2, Q2); training kept it
 */
export function buildImagePrompt(
  tokenizer: TextTokenizer,
  pieces: readonly PromptPiece[],
  dropAfterPicture: boolean,
): ImagePrompt {
  const prompt: ImagePrompt = { ids: [], kinds: [] };
  let afterPicture = false;
  const push = (ids: readonly number[], kind: Kind): void => {
    const kept = afterPicture && dropAfterPicture ? ids.slice(1) : ids;
    if (ids.length > 0) afterPicture = false;
    for (const id of kept) {
      prompt.ids.push(id);
      prompt.kinds.push(kind);
    }
  };
  let text = '';
  let textKind: Kind = 'user';
  const flush = (): void => {
    push(tokenizer.encode(text), textKind);
    text = '';
  };
  for (const piece of pieces) {
    if ('text' in piece) {
      if (text === '') textKind = piece.kind;
      text += piece.text;
      continue;
    }
    flush();
    if ('ids' in piece) {
      push(piece.ids, piece.kind);
    } else {
      push([imagePlaceholder], 'semantic');
      afterPicture = true;
    }
  }
  flush();
  return prompt;
}

/**
 * Segments of a prompt once its pictures have their rows.
 * @param pictureRows number of rows of each picture
 */
export function promptSegments({ ids, kinds }: ImagePrompt, pictureRows: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  let picture = 0;
  let start = 0;
  ids.forEach((id, i) => {
    const isPicture = id === imagePlaceholder;
    const length = isPicture ? (pictureRows[picture++] ?? 0) : 1;
    const kind = kinds[i] ?? 'user';
    const last = segments.at(-1);
    if (last?.kind === kind && !isPicture) last.length += length;
    else segments.push({ kind, start, length, branch: 'und' });
    start += length;
  });
  return segments;
}
