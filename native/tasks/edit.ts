import { setImmediate } from 'node:timers/promises';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { EditRequest } from '../../electron/contract/request.ts';
import { padToSquareAndResize, resizeAndCenterCrop } from '../imaging/geometry.ts';
import { imageSequence } from '../text/image-sequence.ts';
import { editContent, editPlanContent } from '../text/task-prompts.ts';
import { requireTask } from './abilities.ts';
import { Canvas } from './canvas.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { layOut } from './lay-out.ts';
import { makeImageSampler } from './make-sampler.ts';
import { checkedPrompt, checkPictureSettings } from './picture-checks.ts';
import { openPicture } from './picture-source.ts';
import { renderCodes, renderResult } from './preview.ts';
import { RegionLock } from './region.ts';
import { see } from './see.ts';

/** What the two paths into the network see of a source picture (PIPELINE §5). */
export interface FittedSource {
  /** Of the semantic path, of whatever size. */
  seen: RgbImage;
  /** Of the VQ path: the model's square. */
  square: RgbImage;
}

/** `crop`: both paths see the middle square. `pad`: the whole picture, letter-boxed on black for the VQ path. */
export function fitSource(image: RgbImage, side: number, fit: 'crop' | 'pad'): FittedSource {
  const seen = fit === 'crop' ? resizeAndCenterCrop(image, side) : image;
  return { seen, square: padToSquareAndResize(seen, side) };
}

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

/**
 * Editing (PIPELINE §5): the source as semantic tokens and as VQ slots, an instruction, and a canvas revealed under
 * three branches of guidance. With a region (ours) the tokens outside keep the source's codes, and the result is the
 * source itself with the region laid in: outside it every pixel is the source's, byte for byte.
 * @throws LavidaError for a bad request, picture or region, AbortError between forwards when cancelled
 */
export async function* edit(
  request: EditRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number }> {
  const { network, tokenizer, info } = context;
  const { signal } = options;
  yield { type: 'phase', phase: 'prepare', detail: 'reading the picture' };
  requireTask(context, 'edit');
  const instruction = checkedPrompt(request.prompt, context);
  checkPictureSettings(request, context);
  const image = openPicture(request.image);
  const lock = request.region && new RegionLock(request.region, image, info.imageSize, request.fit);
  const { seen, square } = fitSource(image, info.imageSize, request.fit);

  const semantic = yield* see(context, seen, undefined, signal);
  yield { type: 'phase', phase: 'see', detail: 'reading the picture into tokens' };
  await setImmediate();
  const codes = await network.vq.encode(toPlanes(square), { width: square.width, height: square.height });
  signal.throwIfAborted();
  const source = await network.imageInput.embed(codes.ids, info.grid);

  const layout = yield* layOut(
    request.plan,
    {
      kind: 'edit',
      content: editPlanContent(instruction),
      pictures: [semantic],
      seed: request.seed,
      form: request.promptForm,
      temperature: 0,
    },
    context,
    options,
  );
  const slots = new Array<number>(info.slots).fill(tokenizer.special.sourceSlot);
  const content = editContent(instruction, slots);
  const sequence = imageSequence(tokenizer, content, info.slots, layout.ids, request.promptForm);
  const initial = lock && lockedCodes(codes.ids, lock.openCells(info.grid), network.maskId);
  const sampler = makeImageSampler(request, info, network.maskId, request.seed, initial);
  const canvas = await Canvas.create(context, {
    sequence,
    pictures: [semantic],
    source,
    guidance: {
      scale: request.guidanceScale,
      source: { scale: request.imageGuidanceScale, mode: request.editMode },
    },
    sampler,
  });
  yield canvas.start(request);
  yield canvas.branches();
  const { ids, forwards } = yield* canvas.unmask(options);
  yield { type: 'phase', phase: 'decode', detail: 'tokens to pixels' };
  await setImmediate();
  signal.throwIfAborted();
  // A locked region of a flat source may well stay flat.
  const result = await (lock
    ? renderCodes(network, ids, info)
    : renderResult(network, ids, info, sampler.steps));
  yield { type: 'run.image', image: lock ? lock.composite(result) : result };
  return { forwards: forwards + layout.forwards };
}
