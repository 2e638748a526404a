import type { RunEvent } from '../../electron/contract/events.ts';
import type { GenerationRequest, GroundRequest } from '../../electron/contract/request.ts';
import { ask, caption } from './ask.ts';
import { requireTask } from './abilities.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { edit } from './edit.ts';
import { ground } from './ground.ts';
import { openPicture } from './picture-source.ts';
import { plan } from './plan.ts';
import { textToImage } from './text-to-image.ts';

/** What a task returns besides its events. */
export interface TaskResult {
  forwards: number;
  /** Of a picture run with reflection. */
  accepted?: boolean;
}

/** The events of a request's task, up to its result (PIPELINE §7.1). */
export function performTask(
  request: GenerationRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, TaskResult> {
  switch (request.task) {
    case 'text-to-image':
      return textToImage(request, context, options);
    case 'edit':
      return edit(request, context, options);
    case 'ask':
      return ask(request, context, options);
    case 'caption':
      return caption(request, context, options);
    case 'ground':
      return groundPicture(request, context, options);
    case 'plan':
      return plan(request, context, options);
  }
}

async function* groundPicture(
  request: GroundRequest,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, TaskResult> {
  requireTask(context, 'ground');
  const { image, ...settings } = request;
  return yield* ground(settings, openPicture(image), context, options);
}
