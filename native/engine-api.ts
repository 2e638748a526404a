import type { GenerationRequest } from '../electron/contract/request.ts';
import type { ModelInfo } from '../electron/contract/engine.ts';
import type { RgbImage, RunEvent } from '../electron/contract/events.ts';

/** Where the model lies and how to run it. */
export interface EngineOptions {
  modelDirectory: string;
  /** A backend's name, or `auto`: the fastest that works here. What cannot be used gives way to the processor. */
  backend: string;
  /** What was chosen for `backend`, where the process that starts the engine has tried the backends itself. */
  choice?: { backend: string; reason: string } | undefined;
  threads: number;
  /** Bytes of memory the engine may take; what the machine and its container allow by default. */
  memoryBytes?: number | undefined;
}

export interface PromptCount {
  tokens: number;
  characters: number;
  maxCharacters: number;
}

/** The engine as its host process, the command line and the tests see it. It writes no files. */
export interface EngineApi {
  /** Loads the bundle; `progress` says in words what is happening. Throws LavidaError. */
  open(options: EngineOptions, progress: (detail: string) => void): Promise<ModelInfo>;
  countTokens(prompt: string): PromptCount;
  /**
   * Runs one request and ends with exactly one of run.done (file names null), run.error or run.cancelled; the picture
   * comes as run.image before run.done. `signal` is checked between forwards, and the event loop turns between them.
   */
  run(
    request: GenerationRequest,
    options: { signal: AbortSignal; previews: boolean },
  ): AsyncGenerator<RunEvent>;
  /** Decodes codes [N], raster order, into a picture. Every id must lie in the codebook. */
  decode(ids: Uint16Array, grid: { width: number; height: number }): Promise<RgbImage>;
  close(): Promise<void>;
}
