import { runChannels } from '../../contract/runs.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Starting, following and reading back runs. */
export function registerRunIpc(studio: StudioService): void {
  for (const channel of Object.keys(runChannels) as (keyof typeof runChannels)[])
    validatedHandle(channel, studio);
}
