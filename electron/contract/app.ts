import { z } from 'zod';
import type { ChannelTable, EventTable } from './channel.ts';

export const appInfoSchema = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'serve']),
  platform: z.string(),
  outputFolder: z.string(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

/** Small session state the window keeps between starts (not undoable): prompt, settings, panel sizes. */
export const sessionSchema = z.record(z.string().max(64), z.json());

export const appChannels = {
  'app.info': { input: z.object({}), output: appInfoSchema },
  'session.load': { input: z.object({}), output: sessionSchema },
  'session.save': { input: z.object({ session: sessionSchema }), output: z.object({}) },
} satisfies ChannelTable;

export const appEvents = {} satisfies EventTable;
