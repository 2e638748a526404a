import { setImmediate } from 'node:timers/promises';
import type { ResultPlace, RunEvent, RunEventOf, Segment } from '../../electron/contract/events.ts';
import { withoutPictures, type PictureRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { assertFiniteLogits } from '../sampler/checks.ts';
import { threeRowWeights, type EditMode } from '../sampler/guidance.ts';
import type { ImageSampler } from '../sampler/image-sampler.ts';
import { layoutOf, type ImageSequence, type SequenceLayout } from '../text/image-sequence.ts';
import { embedPrompt } from '../text/prompt-rows.ts';
import { BranchForward, type EmbeddedPrompt } from './branch-forward.ts';
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
  /** The sequence without layout and earlier rounds, with its pictures, and λ of what they add; null to let them count as they do. */
  context: { alone: ImageSequence; pictures: readonly Float32Array[]; weight: number } | null;
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

/**
 * Weight of each branch in the guided logits; they sum to 1.
 * @param context λ: the share of the conditional weight that goes to the prompt with layout and earlier rounds
 */
export function branchWeights({ scale, source }: Guidance, context = 1): Record<BranchName, number> {
  const { conditional, ...others } = source
    ? threeRowWeights(scale, source.scale, source.mode)
    : { conditional: 1 + scale, sourceOnly: 0, unconditional: -scale };
  return { ...others, conditional: conditional * context, promptOnly: conditional * (1 - context) };
}

/** Weights of the branches that run, in the steps where guidance is on and in those where it is off. */
interface StepWeights {
  guided: ReadonlyMap<BranchName, number>;
  alone: ReadonlyMap<BranchName, number>;
}

/** Of weights, those that count. */
function counting(weights: Record<BranchName, number>): Map<BranchName, number> {
  return new Map(Object.entries(weights).filter(([, weight]) => weight !== 0) as [BranchName, number][]);
}

/** A sequence with the rows of its pictures and its embeddings. @throws LavidaError prompt.too-long */
async function embedded(
  { network, tokenizer }: TaskContext,
  sequence: ImageSequence,
  pictures: readonly Float32Array[],
  source: Float32Array | null,
): Promise<{ layout: SequenceLayout; prompt: EmbeddedPrompt }> {
  const { mot, config } = network;
  const { width } = config.transformer;
  const layout = layoutOf(
    sequence,
    pictures.map(({ length }) => length / width),
  );
  if (layout.rows > config.maxTokens) {
    throw new LavidaError(
      'prompt.too-long',
      `The prompt makes a sequence of ${layout.rows} tokens; this model reads ${config.maxTokens}.`,
    );
  }
  const { states } = await embedPrompt(sequence.ids, pictures, (ids) => mot.embedText(ids), width);
  const mask = await mot.embedText([tokenizer.special.mask]);
  const kinds = rowKindsOf(layout);
  return { layout, prompt: { kinds, states, source: source ?? new Float32Array(0), mask } };
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
  readonly #weights: StepWeights;
  readonly #branches: readonly GuidanceBranch[];
  /** Segments of the branch `promptOnly`; null where there is none. */
  readonly #alone: SequenceLayout | null;
  readonly #forward: BranchForward;

  private constructor(
    context: TaskContext,
    setup: CanvasSetup,
    layouts: { layout: SequenceLayout; alone: SequenceLayout | null },
    weights: StepWeights,
    branches: readonly GuidanceBranch[],
    forward: BranchForward,
  ) {
    this.#context = context;
    this.#weights = weights;
    this.sampler = setup.sampler;
    this.layout = layouts.layout;
    this.#alone = layouts.alone;
    this.#branches = branches;
    this.#forward = forward;
  }

  /** @throws LavidaError prompt.too-long when the sequence is longer than the model reads */
  static async create(context: TaskContext, setup: CanvasSetup): Promise<Canvas> {
    const { network, info } = context;
    const { guidance } = setup;
    const weight = setup.context?.weight;
    const weights: StepWeights = {
      guided: counting(branchWeights(guidance, weight)),
      alone: counting(branchWeights({ scale: 0, source: null }, weight)),
    };
    const { layout, prompt } = await embedded(context, setup.sequence, setup.pictures, setup.source);
    const alone =
      setup.context && weights.guided.has('promptOnly')
        ? await embedded(context, setup.context.alone, setup.context.pictures, setup.source)
        : null;
    const branches = guidanceBranches(prompt.kinds, layout.promptEnd, guidance.source?.mode ?? null).filter(
      ({ name }) => weights.guided.has(name),
    );
    const forward = new BranchForward(network, info.grid, prompt, branches, alone?.prompt);
    return new Canvas(context, setup, { layout, alone: alone?.layout ?? null }, weights, branches, forward);
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
    const rows: RunEventOf<'branches'>['rows'] = this.#branches.map(({ name, masked, gen }) => ({
      name,
      masked: kindsWhere(this.layout, masked),
      gen: kindsWhere(this.layout, gen),
    }));
    const { segments } = this.layout;
    if (this.#alone) {
      const shown = new Set(this.#alone.segments.map(({ kind }) => kind));
      const kinds = [...new Set(segments.map(({ kind }) => kind))];
      const gen = kinds.filter((kind) => kind === 'canvas' || kind === 'vqSource');
      rows.push({ name: 'promptOnly', masked: kinds.filter((kind) => !shown.has(kind)), gen });
    }
    return { type: 'branches', segments, rows };
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
    const { guided, alone } = this.#weights;
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
