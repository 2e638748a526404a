import { hardwareChannels } from '../../contract/hardware.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** What the machine has and what fits into its memory. */
export function registerHardwareIpc(studio: StudioService): void {
  for (const channel of Object.keys(hardwareChannels) as (keyof typeof hardwareChannels)[])
    validatedHandle(channel, studio);
}
