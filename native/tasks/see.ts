import { setImmediate } from 'node:timers/promises';
import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { ViewMode } from '../network/vision/vision-config.ts';
import type { TaskContext } from './context.ts';

/**
 * Reads a picture into semantic tokens [n, d_model], view by view, saying so.
 * @param mode `pad` for feedback pictures and when there are several; the bundle's own mode when absent
 * @throws AbortError between views when cancelled
 */
export async function* see(
  { network }: TaskContext,
  image: RgbImage,
  mode: ViewMode | undefined,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Float32Array> {
  const { vision } = network;
  const { views } = vision.plan(image, mode);
  const steps = vision.encodeByView(image, mode, signal);
  let next = await steps.next();
  while (!next.done) {
    yield { type: 'phase', phase: 'see', detail: `view ${next.value + 1} of ${views}` };
    await setImmediate();
    signal.throwIfAborted();
    next = await steps.next();
  }
  return next.value.tokens;
}
