import { join } from 'node:path';
import { app } from 'electron';
import { startApp } from './app.ts';
import { utilityLauncher } from './engine-process.ts';
import { unpackedPath } from './unpacked.ts';

const engineEntry = (): string => unpackedPath(join(app.getAppPath(), 'out', 'engine', 'host.js'));

startApp({ launchEngine: () => utilityLauncher(engineEntry())() });
