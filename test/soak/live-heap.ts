import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { z } from 'zod';

/** Where Node listens for a debugger after SIGUSR1. */
const debuggerList = 'http://127.0.0.1:9229/json';
const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const reply = z.object({ id: z.int(), result: z.unknown() });
const usage = z.object({
  result: z.object({ value: z.tuple([z.number(), z.number()]) }),
});

/**
 * What a Node process's own objects and buffers take once its collector has run. Its resident memory says less: V8
 * keeps pages that it filled once.
 */
export class LiveHeap {
  readonly #socket: WebSocket;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Asks a process to listen for a debugger. @throws when another process listens there */
  static async of(pid: number): Promise<LiveHeap> {
    process.kill(pid, 'SIGUSR1');
    let url: string | null = null;
    for (let i = 0; i < 100 && url === null; i++) {
      await sleep(100);
      const list = await fetch(debuggerList).catch(() => null);
      if (list) url = targets.parse(await list.json())[0]?.webSocketDebuggerUrl ?? null;
    }
    if (url === null) throw new Error('The process does not listen for a debugger.');
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const heap = new LiveHeap(socket);
    const [found] = await heap.#numbers('[process.pid, 0]');
    if (found !== pid)
      throw new Error(`Process ${String(found)} listens for a debugger in place of ${String(pid)}.`);
    return heap;
  }

  async mib(): Promise<number> {
    await this.#send('HeapProfiler.collectGarbage', {});
    const [used, external] = await this.#numbers(
      '[process.memoryUsage().heapUsed, process.memoryUsage().external]',
    );
    return (used + external) / 2 ** 20;
  }

  close(): void {
    this.#socket.close();
  }

  async #numbers(expression: string): Promise<[number, number]> {
    const answer = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
    return usage.parse(answer).result.value;
  }

  async #send(method: string, params: object): Promise<unknown> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = (await once(this.#socket, 'message')) as [Buffer];
      const answer = reply.safeParse(JSON.parse(data.toString()));
      if (answer.success && answer.data.id === id) return answer.data.result;
    }
  }
}
