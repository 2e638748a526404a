import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { expect, test } from 'vitest';
import type { StudioApi } from '../../electron/contract/index.ts';
import { installedRuntime } from '../../scripts/electron-runtime.ts';
import { runCommand } from '../../scripts/run-command.ts';
import { projectRoot } from '../support/cli.ts';

/** Why the app cannot be run for real on this machine, or null. */
function obstacle(): string | null {
  if (!installedRuntime()) return 'its runtime is not on this machine';
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'there is no screen';
  if (process.getuid?.() === 0) return 'its sandbox does not run as root';
  return null;
}

const reason = obstacle();
if (reason) console.log(`The run in the real Electron is skipped: ${reason}.`);

test.skipIf(reason !== null)(
  'the real app opens its window, makes a picture and keeps the page in its sandbox',
  async () => {
    expect(await runCommand('node', ['scripts/build.ts'])).toBe(0);
    const home = await mkdtemp(join(tmpdir(), 'lavida-electron-'));
    const app = await _electron.launch({
      executablePath: installedRuntime() ?? '',
      args: [projectRoot],
      env: { ...(process.env as Record<string, string>), LAVIDA_HOME: home },
    });
    try {
      const page = await app.firstWindow();
      expect(page.url()).toBe('app://studio/');
      expect(
        await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis)),
      ).toEqual([]);
      const file = await page.evaluate(async () => {
        const { studio } = globalThis as unknown as { studio: StudioApi };
        const value = <T>(reply: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
          if (!reply.ok) throw new Error(reply.error.message);
          return reply.value;
        };
        let status = value(await studio.invoke('engine.status', {}));
        while (status.state !== 'ready' || !status.model) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          status = value(await studio.invoke('engine.status', {}));
        }
        const end = new Promise<string | null>((resolve) => {
          studio.on('run.event', ({ event }) => {
            if (event.type === 'run.done') resolve(event.result.imageFile);
            if (event.type === 'run.error') resolve(event.error.message);
          });
        });
        const request = {
          version: 1,
          task: 'text-to-image',
          prompt: 'a red car',
          seed: 1,
          ...status.model.defaults,
        } as const;
        value(await studio.invoke('run.start', { request }));
        return end;
      });
      expect((await readFile(file ?? '')).subarray(1, 4).toString()).toBe('PNG');
    } finally {
      await app.close();
      await rm(home, { recursive: true, force: true });
    }
  },
);
