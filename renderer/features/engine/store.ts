import { create } from 'zustand';
import type { EngineStatus, ModelInfo } from '../../../electron/contract/engine.ts';
import { studio } from '../../api/index.ts';
import { showError } from '../shell/toasts.ts';

interface EngineStore {
  status: EngineStatus | null;
  /** The model last seen: it stays known while the engine restarts. */
  model: ModelInfo | null;
}

export const useEngine = create<EngineStore>(() => ({ status: null, model: null }));

function take(status: EngineStatus): void {
  useEngine.setState(({ model }) => ({ status, model: status.model ?? model }));
}

export function listenToEngine(): void {
  studio.on('engine.changed', take);
}

export async function readEngineStatus(): Promise<void> {
  const reply = await studio.invoke('engine.status', {});
  if (reply.ok) take(reply.value);
}

export async function restartEngine(): Promise<void> {
  const reply = await studio.invoke('engine.restart', {});
  if (!reply.ok) showError(reply.error);
}
