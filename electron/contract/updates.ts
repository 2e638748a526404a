import { z } from 'zod';
import type { ChannelTable } from './channel.ts';

/** Why nothing is known about newer versions; none of it is the user's fault. */
export const updateFailures = ['no-address', 'unreachable', 'refused', 'unreadable'] as const;

/** What a look for a newer version found. Nothing is ever downloaded or installed. */
export const updateCheckSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('newer'),
    current: z.string(),
    version: z.string(),
    /** Page that tells what is new; null when the feed names none that may be opened. */
    notes: z.string().nullable(),
  }),
  z.object({ outcome: z.literal('current'), current: z.string() }),
  z.object({
    outcome: z.literal('failed'),
    current: z.string(),
    why: z.enum(updateFailures),
    /** Technical, may be empty. */
    detail: z.string(),
  }),
]);
export type UpdateCheck = z.infer<typeof updateCheckSchema>;

export const updateChannels = {
  /** Asks the release feed once, now. */
  'updates.check': { input: z.object({}), output: updateCheckSchema },
} satisfies ChannelTable;
