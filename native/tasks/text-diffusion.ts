import { setImmediate } from 'node:timers/promises';
import type { ElasticMot } from '../network/elastic-mot.ts';
import { withoutPositions, type LayerKeyValue } from '../network/key-values.ts';
import { assertFiniteLogits } from '../sampler/checks.ts';
import type { TextNoise } from '../sampler/noise.ts';
import {
  TextSampler,
  type TextForward,
  type TextSamplerSettings,
  type TextStep,
} from '../sampler/text-sampler.ts';

export interface TextDiffusionOptions {
  mot: ElasticMot;
  /** Embedded prompt [prompt rows, d_model]: text and semantic image rows. */
  prompt: Float32Array;
  settings: TextSamplerSettings;
  /**
   * `prefix`: the prompt is computed once, alone, and never sees the answer. `full`: every step computes prompt and
   * answer together. The two are not equal (PIPELINE §1.6). With `settings.parallel` the dual cache takes their place.
   */
  cache: 'prefix' | 'full';
  maskId: number;
  /** Tokens to start from; holes are `maskId` (PIPELINE §1.10). */
  draft?: ArrayLike<number>;
  noise: TextNoise;
  /**
   * Ids that end a text. When given, the rest is not computed after a block of nothing but these: a deviation from the
   * published sampler, which always runs all blocks (PIPELINE §1.9).
   */
  endIds?: readonly number[];
  /** Checked between forwards. */
  signal?: AbortSignal;
}

export interface DiffusionStep extends TextStep {
  /** Logits the step was drawn from [Lb, V], the block's rows; valid until the next step. */
  logits: Float32Array;
}

export interface DiffusedText {
  /** The answer [G], or up to the block it ended in when `endIds` were given. */
  tokens: Int32Array;
  /** Forwards of the network, that of the prompt included. */
  forwards: number;
}

/** The canvas as embeddings; only rows that change are read again. */
class EmbeddedCanvas {
  readonly states: Float32Array;
  readonly #mot: ElasticMot;

  private constructor(mot: ElasticMot, states: Float32Array) {
    this.#mot = mot;
    this.states = states;
  }

  static async of(mot: ElasticMot, tokens: Int32Array): Promise<EmbeddedCanvas> {
    const distinct = [...new Set(tokens)];
    const rows = await mot.embedText(distinct);
    const { width } = mot.config;
    const states = new Float32Array(tokens.length * width);
    tokens.forEach((id, position) => {
      const from = distinct.indexOf(id) * width;
      states.set(rows.subarray(from, from + width), position * width);
    });
    return new EmbeddedCanvas(mot, states);
  }

  async commit({ positions, ids }: TextStep): Promise<void> {
    const { width } = this.#mot.config;
    const rows = await this.#mot.embedText(ids);
    positions.forEach((position, i) => {
      this.states.set(rows.subarray(i * width, (i + 1) * width), position * width);
    });
  }

  rows(from: number, to: number): Float32Array {
    const { width } = this.#mot.config;
    return this.states.subarray(from * width, to * width);
  }
}

