import { galleryChannels } from '../../contract/gallery.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** Finding, marking, deleting and bringing in pictures. */
export function registerGalleryIpc(studio: StudioService): void {
  for (const channel of Object.keys(galleryChannels) as (keyof typeof galleryChannels)[])
    validatedHandle(channel, studio);
}
