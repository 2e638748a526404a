import { availableParallelism } from 'node:os';
import type { Settings } from '../../electron/contract/settings.ts';
import type { EngineOptions } from '../engine-api.ts';
import type { StudioPaths } from '../library/paths.ts';

const gib = 2 ** 30;

/** What the user typed for this start alone; it stands above the settings. */
export interface StartOptions {
  backend?: string | undefined;
  threads?: number | undefined;
  outputs?: string | undefined;
}

/** How the engine is to be run. */
export function engineOptions(
  modelDirectory: string,
  { backend, threads, memoryGiB }: Settings,
  given: StartOptions = {},
): EngineOptions {
  return {
    modelDirectory,
    backend: given.backend ?? backend,
    threads: given.threads ?? (threads === 0 ? availableParallelism() : threads),
    ...(memoryGiB === 0 ? {} : { memoryBytes: memoryGiB * gib }),
  };
}

/** The folders with the user's output folder in the place of the studio's own. */
export function chosenPaths(
  paths: StudioPaths,
  { outputFolder }: Settings,
  given: StartOptions = {},
): StudioPaths {
  const outputs = given.outputs ?? (outputFolder === '' ? paths.outputs : outputFolder);
  return { ...paths, outputs };
}
