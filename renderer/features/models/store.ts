import { create } from 'zustand';
import type { ChannelInput, ChannelName } from '../../../electron/contract/index.ts';
import type { ModelStoreState } from '../../../electron/contract/models.ts';
import { studio } from '../../api/index.ts';
import { showError } from '../shell/toasts.ts';

interface ModelsStore {
  /** Null until the studio has told. */
  state: ModelStoreState | null;
  open: boolean;
}

/** What models there are; the studio knows, the window only shows. */
export const useModels = create<ModelsStore>(() => ({ state: null, open: false }));

/** Follows what the studio says of its models. */
export function listenToModels(): void {
  studio.on('models.changed', (state) => {
    useModels.setState({ state });
  });
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
