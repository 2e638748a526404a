import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineStatus } from '../../../electron/contract/engine.ts';
import type { RunEvent } from '../../../electron/contract/events.ts';
import type { EngineSupervisor, SupervisorLimits } from '../../../native/supervisor/supervisor.ts';
import { superviseToy, toyRequest } from '../../support/studio.ts';

const opened: EngineSupervisor[] = [];

/** A supervisor that the test need not close. */
function supervise(limits: Partial<SupervisorLimits> = {}, entry?: string): EngineSupervisor {
  const supervisor = superviseToy({ restartPauses: [10, 10, 10], ...limits }, entry);
  opened.push(supervisor);
  supervisor.start();
  return supervisor;
}

const folders: string[] = [];

/** The first module of an engine process, from its text. */
async function entryOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-entry-'));
  folders.push(folder);
  const entry = join(folder, 'entry.mjs');
  await writeFile(entry, text);
  return entry;
}

afterEach(async () => {
  delete process.env['LAVIDA_TOY_OPEN'];
  delete process.env['LAVIDA_TOY_STEP_MS'];
  await Promise.all(opened.splice(0).map((supervisor) => supervisor.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

function until(supervisor: EngineSupervisor, fits: (status: EngineStatus) => boolean): Promise<EngineStatus> {
  return new Promise((resolve) => {
    const look = (status: EngineStatus): void => {
      if (!fits(status)) return;
      supervisor.off('changed', look);
      resolve(status);
    };
    supervisor.on('changed', look);
    look(supervisor.status);
  });
}

async function collect(
  events: AsyncIterable<RunEvent>,
  each?: (event: RunEvent) => void,
): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) {
    all.push(event);
    each?.(event);
  }
  return all;
}

function killEngine(supervisor: EngineSupervisor): void {
  const { pid } = supervisor.status;
  if (pid !== null) process.kill(pid, 'SIGKILL');
}

const never = new AbortController().signal;

test('the engine starts, says what it has loaded, and answers', async () => {
  const supervisor = supervise();
  expect(supervisor.status.state).toBe('starting');
  expect(await supervisor.ready()).toMatchObject({ name: 'toy', codebookSize: 512 });
  expect(supervisor.status).toMatchObject({
    state: 'ready',
    detail: '',
    error: null,
    backend: 'cpu',
    threads: 1,
  });
  expect(supervisor.status.pid).not.toBe(process.pid);
  expect(supervisor.status.residentBytes).toBeGreaterThan(0);
  expect(await supervisor.countTokens('a red car')).toEqual({ tokens: 3, characters: 9, maxCharacters: 500 });
  const image = await supervisor.decode(new Uint16Array(256).fill(9), { width: 16, height: 16 });
  expect(image).toMatchObject({ width: 128, height: 128 });
});

test('a run passes its typed arrays through and shows the engine busy', async () => {
  const supervisor = supervise();
  let busy: string | undefined;
  const events = await collect(
    supervisor.run(toyRequest('a tree'), { signal: never, previews: true }),
    (event) => {
      if (event.type === 'step.state') busy ??= supervisor.status.state;
    },
  );
  expect(busy).toBe('busy');
  expect(supervisor.status.state).toBe('ready');
  expect(events.at(-1)?.type).toBe('run.done');
  const logits = events.find((event) => event.type === 'step.logits');
  expect(logits?.type === 'step.logits' && logits.drafted).toBeInstanceOf(Uint16Array);
  expect(logits?.type === 'step.logits' && logits.confidence).toBeInstanceOf(Float32Array);
});

test('cancelling stops between steps and the same process goes on', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '5';
  const supervisor = supervise();
  await supervisor.ready();
  const { pid } = supervisor.status;
  const stop = new AbortController();
  const events = await collect(
    supervisor.run(toyRequest('long', { steps: 256 }), { signal: stop.signal, previews: false }),
    (event) => {
      if (event.type === 'step.state' && event.step === 3) stop.abort();
    },
  );
  expect(events.at(-1)?.type).toBe('run.cancelled');
  expect(events.length).toBeLessThan(256);
  expect(supervisor.status).toMatchObject({ state: 'ready', pid, restarts: 0 });
});

test('an engine that does not hear a cancel is killed and comes back', async () => {
  const supervisor = supervise({ cancel: 50 });
  const stop = new AbortController();
  const events = await collect(
    supervisor.run(toyRequest('stall'), { signal: stop.signal, previews: false }),
    (event) => {
      if (event.type === 'step.begin' && event.step === 2) stop.abort();
    },
  );
  expect(events.at(-1)).toEqual({ type: 'run.cancelled', step: 2 });
  await until(supervisor, ({ state }) => state === 'ready');
  expect(supervisor.status.restarts).toBe(1);
});

test('killed in mid-run: the run says so with the signal, and the next one works', async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '5';
  const supervisor = supervise();
  await supervisor.ready();
  const first = supervisor.status.pid;
  const decode = new Promise((resolve) => supervisor.once('changed', resolve)).then(() =>
    supervisor.decode(new Uint16Array(256), { width: 16, height: 16 }).then(
      () => 'decoded',
      (error: unknown) => (error as { code: string }).code,
    ),
  );
  const events = await collect(
    supervisor.run(toyRequest('speak', { steps: 256 }), { signal: never, previews: false }),
    (event) => {
      if (event.type === 'step.state' && event.step === 5) killEngine(supervisor);
    },
  );
  const last = events.at(-1);
  expect(last).toMatchObject({ type: 'run.error', error: { code: 'engine.died' } });
  if (last?.type !== 'run.error') throw new Error('no error');
  expect(last.step).toBeGreaterThanOrEqual(5);
  expect(last.error.message).toContain('killed');
  expect(last.error.cause).toContain('SIGKILL');
  expect(last.error.cause).toContain('the toy says: about to go');
  expect(last.error.action).toContain('Retry');
  expect(['decoded', 'engine.died']).toContain(await decode);

  const again = await collect(supervisor.run(toyRequest('again'), { signal: never, previews: false }));
  expect(again.at(-1)?.type).toBe('run.done');
  expect(supervisor.status.pid).not.toBe(first);
  expect(supervisor.status).toMatchObject({ restarts: 1, error: null });
});

