import { traceChannels } from '../../contract/traces.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Reading recorded runs back, branching and exporting them. */
export function registerTraceIpc(studio: StudioService): void {
  for (const channel of Object.keys(traceChannels) as (keyof typeof traceChannels)[])
    validatedHandle(channel, studio);
}
