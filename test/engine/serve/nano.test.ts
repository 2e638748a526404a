import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import { projectRoot } from '../../support/cli.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';

/** `lavida serve` as the user starts it, with the model that comes with the program. */
interface Served {
  process: ChildProcess;
  window: WindowClient;
  home: string;
  exit: Promise<number | null>;
  stop(): Promise<number | null>;
}

async function serve(args: readonly string[] = []): Promise<Served> {
  const home = await mkdtemp(join(tmpdir(), 'lavida-serve-'));
  const main = join(projectRoot, 'native', 'cli', 'main.ts');
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LAVIDA_HOME: home },
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => {
      reject(new Error(`lavida serve ended with ${String(code)}`));
    });
  });
  const window = await WindowClient.attach(new URL(url).origin, await signIn(url));
  return {
    process: child,
    window,
    home,
    exit,
    stop: async () => {
      window.socket.close();
      child.kill('SIGINT');
      const code = await exit;
      await rm(home, { recursive: true, force: true });
      return code;
    },
  };
}

let served: Served;
let defaults: Omit<GenerationRequest & { task: 'text-to-image' }, 'version' | 'task' | 'prompt' | 'seed'>;

beforeAll(async () => {
  served = await serve();
  defaults = (await ready(served)).defaults;
});
afterAll(() => served.stop());

async function call<C extends ChannelName>(
  channel: C,
  input: ChannelInput<C>,
  { window }: Served = served,
): Promise<ChannelOutput<C>> {
  const reply = await window.invoke(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

async function ready(studio: Served) {
  for (;;) {
    const status = await call('engine.status', {}, studio);
    if (status.state === 'ready' && status.model && status.pid !== null)
      return { ...status.model, pid: status.pid };
    if (status.state === 'dead') throw new Error(status.error?.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function start(prompt: string, settings: object = {}): Promise<string> {
  const request = {
    version: 1,
    task: 'text-to-image',
    prompt,
    seed: 3,
    ...defaults,
    steps: 6,
    ...settings,
  } as const;
  return (await call('run.start', { request })).id;
}

async function endOf(id: string) {
  const { event } = await served.window.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error', 'run.cancelled'].includes(payload.event.type),
  );
  return event;
}

function stepsOf(id: string): number {
  return served.window.events.filter(({ event, payload }) => {
    if (event !== 'run.event') return false;
    const of = payload as { id: string; event: { type: string } };
    return of.id === id && of.event.type === 'step.state';
  }).length;
}

async function firstStep(id: string): Promise<void> {
  await served.window.seen(
    'run.event',
    (payload) => payload.id === id && payload.event.type === 'step.state',
  );
}

test('the same request twice gives the same file, byte for byte', async () => {
  const first = await start('a red car');
  const second = await start('a red car');
  for (const id of [first, second]) expect((await endOf(id)).type).toBe('run.done');
  const { png } = await call('run.image', { id: first });
  expect(Buffer.from(png).equals(Buffer.from((await call('run.image', { id: second })).png))).toBe(true);
  const list = await call('run.list', { limit: 10 });
  expect(await readFile(list.find(({ id }) => id === first)?.file ?? '')).toEqual(Buffer.from(png));
});

test('the last recorded step decodes to the picture itself', async () => {
  const id = await start('a blue fish');
  await endOf(id);
  const head = await call('trace.head', { id });
  expect(head.steps).toBe(6);
  expect([...head.commitStep].every((step) => step < 6)).toBe(true);
  const preview = await call('trace.preview', { id, step: 5, kind: 'committed' });
  const image = await served.window.seen(
    'run.event',
    (payload) => payload.id === id && payload.event.type === 'run.image',
  );
  expect(
    image.event.type === 'run.image' && Buffer.from(image.event.image.rgb).equals(Buffer.from(preview.rgb)),
  ).toBe(true);
});

test('a run is cancelled between forwards, without restarting the engine', async () => {
  const { pid, slots } = await ready(served);
  const id = await start('to be cancelled', { steps: slots });
  await firstStep(id);
  await call('run.cancel', { id });
  expect((await endOf(id)).type).toBe('run.cancelled');
  expect(stepsOf(id)).toBeLessThan(slots);
  expect((await ready(served)).pid).toBe(pid);
});

test('an engine killed in mid-run is told, earlier results stay, and Retry works', async () => {
  const { pid, slots } = await ready(served);
  const before = await call('run.list', { limit: 100 });
  const id = await start('a photo of a red bus', { steps: slots });
  await firstStep(id);
  process.kill(pid, 'SIGKILL');
  expect(await endOf(id)).toMatchObject({
    type: 'run.error',
    error: { code: 'engine.died', action: expect.stringContaining('Retry') as string },
  });
  expect(await call('run.list', { limit: 100 })).toEqual(before);
  expect((await endOf(await start('a photo of a red bus'))).type).toBe('run.done');
});

test('what cannot be run is refused in words', async () => {
  const { grid } = await ready(served);
  expect(await endOf(await start('   '))).toMatchObject({
    type: 'run.error',
    error: { code: 'prompt.empty' },
  });
  expect(await endOf(await start('x '.repeat(9000)))).toMatchObject({
    type: 'run.error',
    error: { code: 'prompt.too-long' },
  });
  expect(await endOf(await start('too many', { steps: grid.width * grid.height + 1 }))).toMatchObject({
    type: 'run.error',
    error: { code: 'request.steps' },
  });
  expect((await call('prompt.count', { prompt: 'a red car' })).characters).toBe(9);
});

test('Ctrl-C ends server and engine with exit code 0', async () => {
  const other = await serve();
  const { pid } = await ready(other);
  expect(await other.stop()).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow();
});

test('the engine does not outlive a server that is killed', async () => {
  const other = await serve();
  const { pid } = await ready(other);
  other.process.kill('SIGKILL');
  await other.exit;
  const isAlive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 10));
  await rm(other.home, { recursive: true, force: true });
});

test('a model folder without a model is reported, and the studio stays up', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'lavida-empty-'));
  await mkdir(join(empty, 'vqvae'));
  const other = await serve(['--model', empty]);
  await expect(ready(other)).rejects.toThrow();
  const { state, error } = await call('engine.status', {}, other);
  expect(state).toBe('dead');
  expect(error?.code).toMatch(/^model\./);
  expect(await call('run.list', { limit: 5 }, other)).toEqual([]);
  expect(await other.stop()).toBe(0);
  await rm(empty, { recursive: true });
});
