import { exponentialOf, gumbelOf, RandomStream } from './random.ts';
import type { RowDistribution } from './probabilities.ts';

/**
 * The randomness of an image run, asked for by step and position, so that recorded noise can stand in for the seed.
 * `step` counts from 0, positions are raster indices on the code grid.
 */
export interface ImageNoise {
  /** Draws an id with probability weight / weightSum. */
  draft(step: number, position: number, row: RowDistribution): number;
  /** Standard Gumbel value that perturbs a confidence. */
  gumbel(step: number, position: number): number;
  /** Exponential value of mean 1 that a weight is divided by when drawing without replacement. */
  exponential(step: number, position: number): number;
}

/** One uniform a position, drawn for the whole grid at once: which positions are still masked changes no other's noise. */
class StepUniforms {
  readonly #values: Float64Array;
  readonly #make: (step: number) => RandomStream;
  #step = -1;

  constructor(codes: number, make: (step: number) => RandomStream) {
    this.#values = new Float64Array(codes);
    this.#make = make;
  }

  at(step: number, position: number): number {
    if (step !== this.#step) {
      const stream = this.#make(step);
      for (let i = 0; i < this.#values.length; i++) this.#values[i] = stream.uniform();
      this.#step = step;
    }
    return this.#values[position] as number;
  }
}

/** The id at which the running sum of weights passes u·weightSum (inverse distribution function). */
export function inverseDraw(row: RowDistribution, uniform: number): number {
  const { weights } = row;
  const target = uniform * row.weightSum;
  let sum = 0;
  let last = row.best;
  for (let v = 0; v < weights.length; v++) {
    const weight = weights[v] as number;
    if (weight === 0) continue;
    sum += weight;
    last = v;
    if (sum > target) return v;
  }
  return last;
}

/** Noise of the app: the same seed gives the same codes, on every machine (PIPELINE §2.8). */
export class SeededImageNoise implements ImageNoise {
  readonly #draft: StepUniforms;
  readonly #selection: StepUniforms;

  /** @param codes N */
  constructor(seed: number, codes: number) {
    this.#draft = new StepUniforms(codes, (step) => new RandomStream(seed, 'draft', step));
    this.#selection = new StepUniforms(codes, (step) => new RandomStream(seed, 'selection', step));
  }

  draft(step: number, position: number, row: RowDistribution): number {
    return inverseDraw(row, this.#draft.at(step, position));
  }

  gumbel(step: number, position: number): number {
    return gumbelOf(this.#selection.at(step, position));
  }

  exponential(step: number, position: number): number {
    return exponentialOf(this.#selection.at(step, position));
  }
}

/** The randomness of a text run; `step` counts forwards from 0, positions are canvas indices. */
export interface TextNoise {
  /** One uniform in (0,1) for each id [V], turned into Gumbel noise on the logits of a position. */
  gumbelUniforms(step: number, position: number, vocabulary: number): ArrayLike<number>;
  /** Confidence of `random` remasking, uniform in (0,1). */
  confidence(step: number, position: number): number;
}

/** Noise of the app: a stream of its own for each step and position. */
export class SeededTextNoise implements TextNoise {
  readonly #seed: number;
  #uniforms = new Float64Array(0);

  constructor(seed: number) {
    this.#seed = seed;
  }

  gumbelUniforms(step: number, position: number, vocabulary: number): Float64Array {
    if (this.#uniforms.length !== vocabulary) this.#uniforms = new Float64Array(vocabulary);
    const stream = new RandomStream(this.#seed, 'gumbel', step, position);
    for (let v = 0; v < vocabulary; v++) this.#uniforms[v] = stream.uniform();
    return this.#uniforms;
  }

  confidence(step: number, position: number): number {
    return new RandomStream(this.#seed, 'confidence', step, position).uniform();
  }
}
