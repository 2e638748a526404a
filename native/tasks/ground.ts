import { setImmediate } from 'node:timers/promises';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { BoxCoordinate, GroundedBox, GroundRequest } from '../../electron/contract/ground.ts';
import { LavidaError } from '../errors.ts';
import type { Size } from '../imaging/geometry.ts';
import { binsToPixelBox, isLocBin, maxLocBin, type BinBox, type LocBin } from '../imaging/locations.ts';
import type { ElasticMot } from '../network/elastic-mot.ts';
import { assertFiniteLogits } from '../sampler/checks.ts';
import { promptSegments } from '../text/image-prompt.ts';
import { embedPrompt, type PromptRows } from '../text/prompt-rows.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { GroundPasses, type PassSettings } from './ground-passes.ts';
import { boxTokens, coordinatesPerBox, groundPrompts } from './ground-prompt.ts';

/** Id of `<LOC_0>`. @throws LavidaError model.tokenizer when the coordinate tokens do not follow each other */
function firstBinId(tokenizer: TextTokenizer): number {
  const { loc0 } = boxTokens(tokenizer);
  if (tokenizer.token(loc0 + maxLocBin) !== `<LOC_${maxLocBin}>`) {
    throw new LavidaError(
      'model.tokenizer',
      'The coordinate tokens of this model are not in order.',
      `id ${loc0 + maxLocBin} is ${tokenizer.token(loc0 + maxLocBin)}`,
    );
  }
  return loc0;
}

/** @throws LavidaError prompt.empty, request.invalid, model.incomplete */
function checkGround(request: GroundRequest, { network, tokenizer }: TaskContext): void {
  if (!network.has('see')) {
    throw new LavidaError('model.incomplete', 'This model cannot ground: it has no vision tower.');
  }
  boxTokens(tokenizer);
  const blank = request.phrases.findIndex((phrase) => phrase.trim() === '');
  if (blank >= 0) throw new LavidaError('prompt.empty', `Phrase ${blank + 1} is empty.`);
  if (request.mode === 'dense' && request.steps !== 1) {
    throw new LavidaError(
      'request.invalid',
      'Several steps need the mode that asks for one phrase at a time.',
    );
  }
}

/**
 * A box from its four coordinates, in pixels of the picture (PIPELINE §6).
 * @param tokenOf a token as the vocabulary writes it
 */
export function groundedBox(
  phrase: string,
  coordinates: readonly BoxCoordinate[],
  image: Size,
  tokenOf: (id: number) => string,
): GroundedBox {
  const raw = `<LOC_BEGIN>${coordinates.map(({ id }) => tokenOf(id)).join('')}<LOC_END>`;
  const confidence = Math.min(...coordinates.map(({ probability }) => probability));
  const bins = coordinates.flatMap(({ bin }): LocBin[] => (bin !== null && isLocBin(bin) ? [bin] : []));
  const [left, top, right, bottom] = bins;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    return { phrase, box: null, bins: null, confidence, problem: 'malformed', raw };
  }
  const box: BinBox = [left, top, right, bottom];
  const pixels = binsToPixelBox(box, image);
  return {
    phrase,
    box: [...pixels],
    bins: [...box],
    confidence,
    problem: right > left && bottom > top ? null : 'inverted',
    raw,
  };
}

/**
 * The passes of one prompt: full bidirectional attention over picture, question and masks together, nothing cached
 * (PIPELINE §6). Yields the logits of the coordinate rows [objects · 4, V] and the boxes' coordinates after each pass.
 *
 * @param rows the prompt with the mask id in its coordinate rows
 * @throws AbortError when cancelled
 */
