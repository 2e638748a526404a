import { join } from 'node:path';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../../electron/contract/index.ts';
import { app, BrowserWindow, world } from './electron.ts';

/**
 * Starts the built main process in the folder named on the command line, makes one picture with the model it comes with,
 * tries the processor as a backend, prints how both ended as JSON and quits.
 */
const folder = process.argv[2] ?? '';
world.appPath = folder;
await import(join(folder, 'out', 'main', 'main.js'));
world.becomeReady();
while (!BrowserWindow.all[0]?.webContents.page.exposed['studio']) await new Promise(setImmediate);
const { studio } = BrowserWindow.all[0].webContents.page;

async function call<C extends ChannelName>(channel: C, input: ChannelInput<C>): Promise<ChannelOutput<C>> {
  const reply = await studio.invoke(channel, input);
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message} ${reply.error.cause}`);
  return reply.value;
}

let status = await call('engine.status', {});
while (status.state !== 'ready') {
  if (status.error) throw new Error(`${status.error.message} ${status.error.cause}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  status = await call('engine.status', {});
}
const { defaults } = status.model ?? {};
if (!defaults) throw new Error('no model');
const types: string[] = [];
const end = new Promise((resolve) => {
  studio.on('run.event', ({ event }) => {
    types.push(event.type);
    if (event.type === 'run.done' || event.type === 'run.error') resolve(event);
  });
});
await call('run.start', {
  request: { version: 1, task: 'text-to-image', prompt: 'a red car', seed: 1, ...defaults, steps: 4 },
});
const event = await end;
const trial = await call('hardware.trial', { backend: 'cpu' });
console.log(JSON.stringify({ event, trial, steps: types.filter((type) => type === 'step.state').length }));
app.on('quit', () => process.exit(0));
BrowserWindow.all[0].close();
