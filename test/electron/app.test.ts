import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  channels,
  type eventChannels,
  type ChannelInput,
  type ChannelName,
  type ChannelOutput,
} from '../../electron/contract/index.ts';
import { probeEntry, toyRequest } from '../support/studio.ts';
import { BrowserWindow, world } from './double/electron.ts';
import { UtilityProcess } from './double/utility-process.ts';
import { runApp, type RunningApp } from './support.ts';

vi.mock('electron', () => import('./double/electron.ts'));

let running: RunningApp;

beforeAll(async () => {
  process.env['LAVIDA_TOY_STEP_MS'] = '3';
  running = await runApp();
});
afterAll(() => running.quit());

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await running.page.studio.invoke(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

async function engineReady(): Promise<number> {
  for (;;) {
    const { state, pid } = await call('engine.status', {});
    if (state === 'ready' && pid !== null) return pid;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('the preload script needs nothing but electron and exposes calls and events by name, nothing else', async () => {
  expect(running.page.required).toEqual(['electron']);
  expect(Object.keys(running.page.exposed)).toEqual(['studio']);
  expect(Object.keys(running.page.studio).sort()).toEqual(['invoke', 'on']);
  for (const name of ['run.delete', 'ELECTRON_BROWSER_REQUIRE', '__proto__', 7, null]) {
    await expect(running.page.studio.invoke(name as ChannelName, {} as never), String(name)).rejects.toThrow(
      'no such channel',
    );
    expect(() => running.page.studio.on(name as keyof typeof eventChannels, () => undefined)).toThrow(
      'no such event',
    );
  }
});

test('every channel of the contract is answered by the main process', async () => {
  for (const channel of Object.keys(channels) as ChannelName[]) {
    const reply = await running.page.studio.invoke(channel, { nonsense: true } as never);
    expect(typeof reply.ok, channel).toBe('boolean');
  }
  expect(await call('app.info', {})).toMatchObject({ shell: 'electron', version: '0.0.0-test' });
});

test('a backend is tried in a utility process, which a packaged app may start where it may not run as Node', async () => {
  const started: string[][] = [];
  const fork = vi.spyOn(UtilityProcess, 'fork').mockImplementationOnce((path, args, options) => {
    started.push([path, ...args]);
    expect(options.env).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
    fork.mockRestore();
    return UtilityProcess.fork(path, args, options);
  });
  const trial = await call('hardware.trial', { backend: 'cpu' });
  expect(trial).toMatchObject({ backend: 'cpu', offered: true, usable: true });
  expect(trial.layerMs).toBeGreaterThan(0);
  expect(started).toEqual([[probeEntry, 'cpu']]);
});

test('a prompt becomes a picture on the disk, with every step shown on the way', async () => {
  const pid = await engineReady();
  expect(pid).not.toBe(process.pid);
  const types: string[] = [];
  const stop = running.page.studio.on('run.event', ({ event }) => types.push(event.type));
  const done = running.seen('run.event', ({ event }) => event.type === 'run.done');
  const { id } = await call('run.start', { request: toyRequest('a red boat') });
  const { event } = await done;
  stop();
  expect(types.filter((type) => type === 'step.state')).toHaveLength(8);
  expect(types.filter((type) => type === 'step.preview')).toHaveLength(8);
  const file = event.type === 'run.done' ? event.result.imageFile : null;
  const { png } = await call('run.image', { id });
  expect(png).toBeInstanceOf(Uint8Array);
  expect(Buffer.from(png).equals(await readFile(file ?? ''))).toBe(true);
  expect((await call('trace.preview', { id, step: 4, kind: 'committed' })).rgb).toBeInstanceOf(Uint8Array);
});

test('events reach the page without anything of Electron, and stop when unsubscribed', async () => {
  const seen: unknown[][] = [];
  const stop = running.page.studio.on('run.queue', (...args) => seen.push(args));
  const done = running.seen('run.event', ({ event }) => event.type === 'run.done');
  await call('run.start', { request: toyRequest('listen') });
  await done;
  await call('app.info', {});
  stop();
  const before = seen.length;
  expect(before).toBe(2);
  expect(seen.every((args) => args.length === 1)).toBe(true);
  const again = running.seen('run.event', ({ event }) => event.type === 'run.done');
  await call('run.start', { request: toyRequest('listen') });
  await again;
  expect(seen).toHaveLength(before);
});

test('the engine killed in mid-run: the window is told, earlier results stay, and the next run works', async () => {
  const pid = await engineReady();
  const earlier = await call('run.list', { limit: 100 });
  const failed = running.seen('run.event', ({ event }) => event.type === 'run.error');
  const restarting = running.seen('engine.changed', ({ state }) => state === 'starting');
  const working = running.seen('run.event', ({ event }) => event.type === 'step.state');
  await call('run.start', { request: toyRequest('doomed', { steps: 200 }) });
  await working;
  process.kill(pid, 'SIGKILL');
  expect((await failed).event).toMatchObject({
    error: { code: 'engine.died', cause: expect.stringContaining('SIGKILL') as string },
  });
  expect((await restarting).error?.code).toBe('engine.died');
  expect(await call('run.list', { limit: 100 })).toEqual(earlier);
  const done = running.seen('run.event', ({ event }) => event.type === 'run.done');
  await call('run.start', { request: toyRequest('after all') });
  await done;
  expect(await engineReady()).not.toBe(pid);
});

test('the taskbar shows how far a run is, and nothing once the user wants it so', async () => {
  await engineReady();
  const [window] = BrowserWindow.getAllWindows();
  if (!window) throw new Error('There is no window.');
  const watchRun = async (): Promise<number[]> => {
    window.progress.length = 0;
    const empty = running.seen('run.queue', ({ ids }) => ids.length === 0);
    await call('run.start', { request: toyRequest('a red boat') });
    await empty;
    return [...window.progress];
  };
  const shown = await watchRun();
  expect(shown.filter((share) => share >= 0 && share < 1)).toHaveLength(8);
  expect(shown.at(-1)).toBe(-1);
  const { settings } = await call('settings.load', {});
  await call('settings.save', { settings: { ...settings, progress: false } });
  expect((await watchRun()).every((share) => share === -1)).toBe(true);
  await call('settings.save', { settings });
});

test('a folder is chosen in the system’s own dialog', async () => {
  expect(await call('settings.chooseFolder', {})).toEqual({ folder: null });
  world.chosenFolder = '/pictures';
  expect(await call('settings.chooseFolder', {})).toEqual({ folder: '/pictures' });
  world.chosenFolder = null;
});

test('the menu speaks the language of the settings', async () => {
  const { settings } = await call('settings.load', {});
  expect(JSON.stringify(world.menu)).toContain('Show Pictures in Folder');
  await call('settings.save', { settings: { ...settings, language: 'zh' } });
  expect(JSON.stringify(world.menu)).toContain('在文件夹中显示图片');
  await call('settings.save', { settings });
});

test('closing the window during a run ends the engine and leaves no half-written file', async () => {
  const pid = await engineReady();
  const working = running.seen('run.event', ({ event }) => event.type === 'step.state');
  await call('run.start', { request: toyRequest('interrupted', { steps: 200 }) });
  await working;
  const { outputFolder } = await call('app.info', {});
  const names = await readdir(outputFolder);
  const quit = new Promise<void>(
    (resolve) =>
      void import('./double/electron.ts').then(({ app }) =>
        app.once('quit', () => {
          resolve();
        }),
      ),
  );
  running.window.close();
  await quit;
  expect(world.quit).toBe(true);
  expect(() => process.kill(pid, 0)).toThrow();
  expect(await readdir(outputFolder)).toEqual(names);
});
