import type { GroundRequest } from '../../electron/contract/ground.ts';
import { LavidaError } from '../errors.ts';
import {
  buildImagePrompt,
  openHeaderPieces,
  picturePiece,
  systemPieces,
  turnPieces,
  type ImagePrompt,
  type PromptPiece,
} from '../text/image-prompt.ts';
import type { BoxIds, TextTokenizer } from '../text/tokenizer.ts';

/** Coordinates of a box: left, top, right, bottom. */
export const coordinatesPerBox = 4;

/** The bundle's coordinate tokens. @throws LavidaError model.incomplete when its vocabulary has none */
export function boxTokens(tokenizer: TextTokenizer): BoxIds {
  if (!tokenizer.boxes) {
    throw new LavidaError(
      'model.incomplete',
      'This model cannot ground: its tokenizer has no coordinate tokens.',
    );
  }
  return tokenizer.boxes;
}

/** `<LOC_BEGIN>`, four masks, `<LOC_END>`. */
function emptyBox(tokenizer: TextTokenizer): PromptPiece {
  const { locBegin, locEnd } = boxTokens(tokenizer);
  const masks = new Array<number>(coordinatesPerBox).fill(tokenizer.special.mask);
  return { kind: 'answer', ids: [locBegin, ...masks, locEnd] };
}

/**
 * Prompt of one expression (PIPELINE §6, REC mode): the answer is the box alone, and nothing follows its turn.
 * @param published begin with the stray apostrophe of the published evaluation (Q3)
 */
export function expressionPrompt(tokenizer: TextTokenizer, phrase: string, published: boolean): ImagePrompt {
  const question = `\n Please locate ${phrase} in this image. Give bounding boxes in LOC format.`;
  const pieces: PromptPiece[] = [
    ...(published ? [{ kind: 'system' as const, text: "'" }] : []),
    ...systemPieces(tokenizer),
    ...turnPieces(tokenizer, 'user', 'user', [picturePiece, { kind: 'user', text: question }]),
    ...turnPieces(tokenizer, 'assistant', 'answer', [emptyBox(tokenizer)]),
  ];
  return buildImagePrompt(tokenizer, pieces, false);
}

/**
 * Prompt of several phrases in one pass (PIPELINE §6, dense mode).
 * @param published leave out the first token after the picture (Q2)
 */
export function densePrompt(
  tokenizer: TextTokenizer,
  phrases: readonly string[],
  published: boolean,
): ImagePrompt {
  const { boxOpen, boxClose } = boxTokens(tokenizer);
  const question =
    '\n Please describe this image with dense localized caption. Give bounding boxes in LOC format.';
  const answer: PromptPiece[] = [{ kind: 'answer', text: 'There are following objects in the scene. ' }];
  phrases.forEach((phrase, i) => {
    if (i > 0) answer.push({ kind: 'answer', text: ', ' });
    answer.push(
      { kind: 'answer', ids: [boxOpen] },
      { kind: 'answer', text: ` ${phrase} ` },
      { kind: 'answer', ids: [boxClose] },
      emptyBox(tokenizer),
    );
  });
  const pieces: PromptPiece[] = [
    ...systemPieces(tokenizer),
    ...turnPieces(tokenizer, 'user', 'user', [picturePiece, { kind: 'user', text: question }]),
    ...turnPieces(tokenizer, 'assistant', 'answer', answer),
    ...openHeaderPieces(tokenizer, 'tail'),
  ];
  return buildImagePrompt(tokenizer, pieces, published);
}

/** The prompts of a request with the phrases each of them asks for. */
export function groundPrompts(
  tokenizer: TextTokenizer,
  request: GroundRequest,
): { prompt: ImagePrompt; phrases: string[] }[] {
  const phrases = request.phrases.map((phrase) => phrase.trim());
  const published = request.prompt === 'published';
  if (request.mode === 'dense') return [{ prompt: densePrompt(tokenizer, phrases, published), phrases }];
  return phrases.map((phrase) => ({
    prompt: expressionPrompt(tokenizer, phrase, published),
    phrases: [phrase],
  }));
}
