import { decode, encode } from '../../electron/contract/codec.ts';
import { errorCatalogue } from '../../electron/contract/errors.ts';
import type {
  ChannelInput,
  ChannelName,
  ChannelOutput,
  EventName,
  EventPayload,
  Reply,
  StudioApi,
} from '../../electron/contract/index.ts';
import { socketPath } from '../../electron/contract/transport.ts';
import { t } from '../i18n/index.ts';
import { setConnection } from './connection.ts';

const firstPause = 250;
const longestPause = 8000;

type Listener = (payload: unknown) => void;
type Answer = (reply: Reply<unknown>) => void;

/**
 * The studio over the WebSocket of the browser mode. Calls made while it connects wait; calls under way when the line
 * breaks are answered with `connection.lost`, since nobody knows whether they arrived.
 */
export class SocketClient implements StudioApi {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #answers = new Map<number, Answer>();
  #waiting: string[] = [];
  #socket: WebSocket | null = null;
  #nextId = 0;
  #pause = firstPause;

  constructor() {
    this.#connect();
    window.addEventListener('online', () => {
      if (!this.#socket) this.#connect();
    });
  }

  invoke<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<Reply<ChannelOutput<C>>> {
    const id = this.#nextId++;
    const text = encode({ id, channel, input });
    return new Promise((resolve) => {
      this.#answers.set(id, resolve as Answer);
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
      else this.#waiting.push(text);
    });
  }

  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set<Listener>();
    this.#listeners.set(event, listeners);
    listeners.add(listener as Listener);
    return () => listeners.delete(listener as Listener);
  }

  #connect(): void {
    const url = new URL(socketPath, window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = '';
    url.hash = '';
    const socket = new WebSocket(url);
    this.#socket = socket;
    let wasOpen = false;
    socket.addEventListener('open', () => {
      wasOpen = true;
      this.#pause = firstPause;
      for (const text of this.#waiting) socket.send(text);
      this.#waiting = [];
      setConnection('open');
    });
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#receive(data);
    });
    socket.addEventListener('close', () => {
      this.#socket = null;
      this.#fail();
      setConnection('lost');
      if (!wasOpen) void askWhy();
      window.setTimeout(() => {
        if (!this.#socket) this.#connect();
      }, this.#pause);
      this.#pause = Math.min(this.#pause * 2, longestPause);
    });
  }

  #receive(text: string): void {
    const message = decode(text) as
      { id: number; reply: Reply<unknown> } | { event: string; payload: unknown };
    if ('event' in message) {
      for (const listener of this.#listeners.get(message.event) ?? []) listener(message.payload);
      return;
    }
    this.#answers.get(message.id)?.(message.reply);
    this.#answers.delete(message.id);
  }

  #fail(): void {
    const { action } = errorCatalogue['connection.lost'];
    const reply: Reply<unknown> = {
      ok: false,
      error: { code: 'connection.lost', message: t('connection.lost'), cause: '', action },
    };
    const answers = [...this.#answers.values()];
    this.#answers.clear();
    this.#waiting = [];
    for (const answer of answers) answer(reply);
  }
}

/** A refused upgrade looks like any other failure to a page; the page itself tells whether this browser may come in. */
async function askWhy(): Promise<void> {
  try {
    const response = await fetch('./', { method: 'HEAD', cache: 'no-store' });
    if (response.status === 403) setConnection('unauthorised');
  } catch {
    // The server is gone; the connection stays lost.
  }
}
