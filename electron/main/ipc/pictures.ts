import { pictureChannels } from '../../contract/pictures.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Bringing pictures into the library and reading them back. */
export function registerPictureIpc(studio: StudioService): void {
  for (const channel of Object.keys(pictureChannels) as (keyof typeof pictureChannels)[])
    validatedHandle(channel, studio);
}
