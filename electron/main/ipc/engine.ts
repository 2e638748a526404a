import { engineChannels } from '../../contract/engine.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** How the engine is, and what it knows about a prompt. */
export function registerEngineIpc(studio: StudioService): void {
  for (const channel of Object.keys(engineChannels) as (keyof typeof engineChannels)[])
    validatedHandle(channel, studio);
}
