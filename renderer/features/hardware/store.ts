import { create } from 'zustand';
import type { BackendTrial, FitOfTask, Machine, MemoryFit } from '../../../electron/contract/hardware.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import { backendChoices, type Settings } from '../../../electron/contract/settings.ts';
import { studio } from '../../api/index.ts';
import { useEngine } from '../engine/store.ts';
import { showError } from '../shell/toasts.ts';

export type TriableBackend = Exclude<Settings['backend'], 'auto'>;
export const triableBackends = backendChoices.filter((name): name is TriableBackend => name !== 'auto');

interface HardwareStore {
  machine: Machine | null;
  trials: Partial<Record<TriableBackend, BackendTrial>>;
  /** The backend being tried now. */
  trying: TriableBackend | null;
  /** The open model's needs by task. */
  fits: FitOfTask[];
  /** Grows when what fits may have changed. */
  revision: number;
}

/** Transient: what the machine has, what works on it, what fits. */
export const useHardware = create<HardwareStore>(() => ({
  machine: null,
  trials: {},
  trying: null,
  fits: [],
  revision: 0,
}));

export async function readMachine(): Promise<void> {
  const reply = await studio.invoke('hardware.machine', {});
  if (reply.ok) useHardware.setState({ machine: reply.value });
  else showError(reply.error);
}

async function readFits(): Promise<void> {
  const reply = await studio.invoke('hardware.fits', {});
  if (reply.ok) useHardware.setState({ fits: reply.value });
}

/** Tries one backend after another; each has a process and a time limit of its own. */
export async function tryBackends(again: boolean): Promise<void> {
  if (useHardware.getState().trying !== null) return;
  try {
    for (const backend of triableBackends) {
      useHardware.setState({ trying: backend });
      const reply = await studio.invoke('hardware.trial', { backend, again });
      if (!reply.ok) {
        showError(reply.error);
        return;
      }
      useHardware.setState(({ trials }) => ({ trials: { ...trials, [backend]: reply.value } }));
    }
  } finally {
    useHardware.setState({ trying: null });
  }
}

/** Whether a request has room in memory; null when that cannot be told. */
export async function readFit(request: GenerationRequest): Promise<MemoryFit | null> {
  const reply = await studio.invoke('hardware.fit', { request });
  return reply.ok ? reply.value.fit : null;
}

/** Keeps what fits up to date: with another model, and with another memory limit. */
export function listenToHardware(): void {
  const again = (): void => {
    useHardware.setState(({ revision }) => ({ revision: revision + 1 }));
    void readFits();
  };
  useEngine.subscribe((now, before) => {
    if (now.status?.model && !before.status?.model) again();
  });
  studio.on('settings.changed', again);
}
