import { candidateCount } from '../../electron/contract/events.ts';
import type { TraceHead, TraceRound, TraceStep } from '../../electron/contract/traces.ts';
import { LavidaError } from '../errors.ts';
import type { SafetensorsFile } from '../tensor/safetensors.ts';
import { roundPrefix, traceKey, traceMetadataSchema, type TraceMetadata } from './metadata.ts';
import { notATrace, openTraceFile } from './open-file.ts';
import { parseJson } from '../parse-json.ts';

type RoundMetadata = NonNullable<TraceMetadata['rounds']>[number];

/** A recorded run on disk, read one step at a time. */
export class TraceFile {
  readonly head: TraceMetadata;
  /** All rounds, oldest first. */
  readonly rounds: readonly RoundMetadata[];
  readonly #file: SafetensorsFile;
  readonly #codes: number;

  private constructor(file: SafetensorsFile, head: TraceMetadata) {
    this.#file = file;
    this.head = head;
    this.#codes = head.grid.width * head.grid.height;
    const { steps, stepMs, meanConfidence, meanEntropy, request } = head;
    this.rounds = head.rounds ?? [
      { round: 1, seed: request.seed, verdict: null, steps, stepMs, meanConfidence, meanEntropy },
    ];
  }

  /** @throws LavidaError file.missing or file.invalid naming the file */
  static async open(path: string): Promise<TraceFile> {
    const file = await openTraceFile(path);
    try {
      const head = traceMetadataSchema.parse(parseJson(file.metadata[traceKey] ?? 'null'));
      const trace = new TraceFile(file, head);
      for (const round of trace.rounds) trace.#check(round);
      return trace;
    } catch (error) {
      await file.close();
      throw notATrace(path, error);
    }
  }

  #check(round: RoundMetadata): void {
    const prefix = this.#prefix(round);
    const codes = this.#codes;
    for (const [name, dtype, shape, needed] of [
      ['initial', 'U16', [codes], true],
      ['final', 'U16', [codes], true],
      ['commit_step', 'U16', [codes], true],
      ['drafted', 'U16', [round.steps, codes], true],
      ['confidence', 'F32', [round.steps, codes], true],
      ['entropy', 'F32', [round.steps, codes], true],
      ['candidate_ids', 'U16', [round.steps, codes, candidateCount], false],
      ['candidate_probabilities', 'F32', [round.steps, codes, candidateCount], false],
      ['guidance_delta', 'F32', [round.steps, codes], false],
    ] as const) {
      if (!needed && !this.#file.entries.has(prefix + name)) continue;
      const entry = this.#file.entry(prefix + name);
      if (entry.dtype !== dtype || entry.shape.join() !== shape.join()) {
        throw new Error(`${prefix}${name} has another shape`);
      }
    }
  }

  /**
   * The static part of a round, as the window gets it.
   * @param round from 1; the last one when left out
   * @throws LavidaError request.invalid when there is no such round
   */
  async readHead(id: string, round?: number): Promise<TraceHead> {
    const chosen = this.#round(round);
    const { request, grid, image, result, codebookSize, maskId, transferCounts } = this.head;
    const { steps, stepMs, meanConfidence, meanEntropy } = chosen;
    return {
      id,
      request,
      round: chosen.round,
      rounds: this.rounds.map(({ round: number, seed, steps: count, verdict }): TraceRound => {
        return { round: number, seed, steps: count, verdict };
      }),
      steps,
      grid,
      image,
      ...(result ? { result } : {}),
      codebookSize,
      maskId,
      transferCounts,
      initial: await this.#codesOf(chosen, 'initial'),
      commitStep: await this.#codesOf(chosen, 'commit_step'),
      meanConfidence,
      meanEntropy,
      stepMs,
    };
  }

  /**
   * Codes, drafts, confidence and entropy of step `step` (from 0), and what else was recorded.
   * @throws LavidaError request.invalid when there is no such step or round
   */
  async readStep(step: number, round?: number): Promise<TraceStep> {
    const chosen = this.#round(round);
    if (!Number.isInteger(step) || step < 0 || step >= chosen.steps) {
      throw new LavidaError(
        'request.invalid',
        `This run has ${chosen.steps} steps; there is no step ${step + 1}.`,
      );
    }
    const drafted = new Uint16Array(await this.#row(chosen, 'drafted', step, 2));
    const confidence = new Float32Array(await this.#row(chosen, 'confidence', step, 4));
    const entropy = new Float32Array(await this.#row(chosen, 'entropy', step, 4));
    const read: TraceStep = { step, ids: await this.codesAt(step + 1, round), drafted, confidence, entropy };
    if (this.#has(chosen, 'candidate_ids')) {
      read.candidates = {
        ids: new Uint16Array(await this.#row(chosen, 'candidate_ids', step, 2 * candidateCount)),
        probabilities: new Float32Array(
          await this.#row(chosen, 'candidate_probabilities', step, 4 * candidateCount),
        ),
      };
    }
    if (this.#has(chosen, 'guidance_delta')) {
      read.guidanceDelta = new Float32Array(await this.#row(chosen, 'guidance_delta', step, 4));
    }
    return read;
  }

  /** The codes after `finished` steps [N], the mask id where none was committed; 0 = those before the first step. */
  async codesAt(finished: number, round?: number): Promise<Uint16Array> {
    const chosen = this.#round(round);
    const [ids, final, commitStep] = [
      await this.#codesOf(chosen, 'initial'),
      await this.#codesOf(chosen, 'final'),
      await this.#codesOf(chosen, 'commit_step'),
    ];
    for (let p = 0; p < ids.length; p++) {
      if ((commitStep[p] as number) < finished) ids[p] = final[p] as number;
    }
    return ids;
  }

  /** Step that committed each code [N], 65535 for codes given from the start. */
  commitSteps(round?: number): Promise<Uint16Array> {
    return this.#codesOf(this.#round(round), 'commit_step');
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #round(round: number | undefined): RoundMetadata {
    const found = round === undefined ? this.rounds.at(-1) : this.rounds.find((one) => one.round === round);
    if (found) return found;
    throw new LavidaError('request.invalid', `This run has no round ${round ?? 1}.`);
  }

  #prefix({ round }: RoundMetadata): string {
    return round === this.rounds.at(-1)?.round ? '' : roundPrefix(round);
  }

  #has(round: RoundMetadata, name: string): boolean {
    return this.#file.entries.has(this.#prefix(round) + name);
  }

  async #codesOf(round: RoundMetadata, name: string): Promise<Uint16Array> {
    return new Uint16Array((await this.#file.readBytes(this.#prefix(round) + name)).slice().buffer);
  }

  /** One step's part of a tensor; `bytes` a code. */
  async #row(round: RoundMetadata, name: string, step: number, bytes: number): Promise<ArrayBuffer> {
    const length = this.#codes * bytes;
    return (await this.#file.readBytes(this.#prefix(round) + name, step * length, length)).slice().buffer;
  }
}
