import { create } from 'zustand';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import type { ModelStoreState } from '../../../electron/contract/models.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { errorWords } from '../../i18n/studio-words.ts';
import { showError, showToast } from '../shell/toasts.ts';

/** Whether a model has room in memory at one precision. */
export type PrecisionFit = ChannelOutput<'models.fits'>[number];

interface ModelsStore {
  /** Null until the studio has told. */
  state: ModelStoreState | null;
  open: boolean;
  /** Whether models have room in memory, by id, at each precision. */
  fits: Record<string, readonly PrecisionFit[]>;
}

/** What models there are; the studio knows, the window only shows. */
export const useModels = create<ModelsStore>(() => ({ state: null, open: false, fits: {} }));

/** Follows what the studio says of its models. */
export function listenToModels(): void {
  studio.on('models.changed', (state) => {
    const before = useModels.getState().state;
    useModels.setState({ state });
    if (before) tellWhatEnded(before, state);
  });
}

/** A download or conversion that ended while the list is closed is told of. */
function tellWhatEnded(before: ModelStoreState, now: ModelStoreState): void {
  const count = ({ models }: ModelStoreState): number => models.filter(({ installed }) => installed).length;
  const isMore = count(now) > count(before);
  for (const { id, name, job } of before.models) {
    if (useModels.getState().open || !job || (job.state !== 'running' && job.state !== 'waiting')) continue;
    const after = now.models.find((model) => model.id === id);
    const look = { label: t('models.open'), perform: openModels };
    if (after?.job?.state === 'failed' && after.job.error)
      showToast(t('models.stopped', { name }), errorWords(after.job.error).message, look);
    else if (!after?.job && job.kind !== 'verify' && (after?.state === 'installed' || isMore)) showToast(t('models.ready', { name }), '', look);
  }
}

/** How far all that is under way is, from 0 to 1; null when nothing is. */
export function shareUnderWay(state: ModelStoreState | null): number | null {
  const jobs = (state?.models ?? [])
    .map(({ job }) => job)
    .filter((job) => job?.state === 'running' || job?.state === 'waiting');
  if (jobs.length === 0) return null;
  const total = jobs.reduce((sum, job) => sum + (job?.total ?? 0), 0);
  return total === 0 ? 0 : Math.min(1, jobs.reduce((sum, job) => sum + (job?.done ?? 0), 0) / total);
}

/** Asks the studio to look at its disk; nothing leaves the machine. */
export async function readModels(): Promise<void> {
  const reply = await studio.invoke('models.list', {});
  if (reply.ok) useModels.setState({ state: reply.value });
  else showError(reply.error);
}

export function openModels(): void {
  useModels.setState({ open: true });
  void readModels();
}

type ModelChannel = Extract<ChannelName, `models.${string}`>;

/** Asks for something to be done with models; a refusal is told. */
export async function ask<C extends ModelChannel>(channel: C, input: ChannelInput<C>): Promise<boolean> {
  const reply = await studio.invoke(channel, input);
  if (!reply.ok) showError(reply.error);
  return reply.ok;
}