function span(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

/** Runs the forwards a text sampler asks for, with the caches of the chosen mode. Returns states of the block's rows. */
class TextNetwork {
  forwards = 0;
  readonly #mot: ElasticMot;
  readonly #prompt: Float32Array;
  readonly #promptLength: number;
  readonly #signal: AbortSignal | undefined;
  /** Keys and values of the prompt (prefix cache), or of all but the block (dual cache). */
  #past: readonly LayerKeyValue[] = [];

  constructor(mot: ElasticMot, prompt: Float32Array, signal: AbortSignal | undefined) {
    this.#mot = mot;
    this.#prompt = prompt;
    this.#promptLength = prompt.length / mot.config.width;
    this.#signal = signal;
  }

  /** The prompt alone, once (PIPELINE §1.6). */
  async readPrefix(): Promise<void> {
    const { keyValues } = await this.#forward(this.#prompt, span(0, this.#promptLength), false, {
      keyValues: true,
    });
    this.#past = keyValues;
  }

  /** Canvas rows with the prompt's cache. */
  async withPrefix(canvas: EmbeddedCanvas, forward: TextForward): Promise<Float32Array> {
    const length = canvas.states.length / this.#mot.config.width;
    const positions = span(this.#promptLength, this.#promptLength + length);
    const { textStates } = await this.#forward(canvas.states, positions, true, { text: true });
    return this.#block(textStates, forward.blockStart, forward.blockEnd);
  }

  /** Prompt and canvas together; with `keep`, everything but the block stays in the cache for `blockAlone`. */
  async together(canvas: EmbeddedCanvas, forward: TextForward, keep: boolean): Promise<Float32Array> {
    const states = new Float32Array(this.#prompt.length + canvas.states.length);
    states.set(this.#prompt, 0);
    states.set(canvas.states, this.#prompt.length);
    const positions = span(0, states.length / this.#mot.config.width);
    const result = await this.#forward(states, positions, false, { text: true, keyValues: keep });
    const [from, to] = this.#absolute(forward);
    if (keep) this.#past = withoutPositions(result.keyValues, new Set(span(from, to)), 1);
    return this.#block(result.textStates, from, to);
  }

  /** The block's rows alone; their keys and values take the place of the cached ones (PIPELINE §1.7). */
  async blockAlone(canvas: EmbeddedCanvas, forward: TextForward): Promise<Float32Array> {
    const states = canvas.rows(forward.blockStart, forward.blockEnd);
    const [from, to] = this.#absolute(forward);
    return (await this.#forward(states, span(from, to), true, { text: true })).textStates;
  }

  #absolute({ blockStart, blockEnd }: TextForward): [number, number] {
    return [this.#promptLength + blockStart, this.#promptLength + blockEnd];
  }

  #block(states: Float32Array, from: number, to: number): Float32Array {
    const { width } = this.#mot.config;
    return states.subarray(from * width, to * width);
  }

  #forward(
    states: Float32Array,
    positions: Int32Array,
    usesPast: boolean,
    wanted: { text?: boolean; keyValues?: boolean },
  ): ReturnType<ElasticMot['forward']> {
    this.forwards++;
    const batch = { rows: 1, text: { states, positions } };
    return this.#mot.forward(usesPast ? { ...batch, past: this.#past } : batch, wanted, this.#signal);
  }
}

/**
 * Text diffusion on the real network (PIPELINE §1): yields every step as it commits, and returns the answer.
 * @throws LavidaError request.invalid for settings that do not fit, model.numerics for logits that are not finite;
 *   AbortError between forwards when cancelled
 */
export async function* diffuseText(
  options: TextDiffusionOptions,
): AsyncGenerator<DiffusionStep, DiffusedText> {
  const { mot, settings, maskId, noise, draft, signal, endIds = [] } = options;
  const sampler = new TextSampler({
    settings,
    vocabulary: mot.config.vocabulary,
    maskId,
    noise,
    ...(draft ? { draft } : {}),
  });
  const canvas = await EmbeddedCanvas.of(mot, sampler.tokens);
  const network = new TextNetwork(mot, options.prompt, signal);
  const usesPrefix = options.cache === 'prefix' && settings.parallel === null;
  const ended = (before: number): boolean =>
    endIds.length > 0 &&
    before > 0 &&
    sampler.tokens.subarray(before - settings.blockLength, before).every((id) => endIds.includes(id));
  let prefixRead = false;
  for (let forward = sampler.next(); forward; forward = sampler.next()) {
    if (ended(forward.blockStart)) {
      return { tokens: sampler.tokens.slice(0, forward.blockStart), forwards: network.forwards };
    }
    await setImmediate();
    signal?.throwIfAborted();
    if (usesPrefix && !prefixRead) await network.readPrefix();
    prefixRead = true;
    let states: Float32Array;
    if (usesPrefix) states = await network.withPrefix(canvas, forward);
    else if (forward.rows === 'block') states = await network.blockAlone(canvas, forward);
    else states = await network.together(canvas, forward, settings.parallel !== null);
    const logits = await mot.textLogits(states, signal);
    assertFiniteLogits(logits, forward.step);
    const step = sampler.commit(logits, forward.blockStart);
    await canvas.commit(step);
    yield { ...step, logits };
  }
  return { tokens: sampler.tokens.slice(), forwards: network.forwards };
}
