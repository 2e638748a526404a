import { z } from 'zod';
import type { ChannelTable } from './channel.ts';

export const diagnosticsChannels = {
  /** A report about this studio as readable JSON, with everything personal taken out; prompts only when asked for. */
  'diagnostics.collect': {
    input: z.object({ prompts: z.boolean() }),
    output: z.object({ report: z.string(), fileName: z.string() }),
  },
} satisfies ChannelTable;
