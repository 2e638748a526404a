import { projectChannels } from '../../contract/project.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Saving and opening projects, and the draft that outlives a crash. */
export function registerProjectIpc(studio: StudioService): void {
  for (const channel of Object.keys(projectChannels) as (keyof typeof projectChannels)[])
    validatedHandle(channel, studio);
}
