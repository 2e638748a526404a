import { appChannels } from '../../contract/app.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** About the app itself, and the state it keeps for the window. */
export function registerAppIpc(studio: StudioService): void {
  for (const channel of Object.keys(appChannels) as (keyof typeof appChannels)[])
    validatedHandle(channel, studio);
}
