import { setImmediate } from 'node:timers/promises';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { TextToImageRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { imageSequence } from '../text/image-sequence.ts';
import { paintContent, paintPlanContent } from '../text/task-prompts.ts';
import { requireTask } from './abilities.ts';
import { branchFeedback } from './branch.ts';
import { Canvas } from './canvas.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { layOut } from './lay-out.ts';
import { makeImageSampler } from './make-sampler.ts';
import { checkedPrompt, checkPictureSettings } from './picture-checks.ts';
import { renderCodes, renderResult } from './preview.ts';
import { reflect, type PaintRound } from './reflect.ts';

/** T of the planner when the request says nothing (PIPELINE §1.2). */
export const planTemperature = 0.5;

/** @throws LavidaError model.incomplete, prompt.empty, prompt.too-long, request.steps, request.invalid */
function checkTextToImage(request: TextToImageRequest, context: TaskContext): void {
  requireTask(context, 'text-to-image');
  if (request.plan?.mode === 'auto' || request.plan?.mode === 'given') requireTask(context, 'plan');
  if (request.reflection || request.branch?.feedback?.length) requireTask(context, 'reflect');
  if (request.reflection && request.branch) {
    throw new LavidaError('request.invalid', 'A branch has one round only; turn reflection off.');
  }
  checkedPrompt(request.prompt, context);
  checkPictureSettings(request, context);
}

/** Plans, paints and decodes one picture (PIPELINE §2, §3). */
export async function* paintRound(
  request: TextToImageRequest,
  round: PaintRound,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { image: RgbImage; forwards: number }> {
  const { info, network, tokenizer } = context;
  const { microConditions } = request;
  const caption = checkedPrompt(request.prompt, context);
  const { seed, feedback, first } = round;
  const layout = yield* layOut(
    request.plan,
    {
      kind: 'paint',
      content: paintPlanContent(caption, microConditions),
      pictures: [],
      seed,
      form: request.promptForm,
      temperature: planTemperature,
    },
    context,
    options,
  );
  const trained = request.promptForm === 'trained' ? { planned: layout.ids.length > 0 } : null;
  const content = paintContent(caption, microConditions, feedback, trained);
  const planned = layout.ids.length > 0;
  const toldWeight = request.reflection?.weight ?? request.branch?.weight ?? 1;
  const alone = paintContent(caption, microConditions, [], trained && { planned: false });
  const canvas = await Canvas.create(context, {
    sequence: imageSequence(tokenizer, content, info.slots, layout.ids, request.promptForm),
    pictures: feedback.map(({ tokens }) => tokens),
    source: null,
    guidance: { scale: request.guidanceScale, source: null },
    context:
      planned || feedback.length > 0
        ? {
            alone: imageSequence(tokenizer, alone, info.slots, [], request.promptForm),
            pictures: [],
            weight: planned ? layout.weight : toldWeight,
          }
        : null,
    sampler: makeImageSampler(request, info, network.maskId, seed),
  });
  if (first) yield canvas.start(request);
  yield canvas.branches();
  const { ids, forwards } = yield* canvas.unmask(options);
  yield { type: 'phase', phase: 'decode', detail: 'tokens to pixels' };
  await setImmediate();
  options.signal.throwIfAborted();
  // Broken weights or numerics show in the first round. A later one that comes out flat is an attempt that failed: the critic judges it, and the rounds before it stay.
  const image = await (first
    ? renderResult(network, ids, info, canvas.sampler.steps)
    : renderCodes(network, ids, info));
  return { image, forwards: forwards + layout.forwards };
}

/**
 * Text to image (PIPELINE §2), with a layout first when asked for (§3), and with rounds of reflection (§4). Yields the
 * events of PIPELINE §10 up to `run.image`; the caller adds `run.done`. The same request and bundle give the same
 * tokens, whatever the previews.
 * @throws LavidaError for a bad request or numerics that went wrong, AbortError between forwards when cancelled
 */
export async function* textToImage(
  request: TextToImageRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { forwards: number; accepted?: boolean }> {
  yield { type: 'phase', phase: 'prepare', detail: 'reading the prompt' };
  checkTextToImage(request, context);
  if (request.reflection) {
    const paint = (round: PaintRound) => paintRound(request, round, context, options);
    const { image, ...result } = yield* reflect(request, request.reflection, paint, context, options);
    yield { type: 'run.image', image };
    return result;
  }
  const feedback = yield* branchFeedback(request.branch, context, options.signal);
  const only = { seed: request.seed, feedback, first: true };
  const { image, forwards } = yield* paintRound(request, only, context, options);
  yield { type: 'run.image', image };
  return { forwards };
}
