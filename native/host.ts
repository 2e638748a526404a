import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunEvent } from '../electron/contract/events.ts';
import type { EngineApi } from './engine-api.ts';
import { LavidaError, toStudioError } from './errors.ts';
import { hostRequestSchema, type HostMessage, type HostRequest, type MessagePort } from './host-protocol.ts';

type RunRequest = Extract<HostRequest, { type: 'run' }>;

/**
 * Serves an engine over a message port. Every message is checked; one that does not fit the protocol is a fault of this
 * program and is answered on the error stream, never obeyed.
 */
export class EngineHost {
  readonly #port: MessagePort;
  readonly #engine: EngineApi;
  readonly #runs = new Map<number, AbortController>();
  readonly #working = new Set<Promise<void>>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #finish: () => void;

  /** @param finish ends the process once the engine is closed */
  constructor(port: MessagePort, engine: EngineApi, finish: () => void) {
    this.#port = port;
    this.#engine = engine;
    this.#finish = finish;
    port.onMessage((message) => {
      this.#receive(message);
    });
    this.#send({ type: 'hello', pid: process.pid, residentBytes: process.memoryUsage.rss() });
    this.#heartbeat = setInterval(() => {
      this.#send({ type: 'heartbeat', residentBytes: process.memoryUsage.rss() });
    }, 1000);
    this.#heartbeat.unref();
  }

  #receive(message: unknown): void {
    const parsed = hostRequestSchema.safeParse(message);
    if (parsed.success) void this.#answer(parsed.data);
    else console.error(`The engine process got a message it does not know: ${parsed.error.message}`);
  }

  async #answer(request: HostRequest): Promise<void> {
    switch (request.type) {
      case 'open':
        return this.#open(request.options);
      case 'run':
        return this.#track(this.#run(request));
      case 'cancel':
        this.#runs.get(request.call)?.abort();
        return;
      case 'count':
        return this.#reply(request.call, () => ({
          type: 'counted',
          call: request.call,
          count: this.#engine.countTokens(request.prompt),
        }));
      case 'decode':
        return this.#reply(request.call, async () => ({
          type: 'decoded',
          call: request.call,
          image: await this.#engine.decode(request.ids, request.grid),
        }));
      case 'close':
        return this.#close();
    }
  }

  async #open(options: Extract<HostRequest, { type: 'open' }>['options']): Promise<void> {
    try {
      const model = await this.#engine.open(options, (detail) => {
        this.#send({ type: 'progress', detail });
      });
      this.#send({ type: 'opened', model });
    } catch (error) {
      this.#send({ type: 'open-failed', error: toStudioError(error) });
    }
  }

  async #track(run: Promise<void>): Promise<void> {
    this.#working.add(run);
    await run;
    this.#working.delete(run);
  }

  async #run({ call, request, previews }: RunRequest): Promise<void> {
    const controller = new AbortController();
    this.#runs.set(call, controller);
    let last: RunEvent | null = null;
    try {
      for await (const event of this.#engine.run(request, { signal: controller.signal, previews })) {
        last = event;
        this.#send({ type: 'event', call, event });
        // A forward blocks the thread: this turn is when events leave and a cancel arrives.
        await nextTurn();
      }
      if (!last || !isLast(last))
        throw new LavidaError('internal', 'The engine ended a run without a result.');
    } catch (error) {
      const event: RunEvent = { type: 'run.error', error: toStudioError(error), step: null };
      if (!last || !isLast(last)) this.#send({ type: 'event', call, event });
    } finally {
      this.#runs.delete(call);
    }
  }

  async #reply(call: number, work: () => HostMessage | Promise<HostMessage>): Promise<void> {
    try {
      this.#send(await work());
    } catch (error) {
      this.#send({ type: 'failed', call, error: toStudioError(error) });
    }
  }

  async #close(): Promise<void> {
    for (const controller of this.#runs.values()) controller.abort();
    clearInterval(this.#heartbeat);
    await Promise.all(this.#working);
    await this.#engine.close().catch((error: unknown) => {
      console.error(error);
    });
    this.#send({ type: 'closed' });
    this.#finish();
  }

  #send(message: HostMessage): void {
    this.#port.postMessage(message);
  }
}

/** Whether nothing follows this event in its run. */
export function isLast(event: RunEvent): boolean {
  return event.type === 'run.done' || event.type === 'run.error' || event.type === 'run.cancelled';
}
