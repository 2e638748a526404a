import { z } from 'zod';

/**
 * The browser mode's WebSocket: text frames written by codec.ts. The window sends {id, channel, input} and gets
 * {id, reply}; events come as {event, payload}. The page needs no token of its own: opening the printed address sets an
 * HttpOnly cookie that the browser sends with the upgrade.
 */
export const socketPath = '/socket';

/** Largest text frame a window may send, in bytes: a picture file of 45 MB fits. */
export const maxClientMessageBytes = 64 * 1024 * 1024;

/** Close code of a socket whose window sent something that is not a message of the protocol. */
export const protocolErrorCloseCode = 4400;

export const clientMessageSchema = z.strictObject({
  /** Chosen by the window, echoed with the reply. */
  id: z.int().nonnegative(),
  channel: z.string().max(64),
  input: z.unknown(),
});
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** What the server sends: the reply to one message (`Reply` of index.ts), or an event. */
export type ServerMessage = { id: number; reply: unknown } | { event: string; payload: unknown };
