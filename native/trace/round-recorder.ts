import { candidateCount, type RunEvent } from '../../electron/contract/events.ts';

/** Commit step of a code that was there before the first step (a locked region, a branch from another run). */
export const givenStep = 0xffff;

/** One recorded round in memory; arrays of S×N are row-major by step. */
export interface RecordedRound {
  /** From 1. */
  round: number;
  /** Seed of its noise. */
  seed: number;
  /** What the model said of the picture; null without a critique. */
  verdict: { reply: string; accepted: boolean } | null;
  /** Steps that finished. */
  steps: number;
  /** Codes before the first step [N]. */
  initial: Uint16Array;
  /** Codes after the last step [N]; the mask id where a cancelled run left masks. */
  final: Uint16Array;
  /** Step that committed each code [N]; `givenStep` for codes given from the start and for codes never committed. */
  commitStep: Uint16Array;
  /** x̂ [S, N]. */
  drafted: Uint16Array;
  /** q [S, N]. */
  confidence: Float32Array;
  /** nats [S, N]. */
  entropy: Float32Array;
  /** The likeliest codes and their probabilities [S, N, candidateCount]; null where no step told them. */
  candidates: { ids: Uint16Array; probabilities: Float32Array } | null;
  /** ‖ℓ_conditional − ℓ_other‖₂ [S, N]; null where guidance was off throughout. */
  guidanceDelta: Float32Array | null;
  stepMs: number[];
  meanConfidence: number[];
  meanEntropy: number[];
}

type StepLogits = Extract<RunEvent, { type: 'step.logits' }>;

/** Collects the steps of one round: N × (2 + 4 + 4) bytes a step, and N × 34 more with candidates and guidance. */
export class RoundRecorder {
  readonly round: number;
  readonly seed: number;
  verdict: RecordedRound['verdict'] = null;
  readonly #maskId: number;
  readonly #initial: Uint16Array;
  readonly #commitStep: Uint16Array;
  readonly #logits: StepLogits[] = [];
  readonly #stepMs: number[] = [];
  readonly #meanConfidence: number[] = [];
  readonly #meanEntropy: number[] = [];
  #state: Uint16Array;

  /** @param initial codes before the first step [N], `maskId` where masked */
  constructor(round: number, seed: number, initial: Uint16Array, maskId: number) {
    this.round = round;
    this.seed = seed;
    this.#maskId = maskId;
    this.#initial = initial;
    this.#state = initial;
    this.#commitStep = new Uint16Array(initial.length).fill(givenStep);
  }

  consume(event: RunEvent): void {
    switch (event.type) {
      case 'step.logits':
        this.#logits.push(event);
        this.#meanEntropy.push(this.#meanOverMasked(event.entropy));
        break;
      case 'step.commit': {
        let sum = 0;
        for (let i = 0; i < event.positions.length; i++) {
          this.#commitStep[event.positions[i] as number] = event.step;
          sum += event.confidence[i] as number;
        }
        this.#meanConfidence.push(event.positions.length > 0 ? sum / event.positions.length : 0);
        break;
      }
      case 'step.state':
        this.#state = event.ids;
        this.#stepMs.push(event.milliseconds);
        break;
      default:
    }
  }

  /** What was recorded so far. Only whole steps count. */
  recorded(): RecordedRound {
    const steps = this.#stepMs.length;
    const codes = this.#initial.length;
    const logits = this.#logits.slice(0, steps);
    const hasCandidates = logits.some(({ candidates }) => candidates);
    const hasGuidance = logits.some(({ guidanceDelta }) => guidanceDelta);
    const each = codes * candidateCount;
    const run: RecordedRound = {
      round: this.round,
      seed: this.seed,
      verdict: this.verdict,
      steps,
      initial: this.#initialCodes(),
      final: this.#state,
      commitStep: this.#commitStep,
      drafted: new Uint16Array(steps * codes),
      confidence: new Float32Array(steps * codes),
      entropy: new Float32Array(steps * codes),
      candidates: hasCandidates
        ? { ids: new Uint16Array(steps * each), probabilities: new Float32Array(steps * each) }
        : null,
      guidanceDelta: hasGuidance ? new Float32Array(steps * codes) : null,
      stepMs: this.#stepMs.slice(),
      meanConfidence: this.#meanConfidence.slice(0, steps),
      meanEntropy: this.#meanEntropy.slice(0, steps),
    };
    logits.forEach(({ drafted, confidence, entropy, candidates, guidanceDelta }, step) => {
      run.drafted.set(drafted, step * codes);
      run.confidence.set(confidence, step * codes);
      run.entropy.set(entropy, step * codes);
      if (candidates) {
        run.candidates?.ids.set(candidates.ids, step * each);
        run.candidates?.probabilities.set(candidates.probabilities, step * each);
      }
      if (guidanceDelta) run.guidanceDelta?.set(guidanceDelta, step * codes);
    });
    return run;
  }

  /** Codes no step committed but that are there at the end were given. */
  #initialCodes(): Uint16Array {
    return this.#initial.map((code, p) =>
      this.#commitStep[p] === givenStep ? (this.#state[p] as number) : code,
    );
  }

  #meanOverMasked(entropy: Float32Array): number {
    let sum = 0;
    let count = 0;
    for (let p = 0; p < entropy.length; p++) {
      if (this.#state[p] !== this.#maskId) continue;
      sum += entropy[p] as number;
      count += 1;
    }
    return count > 0 ? sum / count : 0;
  }
}
