import { BrowserWindow, world } from '../electron/double/electron.ts';
import { probeEntry, toyHost, toyRequest } from '../support/studio.ts';
import { workOn, type Word } from './told.ts';

/**
 * The app's main process over the stand-in for electron, busy until it is killed: `shell-main.ts APP_FOLDER FIRST_SESSION`.
 * What its window is told stands on its output, one JSON object a line.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
world.appPath = folder;
const { startApp } = await import('../../electron/main/app.ts');
const { utilityLauncher } = await import('../../electron/main/engine-process.ts');
startApp({
  launchEngine: utilityLauncher(toyHost),
  launchTrial: (backend) => utilityLauncher(probeEntry, [backend])(),
});
world.becomeReady();
while (!BrowserWindow.all[0]?.webContents.page.exposed['studio']) await new Promise(setImmediate);
const { studio } = BrowserWindow.all[0].webContents.page;

function say(word: Word): void {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}

const listeners: ((id: string) => void)[] = [];
studio.on('run.event', ({ id, event }) => {
  if (event.type === 'step.begin' && event.step === 0) say({ busy: true });
  if (event.type === 'run.done') {
    const { imageFile, traceFile } = event.result;
    say({ id, imageFile, traceFile });
    for (const listener of listeners) listener(id);
  }
});
for (let n = 0; n < 40; n++) {
  void studio
    .invoke('run.start', { request: toyRequest(`picture ${String(n)}`, { seed: n }) })
    .then((reply) => {
      if (reply.ok) say({ queued: reply.value.id });
    });
}
const window = {
  invoke: studio.invoke.bind(studio),
  onDone: (listener: (id: string) => void) => {
    listeners.push(listener);
  },
};
workOn(window, process.env['LAVIDA_HOME'] ?? '', { first: Number(first), times: 40, say });