export async function* runGroundPasses(
  mot: ElasticMot,
  rows: PromptRows,
  settings: Omit<PassSettings, 'objects' | 'vocabulary'>,
  signal?: AbortSignal,
): AsyncGenerator<{ logits: Float32Array; boxes: BoxCoordinate[][] }> {
  const { width, vocabulary } = mot.config;
  const masked = [...rows.ids.keys()].filter((row) => rows.ids[row] === settings.maskId);
  const objects = masked.length / coordinatesPerBox;
  if (objects < 1 || !Number.isInteger(objects)) throw new RangeError(`${masked.length} masked coordinates`);
  const passes = new GroundPasses({ ...settings, objects, vocabulary });
  const states = rows.states.slice();
  const positions = Int32Array.from(rows.ids.keys());
  while (!passes.done) {
    const coordinates = await mot.embedText(passes.tokens);
    masked.forEach((row, i) => {
      states.set(coordinates.subarray(i * width, (i + 1) * width), row * width);
    });
    const { textStates } = await mot.forward(
      { rows: 1, text: { states, positions } },
      { text: true },
      signal,
    );
    const final = new Float32Array(masked.length * width);
    masked.forEach((row, i) => {
      final.set(textStates.subarray(row * width, (row + 1) * width), i * width);
    });
    const logits = await mot.textLogits(final, signal);
    assertFiniteLogits(logits, passes.pass);
    yield { logits, boxes: passes.commit(logits) };
  }
}

/**
 * Grounding (PIPELINE §6): phrases to boxes in pixels of the picture. Yields the events of PIPELINE §10 up to
 * `run.boxes`; the caller adds `run.done`.
 * @throws LavidaError for a bad request, AbortError between forwards when cancelled
 */
export async function* ground(
  request: GroundRequest,
  image: RgbImage,
  context: TaskContext,
  { signal }: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  const { network, tokenizer, info } = context;
  yield { type: 'phase', phase: 'prepare', detail: 'reading the phrases' };
  checkGround(request, context);
  const firstBin = firstBinId(tokenizer);
  const size = { width: image.width, height: image.height };
  const plan = network.vision.plan(size);
  const prompts = groundPrompts(tokenizer, request);
  const longest = Math.max(...prompts.map(({ prompt }) => prompt.ids.length - 1 + plan.tokens));
  if (longest > network.config.maxTokens) {
    throw new LavidaError(
      'prompt.too-long',
      `Picture and phrases make a sequence of ${longest} tokens; this model reads ${network.config.maxTokens}.`,
      `${plan.tokens} tokens are the picture's`,
    );
  }
  yield {
    type: 'ground.start',
    request,
    model: { name: info.name, fingerprint: info.fingerprint },
    backend: context.backend,
    prompts: prompts.map(({ prompt }) => promptSegments(prompt, [plan.tokens])),
    image: size,
    views: plan.views,
    forwards: prompts.length * request.steps,
  };
  const encoding = network.vision.encodeByView(image, network.vision.config.mode, signal);
  let encoded = await encoding.next();
  while (!encoded.done) {
    const detail = `reading the picture, view ${encoded.value + 1} of ${plan.views}`;
    yield { type: 'phase', phase: 'prepare', detail };
    await setImmediate();
    encoded = await encoding.next();
  }
  const { tokens } = encoded.value;
  yield { type: 'phase', phase: 'unmask', detail: `${prompts.length * request.steps} passes` };
  const results: GroundedBox[] = [];
  let forwards = 0;
  for (const { prompt, phrases } of prompts) {
    const embed = (ids: number[]): Promise<Float32Array> => network.mot.embedText(ids);
    const rows = await embedPrompt(prompt.ids, [tokens], embed, network.config.transformer.width);
    const settings = {
      maskId: tokenizer.special.mask,
      firstBinId: firstBin,
      steps: request.steps,
      restrictToBins: request.restrictToBins,
      loop: request.loop,
    };
    const first = results.length;
    let step = 0;
    for await (const { boxes } of runGroundPasses(network.mot, rows, settings, signal)) {
      forwards++;
      for (const [i, coordinates] of boxes.entries()) {
        const result = groundedBox(phrases[i] ?? '', coordinates, size, (id) => tokenizer.token(id));
        results[first + i] = result;
        yield { type: 'box.update', object: first + i, step, steps: request.steps, result, coordinates };
      }
      step++;
      await setImmediate();
      signal.throwIfAborted();
    }
  }
  yield { type: 'run.boxes', image: size, boxes: results };
  return { forwards };
}
