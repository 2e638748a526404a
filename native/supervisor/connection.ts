import type { RunEvent } from '../../electron/contract/events.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { isLast } from '../host.ts';
import { hostMessageSchema, type HostMessage, type HostRequest } from '../host-protocol.ts';
import { EventQueue } from './event-queue.ts';
import type { EngineExit, EngineProcess } from './launcher.ts';

const outputLines = 40;
const maxLineLength = 500;

type Answer = Extract<HostMessage, { type: 'counted' | 'decoded' }>;
type OwnMessage = Exclude<HostMessage, { call: number }>;

interface PendingCall {
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

interface LiveRun {
  queue: EventQueue<RunEvent>;
  step: number | null;
  cancelled: boolean;
}

/** What the supervisor learns from one engine process. */
export interface ConnectionListener {
  message(message: OwnMessage): void;
  runsChanged(): void;
  exit(exit: EngineExit): void;
}

/** One living engine process: calls and runs in flight, its last words, and its end. */
export class EngineConnection {
  readonly #process: EngineProcess;
  readonly #listener: ConnectionListener;
  readonly #calls = new Map<number, PendingCall>();
  readonly #runs = new Map<number, LiveRun>();
  #nextCall = 0;
  #output: string[] = [];
  #open = true;

  constructor(process: EngineProcess, listener: ConnectionListener) {
    this.#process = process;
    this.#listener = listener;
    process.onMessage((message) => {
      this.#receive(message);
    });
    process.onOutput((text) => {
      this.#output.push(...text.split('\n').filter((line) => line.trim() !== ''));
      this.#output = this.#output.slice(-outputLines).map((line) => line.slice(0, maxLineLength));
    });
    process.onExit((exit) => {
      this.#open = false;
      listener.exit(exit);
    });
  }

  get runs(): number {
    return this.#runs.size;
  }

  /** The last lines the process wrote, oldest first. */
  get lastWords(): readonly string[] {
    return this.#output;
  }

  send(request: HostRequest): void {
    if (this.#open) this.#process.postMessage(request);
  }

  kill(): void {
    if (this.#open) this.#process.kill();
  }

  count(prompt: string): Promise<Extract<HostMessage, { type: 'counted' }>['count']> {
    return this.#ask((call) => ({ type: 'count', call, prompt })).then((answer) => {
      if (answer.type !== 'counted') throw wrongAnswer(answer.type);
      return answer.count;
    });
  }

  decode(
    ids: Uint16Array,
    grid: { width: number; height: number },
  ): Promise<Extract<HostMessage, { type: 'decoded' }>['image']> {
    return this.#ask((call) => ({ type: 'decode', call, ids, grid })).then((answer) => {
      if (answer.type !== 'decoded') throw wrongAnswer(answer.type);
      return answer.image;
    });
  }

  /** Starts a run. Its events end with run.done, run.error or run.cancelled, whatever happens to the process. */
  run(
    request: GenerationRequest,
    previews: boolean,
  ): { events: AsyncIterable<RunEvent>; cancel: () => void } {
    const call = this.#nextCall++;
    const run: LiveRun = { queue: new EventQueue(), step: null, cancelled: false };
    this.#runs.set(call, run);
    this.#listener.runsChanged();
    this.send({ type: 'run', call, request, previews });
    const cancel = (): void => {
      run.cancelled = true;
      this.send({ type: 'cancel', call });
    };
    return { events: run.queue, cancel };
  }

  /** Ends everything in flight with the reason the process ended; a run being cancelled counts as cancelled. */
  abandon(error: StudioError): void {
    for (const { queue, step, cancelled } of this.#runs.values()) {
      queue.push(cancelled ? { type: 'run.cancelled', step } : { type: 'run.error', error, step });
      queue.end();
    }
    for (const { reject } of this.#calls.values())
      reject(new LavidaError(error.code, error.message, error.cause));
    this.#runs.clear();
    this.#calls.clear();
    this.#listener.runsChanged();
  }

  #ask(request: (call: number) => HostRequest): Promise<Answer> {
    const call = this.#nextCall++;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.send(request(call));
    });
  }

  #receive(message: unknown): void {
    const parsed = hostMessageSchema.safeParse(message);
    if (!parsed.success) {
      // A message out of protocol means the process cannot be trusted any further.
      this.#output.push(`Message out of protocol: ${parsed.error.message.slice(0, maxLineLength)}`);
      this.kill();
      return;
    }
    const data = parsed.data;
    if (!('call' in data)) this.#listener.message(data);
    else if (data.type === 'event') this.#runEvent(data.call, data.event);
    else this.#settle(data);
  }

  #runEvent(call: number, event: RunEvent): void {
    const run = this.#runs.get(call);
    if (!run) return;
    if (event.type === 'step.begin') run.step = event.step;
    run.queue.push(event);
    if (!isLast(event)) return;
    run.queue.end();
    this.#runs.delete(call);
    this.#listener.runsChanged();
  }

  #settle(answer: Answer | Extract<HostMessage, { type: 'failed' }>): void {
    const pending = this.#calls.get(answer.call);
    this.#calls.delete(answer.call);
    if (answer.type !== 'failed') pending?.resolve(answer);
    else pending?.reject(new LavidaError(answer.error.code, answer.error.message, answer.error.cause));
  }
}

function wrongAnswer(type: string): LavidaError {
  return new LavidaError('internal', 'The engine answered another question than was asked.', type);
}
