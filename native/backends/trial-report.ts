import type { BackendTrial } from '../../electron/contract/hardware.ts';
import type { BackendTrials } from './choose.ts';
import { findBackend } from './table.ts';

/** Tries a backend and says what came of it; one that this platform cannot have is not tried. */
export async function trialReport(trials: BackendTrials, name: string, again = false): Promise<BackendTrial> {
  const backend = findBackend(name);
  const offered = backend?.platforms.includes(`${process.platform}-${process.arch}`) ?? false;
  const { usable, reason, numbers } = await trials.get(name, again);
  return {
    backend: name,
    label: backend?.label ?? name,
    offered,
    usable,
    reason,
    layerMs: numbers?.layerMs ?? null,
    gflops: numbers?.gflops ?? null,
  };
}
