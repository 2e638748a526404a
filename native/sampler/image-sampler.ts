import { candidateCount } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import { filterRow } from './filters.ts';
import { guidanceIsOn } from './guidance.ts';
import type { ImageNoise } from './noise.ts';
import { RowDistribution } from './probabilities.ts';
import { transferCounts, type TransferSchedule } from './schedule.ts';
import { maskGitWeights, noisyLogConfidence, topPositions, withoutReplacementScores } from './selection.ts';
import { temperatureFactors, type CurveName } from './temperature.ts';

/** Sampling settings of PIPELINE §2; a text-to-image request has all but `samplingTemperature`. */
export interface ImageSamplerSettings {
  steps: number;
  schedule: TransferSchedule;
  /** w; 0 = guidance off. */
  guidanceScale: number;
  guidanceInterval: readonly [number, number];
  /** τ. */
  temperature: number;
  samplePolicy: 'multinomial' | 'argmax';
  /** 0 = off. */
  topK: number;
  /** 1 = off. */
  topP: number;
  /** After this fraction of the steps positions are chosen by confidence, whatever the policy. */
  orderCutoff: number;
  /** A of the policies `confidence` and `mask_git`. */
  selectionTemperature: { value: number; dynamic: boolean; min: number; curve: CurveName };
  /** A falling τ; left out = constant. */
  samplingTemperature?: { min: number; curve: CurveName };
}

/** How a step chooses positions: along a list, by noisy confidence (`mmada`), or `mask_git`. */
export type SelectionPolicy = 'list' | 'confidence' | 'mask_git';

export interface ImageSamplerOptions {
  /** N, codes of the grid; at most 65536. */
  codes: number;
  /** V, size of the codebook. */
  vocabulary: number;
  /** Id of a masked code; V or larger. */
  maskId: number;
  /** Codes to start from [N]; those that are not `maskId` stay as they are. All masked when left out. */
  initial?: Uint16Array;
  /**
   * Go on in the middle of a run: the step whose noise, temperatures and guidance come first, and how many codes each
   * step commits. Left out = from the beginning, by the schedule.
   */
  resume?: { step: number; counts: readonly number[] };
  settings: ImageSamplerSettings;
  policy: SelectionPolicy;
  /** Permutation of the grid [N]; needed by the policy `list`. */
  order: Uint16Array | null;
  noise: ImageNoise;
}

export interface ImageStep {
  /** 0-based. */
  step: number;
  /** x̂ [N]: the id drafted at each position that was masked, the committed id elsewhere. */
  drafted: Uint16Array;
  /** q [N]: softmax probability of x̂ at temperature 1; 1 where already committed. */
  confidence: Float32Array;
  /** Entropy of the guided distribution [N], nats; 0 where already committed. */
  entropy: Float32Array;
  /** The likeliest ids of each position that was masked, [N, candidateCount] each, most likely first; 0 elsewhere. */
  candidates: { ids: Uint16Array; probabilities: Float32Array };
  /** Score positions were chosen by [N], −∞ where not a candidate; null when a list decided. */
  scores: Float64Array | null;
  /** Committed positions, in the order of choice. */
  positions: Uint16Array;
  /** Their ids. */
  ids: Uint16Array;
  /** Their q. */
  committedConfidence: Float32Array;
}

/**
 * The loop of masked image generation without the network (PIPELINE §2.5): holds the codes, says what guidance a step
 * needs, takes its guided logits, drafts an id at every masked position and commits some of them. A committed code
 * never changes; the last step commits whatever is left. Starting from codes of which some are set (a locked region, a
 * branch from a step) makes the schedule for the masked ones alone.
 */
export class ImageSampler {
  readonly maskId: number;
  /** Fixed position order [N], or null where confidence decides. */
  readonly order: Uint16Array | null;
  /** k_i of each step; sums to the number of codes masked at the start. */
  readonly transferCounts: readonly number[];
  /** τ of each step. */
  readonly temperatures: readonly number[];
  /** A of each step. */
  readonly selectionTemperatures: readonly number[];
  readonly #ids: Uint16Array;
  readonly #settings: ImageSamplerSettings;
  readonly #policy: SelectionPolicy;
  readonly #noise: ImageNoise;
  readonly #row: RowDistribution;
  /** The positions of `order` that were masked at the start. */
  readonly #queue: Uint16Array;
  /** Steps that lie before the first one: 0 but for a run that goes on from another. */
  readonly #offset: number;
  #step = 0;
  #masked: number;

