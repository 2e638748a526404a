import { setImmediate } from 'node:timers/promises';
import type { RunEvent } from '../../electron/contract/events.ts';
import type { TextToImageRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { assertFiniteLogits } from '../sampler/checks.ts';
import { combineTwoRows } from '../sampler/guidance.ts';
import { textToImageSequence, textToImageUserText, type PromptSequence } from '../text/prompts.ts';
import { PreviewPacer, renderCodes } from './preview.ts';
import { makeImageSampler } from './make-sampler.ts';
import type { TaskContext, TaskOptions } from './context.ts';

/** Splits a sequence's rows into those of the und branch and the canvas, which the gen branch computes. */
function splitPositions(sequence: PromptSequence): { text: Int32Array; canvas: Int32Array } {
  const canvasEnd = sequence.canvasStart + sequence.canvasLength;
  const text: number[] = [];
  for (let p = 0; p < sequence.ids.length; p++) if (p < sequence.canvasStart || p >= canvasEnd) text.push(p);
  const canvas = Int32Array.from({ length: sequence.canvasLength }, (_, i) => sequence.canvasStart + i);
  return { text: Int32Array.from(text), canvas };
}

/** Copies a [G, width] block once a row of the batch: both guidance branches see the same canvas (PIPELINE §2.4). */
function repeatRows(block: Float32Array, rows: number): Float32Array {
  if (rows === 1) return block;
  const repeated = new Float32Array(block.length * rows);
  for (let row = 0; row < rows; row++) repeated.set(block, row * block.length);
  return repeated;
}

/** @throws LavidaError prompt.empty, prompt.too-long, request.steps, request.invalid */
export function checkTextToImage(request: TextToImageRequest, context: TaskContext): void {
  const { info } = context;
  const codes = info.grid.width * info.grid.height;
  const caption = request.prompt.trim();
  if (caption === '') throw new LavidaError('prompt.empty', 'The prompt is empty.');
  if ([...caption].length > info.maxCaptionCharacters) {
    throw new LavidaError(
      'prompt.too-long',
      `The prompt has ${[...caption].length} characters; this model reads ${info.maxCaptionCharacters}.`,
    );
  }
  if (request.steps > codes) {
    throw new LavidaError(
      'request.steps',
      `${request.steps} steps are more than the ${codes} image tokens of this model.`,
      'Each step has to reveal at least one token.',
    );
  }
  const [from, to] = request.guidanceInterval;
  if (from > to)
    throw new LavidaError('request.invalid', `The guidance interval starts at ${from} and ends at ${to}.`);
}

/**
 * Text to image (PIPELINE §2): one canvas of masks, revealed in `steps` forwards of one or two rows.
 * Yields the events of PIPELINE §10 up to `run.image`; the caller adds `run.done`. The same request and bundle give
 * the same tokens, whatever the previews.
 * @throws LavidaError for a bad request or numerics that went wrong, AbortError between forwards when cancelled
 */
export async function* textToImage(
  request: TextToImageRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  const { info, network, tokenizer } = context;
  const { signal } = options;
  yield { type: 'phase', phase: 'prepare', detail: 'reading the prompt' };
  checkTextToImage(request, context);
  const userText = textToImageUserText(request.prompt.trim(), request.microConditions);
  const sequence = textToImageSequence(tokenizer, userText, info.slots);
  if (sequence.ids.length > network.config.maxTokens) {
    throw new LavidaError(
      'prompt.too-long',
      `The prompt makes a sequence of ${sequence.ids.length} tokens; this model reads ${network.config.maxTokens}.`,
    );
  }
  const sampler = makeImageSampler(request, info, network.maskId);
  const { text, canvas } = splitPositions(sequence);
  const textIds = text.map((p) => sequence.ids[p] as number);
  const maskedIds = text.map((p, i) =>
    p < sequence.unconditionalEnd ? tokenizer.special.mask : (textIds[i] as number),
  );
  const conditional = await network.mot.embedText(textIds);
  const unconditional = await network.mot.embedText(maskedIds);
  const bothRows = new Float32Array(conditional.length * 2);
  bothRows.set(unconditional, 0);
  bothRows.set(conditional, conditional.length);

  yield {
    type: 'run.start',
    request,
    model: { name: info.name, fingerprint: info.fingerprint },
    backend: context.backend,
    segments: sequence.segments,
    grid: info.grid,
    image: { width: info.imageSize, height: info.imageSize },
    codebookSize: info.codebookSize,
    maskId: sampler.maskId,
    transferCounts: [...sampler.transferCounts],
    order: sampler.order,
    temperatures: [...sampler.temperatures],
    selectionTemperatures: [...sampler.selectionTemperatures],
  };
  const hidden: ('system' | 'user' | 'header' | 'plan')[] =
    sequence.unconditionalEnd === sequence.canvasStart
      ? ['system', 'user', 'header', 'plan']
      : ['system', 'user'];
  yield {
    type: 'branches',
    rows: [
      ...(request.guidanceScale > 0
        ? [{ name: 'unconditional' as const, masked: hidden, gen: ['canvas' as const] }]
        : []),
      { name: 'conditional', masked: [], gen: ['canvas'] },
    ],
  };
  yield { type: 'phase', phase: 'unmask', detail: `${sampler.steps} steps` };

  const pacer = new PreviewPacer();
  const codes = info.grid.width * info.grid.height;
  let forwards = 0;
  while (!sampler.done) {
    const started = performance.now();
    const step = sampler.step;
    yield { type: 'step.begin', step, steps: sampler.steps, masked: sampler.masked, total: codes };
    await setImmediate();
    signal.throwIfAborted();
    const guided = sampler.needsGuidance(step);
    const rows = guided ? 2 : 1;
    const slots = await network.imageInput.embed(Int32Array.from(sampler.ids), info.grid);
    const { imageStates } = await network.mot.forward(
      {
        rows,
        text: { states: guided ? bothRows : conditional, positions: text },
        image: { states: repeatRows(slots, rows), positions: canvas },
      },
      { image: true },
      signal,
    );
    forwards += rows;
    const logits = await network.imageOutput.logits(imageStates, rows, info.grid);
    const half = codes * info.codebookSize;
    const mixed = guided
      ? combineTwoRows(logits.subarray(half), logits.subarray(0, half), request.guidanceScale)
      : logits;
    assertFiniteLogits(mixed, step);
    const result = sampler.advance(mixed);
    yield {
      type: 'step.logits',
      step,
      drafted: result.drafted,
      confidence: result.confidence,
      entropy: result.entropy,
    };
    yield {
      type: 'step.commit',
      step,
      positions: result.positions,
      ids: result.ids,
      confidence: result.committedConfidence,
    };
    yield {
      type: 'step.state',
      step,
      ids: Uint16Array.from(sampler.ids),
      milliseconds: performance.now() - started,
    };
    if (options.previews && !sampler.done && pacer.due()) {
      const image = await pacer.time(() => renderCodes(network, result.drafted, info));
      yield { type: 'step.preview', step, kind: 'x0', image };
    }
  }
  yield { type: 'phase', phase: 'decode', detail: 'tokens to pixels' };
  await setImmediate();
  signal.throwIfAborted();
  const image = await renderCodes(network, Uint16Array.from(sampler.ids), info);
  yield { type: 'run.image', image };
  return { forwards };
}
