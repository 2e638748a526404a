import { modelChannels } from '../../contract/models.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Getting, checking, choosing and removing models. */
export function registerModelIpc(studio: StudioService): void {
  for (const channel of Object.keys(modelChannels) as (keyof typeof modelChannels)[])
    validatedHandle(channel, studio);
}
