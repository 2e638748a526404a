import { noteChannels } from '../../contract/notes.ts';
import type { StudioService } from '../../../native/studio/service.ts';
import { validatedHandle } from './handle.ts';

/** What is kept beside pictures: threads and boxes. */
export function registerNoteIpc(studio: StudioService): void {
  for (const channel of Object.keys(noteChannels) as (keyof typeof noteChannels)[])
    validatedHandle(channel, studio);
}