  /** @throws LavidaError request.invalid when `initial` or `order` does not fit the grid, or steps or τ is not positive */
  constructor(options: ImageSamplerOptions) {
    const { codes, settings } = options;
    if (options.initial && options.initial.length !== codes) {
      throw new LavidaError(
        'request.invalid',
        `The codes to start from are ${options.initial.length}; this grid has ${codes}.`,
      );
    }
    if (options.policy === 'list' && options.order?.length !== codes) {
      throw new LavidaError('request.invalid', `The position order does not list the ${codes} codes.`);
    }
    if (!(settings.steps >= 1)) throw new LavidaError('request.steps', 'At least one step is needed.');
    if (!(settings.temperature > 0)) {
      throw new LavidaError('request.invalid', 'The sampling temperature must be above 0.');
    }
    this.maskId = options.maskId;
    this.order = options.policy === 'list' ? options.order : null;
    this.#settings = settings;
    this.#policy = options.policy;
    this.#noise = options.noise;
    this.#row = new RowDistribution(options.vocabulary);
    this.#ids = options.initial
      ? Uint16Array.from(options.initial)
      : new Uint16Array(codes).fill(options.maskId);
    this.#masked = this.#ids.reduce((count, id) => count + (id === this.maskId ? 1 : 0), 0);
    this.#queue = (this.order ?? new Uint16Array(0)).filter((p) => this.#ids[p] === this.maskId);
    this.#offset = options.resume?.step ?? 0;
    this.transferCounts =
      options.resume?.counts ?? transferCounts(this.#masked, settings.steps, settings.schedule);
    const steps = this.#total;
    const { shift } = settings.schedule;
    const { value, dynamic, ...selection } = settings.selectionTemperature;
    const ones = (): number[] => Array.from({ length: steps }, () => 1);
    const selectionFactors = dynamic ? temperatureFactors(steps, { ...selection, shift }) : ones();
    const sampling = settings.samplingTemperature;
    const samplingFactors = sampling ? temperatureFactors(steps, { ...sampling, shift }) : ones();
    this.selectionTemperatures = selectionFactors.slice(this.#offset).map((factor) => value * factor);
    this.temperatures = samplingFactors.slice(this.#offset).map((factor) => settings.temperature * factor);
  }

  /** Number of steps: what was asked for, or the number of masked codes if that is less. */
  get steps(): number {
    return this.transferCounts.length;
  }

  /** Steps with those before the first one, which noise and curves count. */
  get #total(): number {
    return this.#offset + this.steps;
  }

  /** The step that comes next, 0-based. */
  get step(): number {
    return this.#step;
  }

  /** Codes that are still masked. */
  get masked(): number {
    return this.#masked;
  }

  get done(): boolean {
    return this.#masked === 0;
  }

  /** The codes as they are now [N], `maskId` where masked; a view that later steps change. */
  get ids(): Uint16Array {
    return this.#ids;
  }

  /** Whether a step lies in the guidance interval. */
  isGuided(step = this.#step): boolean {
    return guidanceIsOn(this.#offset + step, this.#total, this.#settings.guidanceInterval);
  }

  /** Whether the logits of a step must be guided, so more than the conditional row is needed. */
  needsGuidance(step = this.#step): boolean {
    return this.#settings.guidanceScale !== 0 && this.isGuided(step);
  }

  /** Raster positions that are masked now, whose logits the step needs. */
  maskedPositions(): Uint16Array {
    const positions = new Uint16Array(this.#masked);
    let found = 0;
    for (let p = 0; p < this.#ids.length; p++) if (this.#ids[p] === this.maskId) positions[found++] = p;
    return positions;
  }

  /**
   * Takes the guided logits of the current step, commits k_i codes and goes on to the next step.
   * @param logits ℓ [N, V] of the whole grid, or [masked, V] of `maskedPositions` alone; with top-k or top-p on, ids that
   *   are filtered out become −∞ in it
   * @throws RangeError for another number of rows
   */
  advance(logits: Float32Array): ImageStep {
    const step = this.#step;
    const codes = this.#ids.length;
    const masked = Uint8Array.from(this.#ids, (id) => (id === this.maskId ? 1 : 0));
    const drafted = Uint16Array.from(this.#ids);
    const confidence = new Float32Array(codes).fill(1);
    const entropy = new Float32Array(codes);
    const candidates = {
      ids: new Uint16Array(codes * candidateCount),
      probabilities: new Float32Array(codes * candidateCount),
    };
    this.#draft(logits, masked, { drafted, confidence, entropy, candidates });

    const last = step === this.steps - 1;
    const count = last ? this.#masked : (this.transferCounts[step] as number);
    const scores = this.#scores(confidence, masked);
    const chosen = scores ? topPositions(scores, count) : this.#nextInList(count);
    const positions = Uint16Array.from(chosen);
    const ids = positions.map((p) => drafted[p] as number);
    positions.forEach((p, i) => {
      this.#ids[p] = ids[i] as number;
    });
    this.#masked -= positions.length;
    this.#step++;
    const committedConfidence = Float32Array.from(positions, (p) => confidence[p] as number);
    return {
      step,
      drafted,
      confidence,
      entropy,
      candidates,
      scores,
      positions,
      ids,
      committedConfidence,
    };
  }

  /** Drafts x̂ with its probability and entropy at every masked position (PIPELINE §2.5 steps 3 and 4). */
  #draft(
    logits: Float32Array,
    masked: Uint8Array,
    out: Pick<ImageStep, 'drafted' | 'confidence' | 'entropy' | 'candidates'>,
  ): void {
    const { topK, topP, samplePolicy } = this.#settings;
    const vocabulary = this.#row.weights.length;
    const temperature = samplePolicy === 'argmax' ? 1 : (this.temperatures[this.#step] as number);
    const rows = logits.length / vocabulary;
    if (rows !== masked.length && rows !== this.#masked) {
      throw new RangeError(`${rows} rows of logits for ${this.#masked} masked codes of ${masked.length}`);
    }
    const everywhere = rows === masked.length;
    let next = 0;
    for (let p = 0; p < masked.length; p++) {
      if (masked[p] === 0) continue;
      const start = (everywhere ? p : next++) * vocabulary;
      if (topK > 0 || topP < 1) filterRow(logits.subarray(start, start + vocabulary), topK, topP);
      const row = this.#row.read(logits, start, temperature);
      const id = samplePolicy === 'argmax' ? row.best : this.#noise.draft(this.#offset + this.#step, p, row);
      out.drafted[p] = id;
      out.confidence[p] = row.probability(id);
      out.entropy[p] = row.entropy;
      const { ids, probabilities } = out.candidates;
      row.top(candidateCount, ids, probabilities, p * candidateCount);
    }
  }

  /** Score of each position under the policy of this step, or null when the list decides (PIPELINE §2.6). */
  #scores(confidence: Float32Array, masked: Uint8Array): Float64Array | null {
    const temperature = this.selectionTemperatures[this.#step] as number;
    const step = this.#offset + this.#step;
    const pastCutoff = (step + 1) / this.#total > this.#settings.orderCutoff;
    if (this.#policy === 'confidence' || pastCutoff) {
      return noisyLogConfidence(confidence, masked, temperature, (p) => this.#noise.gumbel(step, p));
    }
    if (this.#policy === 'list') return null;
    const weights = maskGitWeights(confidence, masked, temperature);
    return withoutReplacementScores(weights, masked, (p) => this.#noise.exponential(step, p));
  }

  /** The next `count` positions of the list; as many as are committed already lie before them. */
  #nextInList(count: number): Uint16Array {
    const from = this.#queue.length - this.#masked;
    return this.#queue.subarray(from, from + count);
  }
}
