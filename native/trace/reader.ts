import { z } from 'zod';
import { pictureRequestSchema } from '../../electron/contract/request.ts';
import type { TraceHead, TraceStep } from '../../electron/contract/runs.ts';
import { LavidaError } from '../errors.ts';
import { SafetensorsFile } from '../tensor/safetensors.ts';

/** Key of the file's `__metadata__` that holds the head as JSON (docs/trace-format.md). */
export const traceKey = 'lavida_trace';

export const traceMetadataSchema = z.object({
  version: z.literal(1),
  request: pictureRequestSchema,
  model: z.object({ name: z.string(), fingerprint: z.string() }),
  backend: z.string(),
  steps: z.int().nonnegative(),
  grid: z.object({ width: z.int().positive(), height: z.int().positive() }),
  image: z.object({ width: z.int().positive(), height: z.int().positive() }),
  codebookSize: z.int().positive(),
  maskId: z.int(),
  transferCounts: z.array(z.int()),
  stepMs: z.array(z.number()),
  meanConfidence: z.array(z.number()),
  meanEntropy: z.array(z.number()),
});
export type TraceMetadata = z.infer<typeof traceMetadataSchema>;

/** A recorded run on disk, read one step at a time. */
export class TraceFile {
  readonly head: TraceMetadata;
  readonly #file: SafetensorsFile;
  readonly #codes: number;

  private constructor(file: SafetensorsFile, head: TraceMetadata) {
    this.#file = file;
    this.head = head;
    this.#codes = head.grid.width * head.grid.height;
  }

  /** @throws LavidaError file.missing or file.invalid naming the file */
  static async open(path: string): Promise<TraceFile> {
    let file: SafetensorsFile;
    try {
      file = await SafetensorsFile.open(path);
    } catch (error) {
      const missing = error instanceof LavidaError && error.code === 'model.missing';
      throw new LavidaError(
        missing ? 'file.missing' : 'file.invalid',
        `The trace ${path} ${missing ? 'cannot be opened' : 'is damaged'}.`,
        error instanceof LavidaError ? error.detail || error.message : String(error),
      );
    }
    try {
      const head = traceMetadataSchema.parse(JSON.parse(file.metadata[traceKey] ?? 'null'));
      const codes = head.grid.width * head.grid.height;
      for (const [name, dtype, shape] of [
        ['initial', 'U16', [codes]],
        ['final', 'U16', [codes]],
        ['commit_step', 'U16', [codes]],
        ['drafted', 'U16', [head.steps, codes]],
        ['confidence', 'F32', [head.steps, codes]],
        ['entropy', 'F32', [head.steps, codes]],
      ] as const) {
        const entry = file.entry(name);
        if (entry.dtype !== dtype || entry.shape.join() !== shape.join())
          throw new Error(`${name} has another shape`);
      }
      return new TraceFile(file, head);
    } catch (error) {
      await file.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new LavidaError('file.invalid', `${path} is not a trace this program can read.`, reason);
    }
  }

  /** The static part, as the window gets it. */
  async readHead(id: string): Promise<TraceHead> {
    const { request, steps, grid, image, codebookSize, maskId, transferCounts } = this.head;
    const { stepMs, meanConfidence, meanEntropy } = this.head;
    return {
      id,
      request,
      steps,
      grid,
      image,
      codebookSize,
      maskId,
      transferCounts,
      commitStep: await this.#codesOf('commit_step'),
      meanConfidence,
      meanEntropy,
      stepMs,
    };
  }

  /**
   * Codes, drafts, confidence and entropy of step `step` (from 0).
   * @throws LavidaError request.invalid when there is no such step
   */
  async readStep(step: number): Promise<TraceStep> {
    if (!Number.isInteger(step) || step < 0 || step >= this.head.steps) {
      throw new LavidaError(
        'request.invalid',
        `This run has ${this.head.steps} steps; there is no step ${step + 1}.`,
      );
    }
    const n = this.#codes;
    const [initial, final, commitStep] = [
      await this.#codesOf('initial'),
      await this.#codesOf('final'),
      await this.#codesOf('commit_step'),
    ];
    const ids = initial;
    for (let p = 0; p < n; p++) if ((commitStep[p] as number) <= step) ids[p] = final[p] as number;
    const row = async (name: string, bytes: number): Promise<ArrayBuffer> =>
      (await this.#file.readBytes(name, step * n * bytes, n * bytes)).slice().buffer;
    return {
      step,
      ids,
      drafted: new Uint16Array(await row('drafted', 2)),
      confidence: new Float32Array(await row('confidence', 4)),
      entropy: new Float32Array(await row('entropy', 4)),
    };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #codesOf(name: string): Promise<Uint16Array> {
    return new Uint16Array((await this.#file.readBytes(name)).slice().buffer);
  }
}
