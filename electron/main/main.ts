import { join } from 'node:path';
import { app } from 'electron';
import { startApp } from './app.ts';
import { utilityLauncher } from './engine-process.ts';
import { unpackedPath } from './unpacked.ts';

const entry = (file: string): string => unpackedPath(join(app.getAppPath(), 'out', 'engine', file));

startApp({
  launchEngine: () => utilityLauncher(entry('host.js'))(),
  launchTrial: (backend) =>
    utilityLauncher(entry('backend-probe.js'), [backend], 'Lavida Studio backend trial')(),
});
