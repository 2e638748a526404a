import { expect, test, vi } from 'vitest';
import { BrowserWindow, world } from './double/electron.ts';

vi.mock('electron', () => import('./double/electron.ts'));

test('a second instance leaves at once and starts no engine', async () => {
  const { startApp } = await import('../../electron/main/app.ts');
  world.isFirstInstance = false;
  startApp({
    launchEngine: () => {
      throw new Error('an engine was started');
    },
    launchTrial: () => {
      throw new Error('a backend was tried');
    },
  });
  world.becomeReady();
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.quit).toBe(true);
  expect(BrowserWindow.getAllWindows()).toEqual([]);
});
