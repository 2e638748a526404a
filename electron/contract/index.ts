import type { z } from 'zod';
import { appChannels, appEvents } from './app.ts';
import { diagnosticsChannels } from './diagnostics.ts';
import { engineChannels, engineEvents } from './engine.ts';
import { galleryChannels, galleryEvents } from './gallery.ts';
import { modelChannels, modelEvents } from './models.ts';
import { hardwareChannels } from './hardware.ts';
import { noteChannels, noteEvents } from './notes.ts';
import { pictureChannels } from './pictures.ts';
import { promptChannels, promptEvents } from './prompts.ts';
import { projectChannels } from './project.ts';
import { runChannels, runEvents } from './runs.ts';
import { settingChannels, settingEvents } from './settings.ts';
import { traceChannels } from './traces.ts';
import { updateChannels } from './updates.ts';
import type { StudioError } from './errors.ts';

/** Every request channel of the studio; the shell, the browser mode and the window share this one table. */
export const channels = {
  ...appChannels,
  ...engineChannels,
  ...promptChannels,
  ...runChannels,
  ...modelChannels,
  ...noteChannels,
  ...pictureChannels,
  ...galleryChannels,
  ...projectChannels,
  ...settingChannels,
  ...traceChannels,
  ...diagnosticsChannels,
  ...hardwareChannels,
  ...updateChannels,
};
/** Every event the studio sends to a window. */
export const eventChannels = {
  ...appEvents,
  ...engineEvents,
  ...promptEvents,
  ...runEvents,
  ...modelEvents,
  ...noteEvents,
  ...galleryEvents,
  ...settingEvents,
};

export type ChannelName = keyof typeof channels;
export type EventName = keyof typeof eventChannels;
export type ChannelInput<C extends ChannelName> = z.infer<(typeof channels)[C]['input']>;
export type ChannelOutput<C extends ChannelName> = z.infer<(typeof channels)[C]['output']>;
export type EventPayload<E extends EventName> = z.infer<(typeof eventChannels)[E]>;

/** What a call answers: errors are values, because Electron passes only the message of a thrown one. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: StudioError };

/** The studio as a window sees it, over whichever transport. */
export interface StudioApi {
  invoke<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<Reply<ChannelOutput<C>>>;
  /** Returns the function that unsubscribes. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void;
}

export * from './app.ts';
export * from './diagnostics.ts';
export * from './engine.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './gallery.ts';
export * from './models.ts';
export * from './hardware.ts';
export * from './notes.ts';
export * from './pictures.ts';
export * from './prompts.ts';
export * from './project.ts';
export * from './request.ts';
export * from './runs.ts';
export * from './settings.ts';
export * from './traces.ts';
export * from './transport.ts';
export * from './updates.ts';