test('an engine that keeps dying is given up, until someone asks for a restart', async () => {
  const supervisor = supervise();
  for (let i = 0; i < 4; i++) {
    const { pid } = await until(supervisor, ({ state }) => state === 'ready');
    killEngine(supervisor);
    await until(supervisor, (status) => status.pid !== pid);
  }
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  expect(dead).toMatchObject({ pid: null, restarts: 3, error: { code: 'engine.died' } });
  await expect(supervisor.countTokens('x')).rejects.toMatchObject({ code: 'engine.died' });
  const events = await collect(supervisor.run(toyRequest('x'), { signal: never, previews: false }));
  expect(events).toMatchObject([{ type: 'run.error', error: { code: 'engine.died' } }]);
  supervisor.restart();
  expect(await supervisor.ready()).toMatchObject({ name: 'toy' });
});

test('a model that cannot be opened is reported once, with the engine’s own sentence', async () => {
  process.env['LAVIDA_TOY_OPEN'] = 'fail';
  const supervisor = supervise();
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  expect(dead.error).toMatchObject({ code: 'model.missing', message: 'There is no model in /models/toy.' });
  expect(dead.restarts).toBe(0);
});

test('an engine that stops answering while it opens is stopped with the phase it was in', async () => {
  process.env['LAVIDA_TOY_OPEN'] = 'stall';
  const supervisor = supervise({ openingStep: 300 });
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  expect(dead.error).toMatchObject({ code: 'engine.start' });
  expect(dead.error?.message).toContain('unpacking the toy');
});

test('an engine that cannot even be loaded says why in its last words', async () => {
  const entry = await entryOf('throw new Error("the library is missing");');
  const supervisor = supervise({}, entry);
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  expect(dead.error?.message).toContain('starting');
  expect(dead.error?.cause).toContain('the library is missing');
});

test('a process that speaks another language is not believed', async () => {
  const entry = await entryOf(
    'process.send({ type: "opened", model: { name: 7 } }); setInterval(() => {}, 1000);',
  );
  const supervisor = supervise({}, entry);
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  expect(dead.error?.cause).toContain('out of protocol');
});

test('closing leaves no process behind', async () => {
  const supervisor = supervise();
  await supervisor.ready();
  const pid = supervisor.status.pid ?? 0;
  await supervisor.close();
  expect(() => process.kill(pid, 0)).toThrow();
});

test('the engine sees no secrets of the environment', async () => {
  process.env['SOME_API_TOKEN'] = 'secret';
  const entry = await entryOf(
    'console.error("token:", "SOME_API_TOKEN" in process.env, "path:", "PATH" in process.env); process.exit(3);',
  );
  const supervisor = supervise({}, entry);
  const dead = await until(supervisor, ({ state }) => state === 'dead');
  delete process.env['SOME_API_TOKEN'];
  expect(dead.error?.cause).toContain('exit code 3');
  expect(dead.error?.cause).toContain('token: false path: true');
});
