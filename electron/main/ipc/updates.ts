import { updateChannels } from '../../contract/updates.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Looking for a newer version when the user asks. */
export function registerUpdateIpc(studio: StudioService): void {
  for (const channel of Object.keys(updateChannels) as (keyof typeof updateChannels)[])
    validatedHandle(channel, studio);
}
