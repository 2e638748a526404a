import { candidateCount, type RunEvent, type RunEventOf } from '../../electron/contract/events.ts';
import type { PromptForm } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { SeededTextNoise } from '../sampler/noise.ts';
import type { TextSamplerSettings, TextStep } from '../sampler/text-sampler.ts';
import {
  buildImagePrompt,
  openHeaderPieces,
  promptSegments,
  systemPieces,
  type ImagePrompt,
  type PromptPiece,
} from '../text/image-prompt.ts';
import { embedPrompt } from '../text/prompt-rows.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { diffuseText } from './text-diffusion.ts';

type Purpose = RunEventOf<'text.start'>['purpose'];

const commitTypes = {
  answer: 'token.commit',
  caption: 'token.commit',
  plan: 'plan.token',
  critique: 'critique.token',
} as const satisfies Record<Purpose, RunEvent['type']>;

export interface TextTask {
  purpose: Purpose;
  prompt: ImagePrompt;
  /** Semantic tokens [n, d_model] of each picture of the prompt. */
  pictures: readonly Float32Array[];
  settings: TextSamplerSettings;
  prefixCache: boolean;
  seed: number;
}

/** A finished text. */
export interface WrittenText {
  /** All tokens the sampler left, those after the end of turn too. */
  ids: number[];
  /** Up to the first end of turn, special tokens left out. */
  text: string;
  /** Up to the first end of turn, special tokens written out, end-of-text left out. */
  markup: string;
  forwards: number;
}

/**
 * Prompt of a text task: system turn, the given turns, open assistant header (PIPELINE §0.1).
 * @param form `published` leaves out the first token after each picture (Q2)
 */
export function textPrompt(
  tokenizer: TextTokenizer,
  turns: readonly PromptPiece[],
  form: PromptForm = 'published',
): ImagePrompt {
  const pieces = [...systemPieces(tokenizer), ...turns, ...openHeaderPieces(tokenizer, 'header')];
  return buildImagePrompt(tokenizer, pieces, form === 'published');
}

/** Places of the tokens that count: up to the first end of turn, without masks and end-of-text. */
function countedPlaces(tokenizer: TextTokenizer, tokens: Int32Array): number[] {
  const { endOfTurn, end, mask } = tokenizer.special;
  const cut = tokens.indexOf(endOfTurn);
  const places = [...tokens.keys()].slice(0, cut < 0 ? tokens.length : cut);
  return places.filter((place) => tokens[place] !== end && tokens[place] !== mask);
}

function counted(tokenizer: TextTokenizer, tokens: Int32Array): number[] {
  return countedPlaces(tokenizer, tokens).map((place) => tokens[place] as number);
}

/** How each token reads where it stands; a character made of several tokens goes to the last of them. */
function piecesOf(tokenizer: TextTokenizer, tokens: Int32Array): string[] {
  const pieces = new Array<string>(tokens.length).fill('');
  const places = countedPlaces(tokenizer, tokens);
  const ids = places.map((place) => tokens[place] as number);
  // The token before shows whether a space belongs between the two, so decoding starts there.
  let from = 0;
  let known = '';
  for (const [i, place] of places.entries()) {
    const text = tokenizer.decode(ids.slice(from, i + 1));
    if (text.endsWith('\uFFFD') && i < places.length - 1) continue;
    pieces[place] = text.slice(known.length);
    from = i;
    known = tokenizer.decode(ids.slice(i, i + 1));
  }
  return pieces;
}

/** The likeliest tokens a step saw at a place of its block, with the words the vocabulary has for them. */
function candidatesAt(
  { candidates: { ids, probabilities } }: TextStep,
  place: number,
  tokenizer: TextTokenizer,
): { id: number; token: string; probability: number }[] {
  const at = place * candidateCount;
  return Array.from(probabilities.subarray(at, at + candidateCount), (probability, i) => {
    const id = ids[at + i] as number;
    return { id, token: tokenizer.token(id), probability };
  }).filter(({ probability }) => probability > 0);
}

/**
 * Writes a text by block diffusion (PIPELINE §1), telling every token it commits. Two deviations from the published
 * sampler, which runs all blocks and shows all tokens: what follows the first end of turn is cut, and after a block of
 * nothing but end tokens the rest is not computed (§1.9).
 * @throws LavidaError prompt.too-long, request.invalid, model.numerics; AbortError between forwards when cancelled
 */
export async function* writeText(
  task: TextTask,
  context: TaskContext,
  { signal }: TaskOptions,
): AsyncGenerator<RunEvent, WrittenText> {
  const { network, tokenizer, info } = context;
  const { purpose, prompt, pictures, settings } = task;
  const { mot, config } = network;
  const { width } = config.transformer;
  const { mask, endOfTurn, end } = tokenizer.special;
  const segments = promptSegments(
    prompt,
    pictures.map(({ length }) => length / width),
  );
  const promptRows = segments.reduce((sum, { length }) => sum + length, 0);
  if (promptRows + settings.length > config.maxTokens) {
    throw new LavidaError(
      'prompt.too-long',
      `Prompt and answer make a sequence of ${promptRows + settings.length} tokens; this model reads ${config.maxTokens}.`,
    );
  }
  yield {
    type: 'text.start',
    purpose,
    model: { name: info.name, fingerprint: info.fingerprint },
    backend: context.backend,
    segments: [...segments, { kind: 'answer', start: promptRows, length: settings.length, branch: 'und' }],
    length: settings.length,
    blockLength: settings.blockLength,
    maskId: mask,
  };
  const embedded = await embedPrompt(prompt.ids, pictures, (ids) => mot.embedText(ids), width);
  const steps = diffuseText({
    mot,
    prompt: embedded.states,
    settings,
    cache: task.prefixCache ? 'prefix' : 'full',
    maskId: mask,
    noise: new SeededTextNoise(task.seed),
    endIds: [endOfTurn, end],
    signal,
  });
  const soFar = new Int32Array(settings.length).fill(mask);
  let next = await steps.next();
  while (!next.done) {
    const { step, block, blockStart, positions, ids, confidence, entropy } = next.value;
    positions.forEach((position, i) => (soFar[position] = ids[i] as number));
    yield {
      type: commitTypes[purpose],
      step,
      block,
      positions: [...positions],
      ids: [...ids],
      tokens: Array.from(ids, (id) => tokenizer.token(id)),
      texts: Array.from(ids, (id) => (id === endOfTurn || id === end ? '' : tokenizer.decode([id]))),
      confidence: [...confidence],
      entropy: Array.from(positions, (position) => entropy[position - blockStart] as number),
      candidates: Array.from(positions, (position) =>
        candidatesAt(next.value as TextStep, position - blockStart, tokenizer),
      ),
      text: tokenizer.decode(counted(tokenizer, soFar), true),
    };
    next = await steps.next();
  }
  const { tokens, forwards } = next.value;
  const kept = counted(tokenizer, tokens);
  const text = tokenizer.decode(kept, true).trim();
  const ids = [...tokens];
  yield { type: 'text.done', purpose, text, ids, pieces: piecesOf(tokenizer, tokens), forwards };
  return { ids, text, markup: tokenizer.decode(kept), forwards };
}
