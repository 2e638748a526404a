import type { WebSocket } from 'ws';
import { decode, encode } from '../../electron/contract/codec.ts';
import type { EventName, EventPayload } from '../../electron/contract/index.ts';
import {
  clientMessageSchema,
  protocolErrorCloseCode,
  type ClientMessage,
  type ServerMessage,
} from '../../electron/contract/transport.ts';
import { checkJson } from '../parse-json.ts';
import type { StudioService } from '../studio/service.ts';

/** Calls of one window answered at the same time; further ones wait in the network. */
const maxInFlight = 32;
/** Unsent bytes above which previews are left out for this window. */
const slowBytes = 4 * 1024 * 1024;
/** Unsent bytes above which a window is cut off; it catches up when it connects again. */
const stuckBytes = 256 * 1024 * 1024;

/** One attached window: calls in, replies and events out. */
export class WindowSocket {
  readonly #socket: WebSocket;
  readonly #studio: StudioService;
  #inFlight = 0;

  constructor(socket: WebSocket, studio: StudioService) {
    this.#socket = socket;
    this.#studio = studio;
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? null : parseMessage((data as Buffer).toString('utf8'));
      if (message) void this.#answer(message);
      else socket.close(protocolErrorCloseCode, 'not a message of the studio');
    });
    // A frame over the size limit or against the WebSocket protocol arrives here, and the library closes the socket.
    socket.on('error', () => undefined);
  }

  /** Sends an event; `text` is its encoding, made once for all windows. */
  sendEvent<E extends EventName>(event: E, payload: EventPayload<E>, text: () => string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > stuckBytes) this.#socket.terminate();
    else if (this.#socket.bufferedAmount <= slowBytes || !isPreview(event, payload))
      this.#socket.send(text());
  }

  async #answer({ id, channel, input }: ClientMessage): Promise<void> {
    this.#inFlight += 1;
    if (this.#inFlight >= maxInFlight) this.#socket.pause();
    const reply = await this.#studio.dispatch(channel, input);
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(encode({ id, reply } satisfies ServerMessage));
    this.#inFlight -= 1;
    if (this.#inFlight < maxInFlight && this.#socket.isPaused) this.#socket.resume();
  }
}

/** Encodes an event when the first window needs it. */
export function encodeEvent(event: string, payload: unknown): () => string {
  let text: string | null = null;
  return () => (text ??= encode({ event, payload } satisfies ServerMessage));
}

function isPreview<E extends EventName>(event: E, payload: EventPayload<E>): boolean {
  return event === 'run.event' && (payload as EventPayload<'run.event'>).event.type === 'step.preview';
}

/** A window's message, or null for text that is none. */
export function parseMessage(text: string): ClientMessage | null {
  try {
    checkJson(text);
    const parsed = clientMessageSchema.safeParse(decode(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
