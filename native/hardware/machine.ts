import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import type { Machine } from '../../electron/contract/hardware.ts';
import { findAdapters } from './adapters.ts';
import { memoryState } from './memory.ts';

/** What this machine has. Nothing is asked of it for longer than a few seconds, and whatever does not answer is left out. */
export async function probeMachine(): Promise<Machine> {
  const { adapters, notes } = await findAdapters();
  const processors = cpus();
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    processor: processors[0]?.model.trim() || 'unknown',
    threads: Math.max(1, processors.length),
    usableThreads: availableParallelism(),
    memory: memoryState(),
    adapters,
    adapterNotes: notes,
  };
}
