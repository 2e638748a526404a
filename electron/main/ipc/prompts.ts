import { promptChannels } from '../../contract/prompts.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Prompts asked before, wildcards and styles. */
export function registerPromptIpc(studio: StudioService): void {
  for (const channel of Object.keys(promptChannels) as (keyof typeof promptChannels)[])
    validatedHandle(channel, studio);
}
