import { candidateCount } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import type { TextNoise } from './noise.ts';
import { factorCommitCount, thresholdCommitCount, type ParallelCommit } from './parallel-commit.ts';
import { RowDistribution } from './probabilities.ts';
import { transferCounts, uniformTransferCounts, type TransferSchedule } from './schedule.ts';
import { topPositions } from './selection.ts';
import { draftConfidence, type Remasking } from './text-confidence.ts';

/** Settings of semi-autoregressive block diffusion (PIPELINE §1.2). */
export interface TextSamplerSettings {
  /** G, tokens to generate. */
  length: number;
  /** Lb, must divide G. */
  blockLength: number;
  /** At most this many steps a block; one token a step when left out. Not together with `stepRatio`. */
  stepsPerBlock?: number;
  /** Steps a block as a fraction of Lb. */
  stepRatio?: number;
  /** How many tokens each step of a block commits; null = evenly. */
  schedule: TransferSchedule | null;
  /** T of the Gumbel noise on the logits; 0 = argmax. */
  temperature: number;
  remasking: Remasking;
  /** Fast-dLLM: commit by confidence, and refresh only the block's rows between full passes; null = off. */
  parallel: ParallelCommit | null;
}

export interface TextSamplerOptions {
  settings: TextSamplerSettings;
  /** V, width of a row of logits. */
  vocabulary: number;
  /** Text mask id; it is never drafted, which a trained model would not do anyway. */
  maskId: number;
  /** Tokens to start from, written from index 0; holes are `maskId`. All masked when left out. */
  draft?: ArrayLike<number>;
  noise: TextNoise;
}

/** The forward a step needs. Canvas rows are counted from 0 to G−1. */
export interface TextForward {
  /** Forwards so far. */
  step: number;
  block: number;
  /** The block is [blockStart, blockEnd). */
  blockStart: number;
  blockEnd: number;
  /**
   * `canvas`: feed all G rows, later blocks as masks. `block`: feed the block's rows alone, whose keys and values
   * replace theirs in the cache (fast-dLLM, PIPELINE §1.7).
   */
  rows: 'canvas' | 'block';
}

export interface TextStep extends Omit<TextForward, 'rows'> {
  /** Committed canvas positions, most confident first. */
  positions: Int32Array;
  /** Their ids. */
  ids: Int32Array;
  /** Their confidence under the remasking strategy. */
  confidence: Float32Array;
  /** x̂ of the block [Lb]; the committed id where it was not masked. */
  drafted: Int32Array;
  /** Softmax probability of x̂ [Lb]; 1 where it was not masked. */
  probability: Float32Array;
  /** Entropy of the softmax [Lb], nats; 0 where it was not masked. */
  entropy: Float32Array;
  /** The likeliest ids [Lb, candidateCount], most likely first; 0 where it was not masked. */
  candidates: { ids: Int32Array; probabilities: Float32Array };
}

/** Steps a block may take (PIPELINE §1.2). @throws LavidaError request.invalid */
export function stepsPerBlock(settings: TextSamplerSettings): number {
  const { length, blockLength, stepsPerBlock: wanted, stepRatio } = settings;
  if (!(blockLength >= 1) || length < 1 || length % blockLength !== 0) {
    throw new LavidaError(
      'request.invalid',
      `A block of ${blockLength} tokens does not divide an answer of ${length}.`,
    );
  }
  if (wanted !== undefined && stepRatio !== undefined) {
    throw new LavidaError('request.invalid', 'Steps per block and a step ratio cannot both be set.');
  }
  const steps =
    wanted !== undefined ? Math.min(wanted, blockLength) : Math.floor(blockLength * (stepRatio ?? 1));
  if (!(steps >= 1 && steps <= blockLength)) {
    throw new LavidaError('request.invalid', `A block of ${blockLength} tokens cannot take ${steps} steps.`);
  }
  return steps;
}

/**
 * Semi-autoregressive block diffusion without the network (PIPELINE §1.3): `next()` says which forward is needed,
 * `commit(logits)` takes its result. Blocks are finished in order; a committed token never changes.
 */
export class TextSampler {
  readonly #settings: TextSamplerSettings;
  readonly #tokens: Int32Array;
  readonly #maskId: number;
  readonly #noise: TextNoise;
  readonly #row: RowDistribution;
  readonly #stepsPerBlock: number;
  #block = -1;
  /** Transfer counts of the current block, and how many of its steps are done. */
  #counts: readonly number[] = [];
  #blockStep = 0;
  #forwards = 0;

  /** @throws LavidaError request.invalid */
  constructor(options: TextSamplerOptions) {
    const { settings, draft } = options;
    this.#stepsPerBlock = stepsPerBlock(settings);
    if (draft && draft.length > settings.length) {
      throw new LavidaError(
        'request.invalid',
        `The draft has ${draft.length} tokens; the answer has room for ${settings.length}.`,
      );
    }
    this.#settings = settings;
    this.#maskId = options.maskId;
    this.#noise = options.noise;
    this.#row = new RowDistribution(options.vocabulary);
    this.#tokens = new Int32Array(settings.length).fill(options.maskId);
    if (draft) this.#tokens.set(Int32Array.from(draft));
  }

