import { join } from 'node:path';
import { app } from 'electron';
import { startApp } from './app.ts';
import { utilityLauncher } from './engine-process.ts';

startApp({ launchEngine: () => utilityLauncher(join(app.getAppPath(), 'out', 'engine', 'host.js'))() });
