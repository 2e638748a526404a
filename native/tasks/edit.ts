import { setImmediate } from 'node:timers/promises';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { EditRequest } from '../../electron/contract/request.ts';
import { imageSequence } from '../text/image-sequence.ts';
import type { PromptPiece } from '../text/image-prompt.ts';
import { editContent, editPlanContent, paintContent, paintPlanContent } from '../text/task-prompts.ts';
import { requireTask } from './abilities.ts';
import { Canvas, type CanvasSetup } from './canvas.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { editView } from './edit-view.ts';
import { layOut, type LayOutTask } from './lay-out.ts';
import { makeImageSampler } from './make-sampler.ts';
import { checkedPrompt, checkPictureSettings } from './picture-checks.ts';
import { openPicture } from './picture-source.ts';
import { renderCodes, renderResult } from './preview.ts';
import { see } from './see.ts';
import { planTemperature } from './text-to-image.ts';

/** RGB bytes to planes [3, H, W] in [0, 1] (MODEL §4). */
export function toPlanes({ width, height, rgb }: RgbImage): Float32Array {
  const pixels = width * height;
  const planes = new Float32Array(pixels * 3);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < pixels; i++) planes[c * pixels + i] = (rgb[i * 3 + c] as number) / 255;
  }
  return planes;
}

/** The codes to start from: the source's where its cell is locked, masked where it is open. */
export function lockedCodes(source: ArrayLike<number>, open: Uint8Array, maskId: number): Uint16Array {
  return Uint16Array.from(open, (isOpen, p) => (isOpen === 1 ? maskId : (source[p] as number)));
}

/** What an edit is told, and what of its source it sees. */
interface Reading {
  plan: Omit<LayOutTask, 'seed' | 'form'>;
  content: readonly PromptPiece[];
  /** Semantic tokens of the source; none for a description. */
  pictures: readonly Float32Array[];
  /** Embedded source codes; null for a description. */
  source: Float32Array | null;
  guidance: CanvasSetup['guidance'];
}

/** An instruction about the source, which is seen and stands in the sequence twice (PIPELINE §5). */
async function* readInstruction(
  request: EditRequest,
  { seen, codes }: { seen: RgbImage; codes: Int32Array | Uint16Array },
  context: TaskContext,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Reading> {
  const { network, tokenizer, info } = context;
  const instruction = checkedPrompt(request.prompt, context);
  const semantic = yield* see(context, seen, undefined, signal);
  const slots = new Array<number>(info.slots).fill(tokenizer.special.sourceSlot);
  const pictures = [semantic];
  return {
    plan: { kind: 'edit', content: editPlanContent(instruction), pictures, temperature: 0 },
    content: editContent(instruction, slots),
    pictures,
    source: await network.imageInput.embed(codes, info.grid),
    guidance: {
      scale: request.guidanceScale,
      source: { scale: request.imageGuidanceScale, mode: request.editMode },
    },
  };
}

/** A description of the picture, as for one from text (PIPELINE §2.3): the source shows in the locked codes alone. */
function readDescription(request: EditRequest, context: TaskContext): Reading {
  const caption = checkedPrompt(request.prompt, context);
  const { microConditions } = context.info.defaults;
  const plan = paintPlanContent(caption, microConditions);
  return {
    plan: { kind: 'paint', content: plan, pictures: [], temperature: planTemperature },
    content: paintContent(caption, microConditions),
    pictures: [],
    source: null,
    guidance: { scale: request.guidanceScale, source: null },
  };
}

/**
 * Editing (PIPELINE §5): the source as semantic tokens and as VQ slots, an instruction, and a canvas revealed under
 * three branches of guidance. With a region, a frame or an extension (ours) the tokens outside keep the source's codes,
 * and the result is the source itself with the open part laid in: outside it every pixel is the source's, byte for byte.
 * @throws LavidaError for a bad request, picture, region or frame, AbortError between forwards when cancelled
 */
export async function* edit(
  request: EditRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  const { network, tokenizer, info } = context;
  const { signal } = options;
  const { seed, promptForm: form } = request;
  yield { type: 'phase', phase: 'prepare', detail: 'reading the picture' };
  requireTask(context, 'edit');
  checkedPrompt(request.prompt, context);
  checkPictureSettings(request, context);
  const { seen, square, lock, place } = editView(request, openPicture(request.image), info);

  yield { type: 'phase', phase: 'see', detail: 'reading the picture into tokens' };
  await setImmediate();
  const codes = await network.vq.encode(toPlanes(square), { width: square.width, height: square.height });
  signal.throwIfAborted();
  const reading =
    request.reads === 'description'
      ? readDescription(request, context)
      : yield* readInstruction(request, { seen, codes: codes.ids }, context, signal);
  const layout = yield* layOut(request.plan, { ...reading.plan, seed, form }, context, options);
  const initial = lock && lockedCodes(codes.ids, lock.openCells(info.grid), network.maskId);
  const canvas = await Canvas.create(context, {
    sequence: imageSequence(tokenizer, [...reading.content], info.slots, layout.ids, form),
    pictures: reading.pictures,
    source: reading.source,
    guidance: reading.guidance,
    context:
      layout.ids.length > 0
        ? {
            alone: imageSequence(tokenizer, [...reading.content], info.slots, [], form),
            pictures: reading.pictures,
            weight: layout.weight,
          }
        : null,
    sampler: makeImageSampler(request, info, network.maskId, seed, initial),
  });
  yield canvas.start(request, place);
  yield canvas.branches();
  const { ids, forwards } = yield* canvas.unmask(options);
  yield { type: 'phase', phase: 'decode', detail: 'tokens to pixels' };
  await setImmediate();
  signal.throwIfAborted();
  // A locked region of a flat source may well stay flat.
  const result = await (lock
    ? renderCodes(network, ids, info)
    : renderResult(network, ids, info, canvas.sampler.steps));
  yield { type: 'run.image', image: lock ? lock.composite(result) : result };
  return { forwards: forwards + layout.forwards };
}
