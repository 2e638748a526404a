import { isPictureRequest, type GenerationRequest } from '../../../electron/contract/request.ts';
import { studio } from '../../api/index.ts';
import { showError } from '../shell/toasts.ts';
import { dropRecord, getRecord } from '../playback/records.ts';
import { showRun } from '../playback/store.ts';
import { enterRun, receiveRunEvent, replayRun } from './events.ts';
import { addLive, patchLive, useRuns, type RunFailure } from './store.ts';

/**
 * Puts requests into the queue, in order; the first refusal stops the rest and is shown.
 * @param front before all that wait
 * @param anyway although they are not expected to fit into memory
 * @returns the ids of the runs
 */
export async function startRuns(
  requests: readonly GenerationRequest[],
  front = false,
  anyway = false,
): Promise<string[]> {
  useRuns.setState({ failure: null });
  const ids: string[] = [];
  for (const request of requests) {
    const reply = await studio.invoke('run.start', {
      request,
      ...(front ? { front } : {}),
      ...(anyway ? { anyway } : {}),
    });
    if (!reply.ok) {
      useRuns.setState({ failure: { id: '', request, error: reply.error, step: null } });
      return ids;
    }
    enterRun(reply.value.id, request);
    ids.push(reply.value.id);
  }
  return ids;
}

export async function cancelRun(id: string): Promise<void> {
  patchLive(id, { cancelling: true });
  const reply = await studio.invoke('run.cancel', { id });
  if (!reply.ok) {
    patchLive(id, { cancelling: false });
    showError(reply.error);
  }
}

/** Stops everything, or with `running` false only what waits. */
export async function cancelAll(running = true): Promise<void> {
  const reply = await studio.invoke('queue.clear', { running });
  if (!reply.ok) showError(reply.error);
}

export async function pauseQueue(paused: boolean): Promise<void> {
  const reply = await studio.invoke('queue.pause', { paused });
  if (!reply.ok) showError(reply.error);
}

/** Moves a waiting run to a place among those that wait, 0 = next. */
export async function moveRun(id: string, to: number): Promise<void> {
  const reply = await studio.invoke('queue.move', { id, to });
  if (!reply.ok) showError(reply.error);
}

/** Asks again for runs that failed or were interrupted. */
export async function retryRuns(ids: readonly string[]): Promise<void> {
  useRuns.setState({ failure: null });
  const reply = await studio.invoke('queue.retry', { ids: [...ids] });
  if (!reply.ok) showError(reply.error);
}

export async function dismissRuns(ids: readonly string[]): Promise<void> {
  const reply = await studio.invoke('queue.dismiss', { ids: [...ids] });
  if (!reply.ok) showError(reply.error);
}

/** Asks again for what failed; the studio still knows its pictures, which the window may not. */
export async function retry({ id, request }: RunFailure): Promise<void> {
  if (useRuns.getState().left.some((run) => run.id === id)) await retryRuns([id]);
  else await startRuns([request]);
}

export function dismissFailure(): void {
  useRuns.setState({ failure: null });
}

/** Catches up with works under way, after the window opened or the line came back. */
export async function attachToRuns(): Promise<void> {
  const [reply, queue] = await Promise.all([
    studio.invoke('run.active', {}),
    studio.invoke('queue.state', {}),
  ]);
  if (queue.ok) useRuns.setState({ paused: queue.value.paused, left: queue.value.left });
  if (!reply.ok) return;
  const ids = reply.value.map(({ id }) => id);
  for (const id of Object.keys(useRuns.getState().live)) {
    if (!ids.includes(id) && getRecord(id)?.ended === false) dropRecord(id);
  }
  useRuns.setState(({ live }) => ({
    order: ids,
    live: Object.fromEntries(Object.entries(live).filter(([id]) => ids.includes(id))),
  }));
  for (const { id, request, state, events } of reply.value) {
    addLive(id, request, state);
    patchLive(id, { state });
    replayRun(id, events);
    if (state === 'running' && isPictureRequest(request)) showRun(id);
  }
}

/** Listens to runs for as long as the window lives. */
export function listenToRuns(): void {
  studio.on('run.event', ({ id, event }) => {
    receiveRunEvent(id, event);
  });
  studio.on('run.queue', ({ ids, paused, left }) => {
    useRuns.setState({ order: ids, paused, left });
    const { live } = useRuns.getState();
    if (ids.some((id) => !live[id])) void adoptStrangers();
  });
}

/** Runs started by another window of the same studio are shown here too. */
async function adoptStrangers(): Promise<void> {
  const reply = await studio.invoke('run.active', {});
  if (!reply.ok) return;
  for (const { id, request, state } of reply.value) addLive(id, request, state);
}