  /** The canvas as it is now [G]; a view that later steps change. */
  get tokens(): Int32Array {
    return this.#tokens;
  }

  /** Forwards committed so far (NFE without a prefix pass). */
  get forwards(): number {
    return this.#forwards;
  }

  get blocks(): number {
    return this.#settings.length / this.#settings.blockLength;
  }

  /** The next forward, or null when no mask is left. */
  next(): TextForward | null {
    const { blockLength } = this.#settings;
    while (this.#block < this.blocks) {
      const blockStart = Math.max(0, this.#block) * blockLength;
      const blockEnd = blockStart + blockLength;
      if (this.#block >= 0 && this.#maskedIn(blockStart, blockEnd) > 0) {
        const rows = this.#settings.parallel && this.#blockStep > 0 ? 'block' : 'canvas';
        return { step: this.#forwards, block: this.#block, blockStart, blockEnd, rows };
      }
      this.#open(this.#block + 1);
    }
    return null;
  }

  /**
   * Drafts the block's masked tokens from the logits of the forward that `next` named, and commits some (PIPELINE §1.3).
   * @param logits [rows, V] of consecutive canvas rows; @param firstRow the canvas row of the first one
   */
  commit(logits: Float32Array, firstRow: number): TextStep {
    const forward = this.next();
    if (!forward) throw new LavidaError('internal', 'The answer is complete; no step is left to commit.');
    const { step, block, blockStart, blockEnd } = forward;
    const length = blockEnd - blockStart;
    const drafted = this.#tokens.slice(blockStart, blockEnd);
    const scores = new Float64Array(length).fill(-Infinity);
    const probability = new Float32Array(length).fill(1);
    const entropy = new Float32Array(length);
    const candidates = {
      ids: new Int32Array(length * candidateCount),
      probabilities: new Float32Array(length * candidateCount),
    };
    const { temperature, remasking } = this.#settings;
    for (let i = 0; i < length; i++) {
      if (drafted[i] !== this.#maskId) continue;
      const position = blockStart + i;
      const start = (position - firstRow) * this.#row.weights.length;
      const row = this.#row.read(logits, start, 1);
      const id = this.#draw(logits, start, step, position, temperature);
      drafted[i] = id;
      probability[i] = row.probability(id);
      entropy[i] = row.entropy;
      row.top(candidateCount, candidates.ids, candidates.probabilities, i * candidateCount);
      scores[i] = draftConfidence(remasking, row, id, () => this.#noise.confidence(step, position));
    }
    const chosen = this.#choose(scores);
    const positions = Int32Array.from(chosen, (i) => blockStart + i);
    const ids = Int32Array.from(chosen, (i) => drafted[i] as number);
    const confidence = Float32Array.from(chosen, (i) => scores[i] as number);
    positions.forEach((p, i) => {
      this.#tokens[p] = ids[i] as number;
    });
    this.#forwards++;
    this.#blockStep++;
    return {
      step,
      block,
      blockStart,
      blockEnd,
      positions,
      ids,
      confidence,
      drafted,
      probability,
      entropy,
      candidates,
    };
  }

  #maskedIn(from: number, to: number): number {
    let count = 0;
    for (let p = from; p < to; p++) if (this.#tokens[p] === this.#maskId) count++;
    return count;
  }

  /** Starts a block: its schedule is made for the masks it holds (PIPELINE §1.3 step 2). */
  #open(block: number): void {
    const { blockLength, schedule } = this.#settings;
    this.#block = block;
    this.#blockStep = 0;
    if (block === this.blocks) return;
    const masked = this.#maskedIn(block * blockLength, (block + 1) * blockLength);
    this.#counts = schedule
      ? transferCounts(masked, this.#stepsPerBlock, schedule)
      : uniformTransferCounts(masked, this.#stepsPerBlock);
  }

  /** argmax over ids of ℓ − T·ln(−ln u), float64 (PIPELINE §1.3 step 4); the mask id is left out. */
  #draw(logits: Float32Array, start: number, step: number, position: number, temperature: number): number {
    const vocabulary = this.#row.weights.length;
    const uniforms = temperature > 0 ? this.#noise.gumbelUniforms(step, position, vocabulary) : null;
    let best = -1;
    let bestValue = -Infinity;
    for (let v = 0; v < vocabulary; v++) {
      if (v === this.#maskId) continue;
      const noise = uniforms ? temperature * Math.log(-Math.log(uniforms[v] as number)) : 0;
      const value = (logits[start + v] as number) - noise;
      if (value > bestValue || best < 0) {
        best = v;
        bestValue = value;
      }
    }
    return best;
  }

  /** Block-relative positions to commit, most confident first. */
  #choose(scores: Float64Array): number[] {
    const ranked = topPositions(scores, scores.length);
    const { parallel } = this.#settings;
    const confidences = ranked.map((i) => scores[i] as number);
    if (parallel && parallel.factor !== null) {
      return ranked.slice(0, factorCommitCount(confidences, parallel.factor));
    }
    if (parallel && parallel.threshold !== null) {
      return ranked.slice(0, thresholdCommitCount(confidences, parallel.threshold));
    }
    // Past the schedule's end everything left is taken, so a block always finishes.
    return ranked.slice(0, this.#counts[this.#blockStep] ?? ranked.length);
  }
}
