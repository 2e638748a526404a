import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { stop, mustServe } from '../support/served-toy.ts';
import { toyHost } from '../support/studio.ts';
import { app, BrowserWindow, world } from './double/electron.ts';

vi.mock('electron', () => import('./double/electron.ts'));

test('the app opens no window on a library that another studio has open, and says so in a dialog', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lavida-busy-'));
  const served = await mustServe(home);
  try {
    process.env['LAVIDA_HOME'] = home;
    const { startApp } = await import('../../electron/main/app.ts');
    const { utilityLauncher } = await import('../../electron/main/engine-process.ts');
    const quit = new Promise((resolve) => app.once('quit', resolve));
    startApp({ launchEngine: utilityLauncher(toyHost), launchTrial: utilityLauncher(toyHost) });
    world.becomeReady();
    await quit;
    expect(BrowserWindow.all).toEqual([]);
    expect(world.errorBoxes).toHaveLength(1);
    expect(world.errorBoxes[0]).toContain('Another Lavida Studio has the library');
  } finally {
    await stop(served, 'SIGINT');
    await rm(home, { recursive: true, force: true });
  }
});
