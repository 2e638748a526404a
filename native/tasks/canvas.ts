import { setImmediate } from 'node:timers/promises';
import type { ResultPlace, RunEvent, Segment } from '../../electron/contract/events.ts';
import { withoutPictures, type PictureRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { assertFiniteLogits } from '../sampler/checks.ts';
import { threeRowWeights, type EditMode } from '../sampler/guidance.ts';
import type { ImageSampler } from '../sampler/image-sampler.ts';
import { layoutOf, type ImageSequence, type SequenceLayout } from '../text/image-sequence.ts';
import { embedPrompt } from '../text/prompt-rows.ts';
import { BranchForward } from './branch-forward.ts';
import { guidanceBranches, type BranchName, type GuidanceBranch, type RowKind } from './guidance-branches.ts';
import { PreviewPacer, renderCodes } from './preview.ts';
import type { TaskContext, TaskOptions } from './context.ts';

/** How the branches of a picture are weighed (PIPELINE §2.4, §5). */
export interface Guidance {
  /** w. */
  scale: number;
  /** w_i and edit mode; null for pictures from text alone. */
  source: { scale: number; mode: EditMode } | null;
}

export interface CanvasSetup {
  sequence: ImageSequence;
  /** Semantic tokens [n, d_model] of each picture of the sequence. */
  pictures: readonly Float32Array[];
  /** Embedded source codes [slots, d_model_gen]; null without source. */
  source: Float32Array | null;
  guidance: Guidance;
  sampler: ImageSampler;
}

const rowKinds: Partial<Record<Segment['kind'], RowKind>> = {
  semantic: 'semantic',
  vqSource: 'source',
  canvas: 'canvas',
};

/** Kind of each row of a sequence [T]. */
export function rowKindsOf({ segments }: SequenceLayout): RowKind[] {
  return segments.flatMap(({ kind, length }) => new Array<RowKind>(length).fill(rowKinds[kind] ?? 'text'));
}

/** Weight of each branch in the guided logits; they sum to 1. */
export function branchWeights({ scale, source }: Guidance): Record<BranchName, number> {
  if (source) return threeRowWeights(scale, source.scale, source.mode);
  return { conditional: 1 + scale, sourceOnly: 0, unconditional: -scale };
}

/** Values of some positions on the whole grid [N], 0 elsewhere. */
function scattered(values: Float32Array, positions: Uint16Array, codes: number): Float32Array {
  const all = new Float32Array(codes);
  positions.forEach((position, i) => (all[position] = values[i] as number));
  return all;
}

/** Kinds of segments that have a row for which `holds`. */
function kindsWhere({ segments }: SequenceLayout, flags: Uint8Array): Segment['kind'][] {
  return [...new Set(segments.filter(({ start }) => flags[start] === 1).map(({ kind }) => kind))];
}

/**
 * One picture on its way from masks to codes: the branches of its prompt, and the sampler that holds its codes. Pictures
 * from text and edits are the same loop over different branches (PIPELINE §2.5, §5).
 */
export class Canvas {
  readonly layout: SequenceLayout;
  readonly sampler: ImageSampler;
  readonly #context: TaskContext;
  readonly #guidance: Guidance;
  readonly #branches: readonly GuidanceBranch[];
  readonly #forward: BranchForward;

  private constructor(
    context: TaskContext,
    setup: CanvasSetup,
    layout: SequenceLayout,
    branches: readonly GuidanceBranch[],
    forward: BranchForward,
  ) {
    this.#context = context;
    this.#guidance = setup.guidance;
    this.sampler = setup.sampler;
    this.layout = layout;
    this.#branches = branches;
    this.#forward = forward;
  }

  /** @throws LavidaError prompt.too-long when the sequence is longer than the model reads */
  static async create(context: TaskContext, setup: CanvasSetup): Promise<Canvas> {
    const { network, tokenizer, info } = context;
    const { mot, config } = network;
    const { width } = config.transformer;
    const { sequence, pictures, guidance } = setup;
    const pictureRows = pictures.map(({ length }) => length / width);
    const layout = layoutOf(sequence, pictureRows);
    if (layout.rows > config.maxTokens) {
      throw new LavidaError(
        'prompt.too-long',
        `The prompt makes a sequence of ${layout.rows} tokens; this model reads ${config.maxTokens}.`,
      );
    }
    const kinds = rowKindsOf(layout);
    const { states } = await embedPrompt(sequence.ids, pictures, (ids) => mot.embedText(ids), width);
    const mask = await mot.embedText([tokenizer.special.mask]);
    const weights = branchWeights(guidance);
    const branches = guidanceBranches(kinds, layout.promptEnd, guidance.source?.mode ?? null).filter(
      ({ name }) => weights[name] !== 0,
    );
    const source = setup.source ?? new Float32Array(0);
    const forward = new BranchForward(network, info.grid, { kinds, states, source, mask }, branches);
    return new Canvas(context, setup, layout, branches, forward);
  }

  /**
   * The event that opens a run.
   * @param result where the model's square lies on a result of another size
   */
  start(request: PictureRequest, result?: ResultPlace): RunEvent {
    const { info, backend } = this.#context;
    const { sampler } = this;
    const given = sampler.ids.some((id) => id !== sampler.maskId);
    return {
      type: 'run.start',
      request: withoutPictures(request),
      model: { name: info.name, fingerprint: info.fingerprint },
      backend,
      segments: this.layout.segments,
      grid: info.grid,
      image: { width: info.imageSize, height: info.imageSize },
      ...(result ? { result } : {}),
      codebookSize: info.codebookSize,
      maskId: sampler.maskId,
      transferCounts: [...sampler.transferCounts],
      order: sampler.order,
      ...(given ? { initial: Uint16Array.from(sampler.ids) } : {}),
      temperatures: [...sampler.temperatures],
      selectionTemperatures: [...sampler.selectionTemperatures],
    };
  }

  /** The event that says what each branch sees. */
  branches(): RunEvent {
    return {
      type: 'branches',
      segments: this.layout.segments,
      rows: this.#branches.map(({ name, masked, gen }) => ({
        name,
        masked: kindsWhere(this.layout, masked),
        gen: kindsWhere(this.layout, gen),
      })),
    };
  }

  /**
   * Reveals the canvas step by step. Previews never change the result.
   * @returns the codes [N] and the number of rows computed
   * @throws LavidaError model.numerics, AbortError between forwards when cancelled
   */
  async *unmask({
    signal,
    previews,
  }: TaskOptions): AsyncGenerator<RunEvent, { ids: Uint16Array; forwards: number }> {
    const { network, info } = this.#context;
    const { sampler } = this;
    const codes = info.grid.width * info.grid.height;
    const guided = new Map(this.#branches.map(({ name }) => [name, branchWeights(this.#guidance)[name]]));
    const alone = new Map<BranchName, number>([['conditional', 1]]);
    const pacer = new PreviewPacer();
    let forwards = 0;
    yield { type: 'phase', phase: 'unmask', detail: `${sampler.steps} steps` };
    while (!sampler.done) {
      const started = performance.now();
      const { step } = sampler;
      yield { type: 'step.begin', step, steps: sampler.steps, masked: sampler.masked, total: codes };
      await setImmediate();
      signal.throwIfAborted();
      const weights = sampler.isGuided(step) ? guided : alone;
      const masked = sampler.maskedPositions();
      const { logits, distance } = await this.#forward.guided(sampler.ids, weights, masked, signal);
      forwards += weights.size;
      assertFiniteLogits(logits, step);
      const advanced = sampler.advance(logits);
      const { drafted, confidence, entropy, candidates, positions, ids, committedConfidence } = advanced;
      yield {
        type: 'step.logits',
        step,
        drafted,
        confidence,
        entropy,
        candidates,
        ...(weights.size > 1 ? { guidanceDelta: scattered(distance, masked, codes) } : {}),
      };
      yield { type: 'step.commit', step, positions, ids, confidence: committedConfidence };
      const milliseconds = performance.now() - started;
      yield { type: 'step.state', step, ids: Uint16Array.from(sampler.ids), milliseconds };
      if (previews && !sampler.done && pacer.due()) {
        const image = await pacer.time(() => renderCodes(network, drafted, info));
        yield { type: 'step.preview', step, kind: 'x0', image };
      }
    }
    return { ids: Uint16Array.from(sampler.ids), forwards };
  }
}
