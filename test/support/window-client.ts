import { WebSocket, type ClientOptions } from 'ws';
import { decode, encode } from '../../electron/contract/codec.ts';
import type {
  ChannelInput,
  ChannelName,
  ChannelOutput,
  EventName,
  EventPayload,
  Reply,
} from '../../electron/contract/index.ts';
import { socketPath } from '../../electron/contract/transport.ts';

/** Opens the printed address as a browser does and returns the cookie it would keep. */
export async function signIn(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** How the server answered an attempt to attach. */
export async function attemptSocket(
  origin: string,
  options: ClientOptions,
  path = socketPath,
): Promise<string> {
  const socket = new WebSocket(origin.replace('http', 'ws') + path, options);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(`refused ${String(response.statusCode)}`);
      socket.terminate();
    });
    socket.on('error', () => {
      resolve('error');
    });
  });
}

/** A window's end of the WebSocket. */
export class WindowClient {
  readonly socket: WebSocket;
  readonly events: { event: EventName; payload: unknown }[] = [];
  readonly #replies = new Map<number, (reply: Reply<unknown>) => void>();
  readonly #looks = new Set<() => void>();
  readonly #listeners = new Set<(event: EventName, payload: unknown) => void>();
  #nextId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const message = decode((data as Buffer).toString('utf8')) as
        { id: number; reply: Reply<unknown> } | { event: EventName; payload: unknown };
      if ('id' in message) {
        this.#replies.get(message.id)?.(message.reply);
        this.#replies.delete(message.id);
      } else {
        this.events.push(message);
        for (const listener of this.#listeners) listener(message.event, message.payload);
        for (const look of this.#looks) look();
      }
    });
  }

  static async attach(origin: string, cookie: string): Promise<WindowClient> {
    const socket = new WebSocket(origin.replace('http', 'ws') + socketPath, { origin, headers: { cookie } });
    const client = new WindowClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  async invoke<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<Reply<ChannelOutput<C>>> {
    return (await this.send(channel, input)) as Reply<ChannelOutput<C>>;
  }

  /** Sends anything at all on a channel. */
  send(channel: string, input: unknown): Promise<Reply<unknown>> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.socket.send(encode({ id, channel, input }));
    });
  }

  /** Hears every event from now on. */
  onEvent(listener: (event: EventName, payload: unknown) => void): void {
    this.#listeners.add(listener);
  }

  /** Lets go of the events so far, so that a long life needs little memory. */
  forget(): void {
    this.events.length = 0;
  }

  /** The first event that fits, counting from when the window was attached. */
  seen<E extends EventName>(event: E, fits: (payload: EventPayload<E>) => boolean): Promise<EventPayload<E>> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.events.find(
          (entry) => entry.event === event && fits(entry.payload as EventPayload<E>),
        );
        if (!found) return;
        this.#looks.delete(look);
        resolve(found.payload as EventPayload<E>);
      };
      this.#looks.add(look);
      look();
    });
  }

  closed(): Promise<number> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) resolve(0);
      this.socket.once('close', resolve);
    });
  }
}
