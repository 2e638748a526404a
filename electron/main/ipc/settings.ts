import { settingChannels } from '../../contract/settings.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** What the user sets once. */
export function registerSettingsIpc(studio: StudioService): void {
  for (const channel of Object.keys(settingChannels) as (keyof typeof settingChannels)[])
    validatedHandle(channel, studio);
}
