import type { z } from 'zod';

/** One request channel: what goes in, what comes out; both are checked at the border. */
export type ChannelTable = Record<string, { input: z.ZodType; output: z.ZodType }>;
/** One event a channel: its payload. */
export type EventTable = Record<string, z.ZodType>;
