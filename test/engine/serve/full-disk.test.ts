import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';

const run = promisify(execFile);
const serveToy = fileURLToPath(new URL('../../support/serve-toy.ts', import.meta.url));

/** How often the engine was seen at work. */
function timesBusy({ events }: WindowClient): number {
  return events.filter(
    ({ event, payload }) => event === 'engine.changed' && (payload as { state: string }).state === 'busy',
  ).length;
}

/** The system stops every file of the process at 1 KiB, as a full disk would, until the limit is lifted. */
test.runIf(process.platform === 'linux')(
  'no room for the picture: told so, and Retry saves it once there is room',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'lavida-full-'));
    const child = spawn('bash', ['-c', 'ulimit -S -f 1; exec "$0" "$1" 0', process.execPath, serveToy], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LAVIDA_HOME: home },
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      const url = await new Promise<string>((resolve) =>
        createInterface({ input: child.stdout }).once('line', resolve),
      );
      const window = await WindowClient.attach(new URL(url).origin, await signIn(url));
      const endOf = async (): Promise<unknown> => {
        const reply = await window.invoke('run.start', { request: toyRequest('precious') });
        if (!reply.ok) throw new Error(reply.error.message);
        const { event } = await window.seen(
          'run.event',
          ({ id, event: { type } }) => id === reply.value.id && (type === 'run.done' || type === 'run.error'),
        );
        return event;
      };
      expect(await endOf()).toMatchObject({ type: 'run.error', error: { code: 'output.full' } });
      expect(await readdir(join(home, 'outputs'))).toEqual([]);
      await run('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
      const computed = timesBusy(window);
      expect(await endOf()).toMatchObject({ type: 'run.done' });
      expect(await readdir(join(home, 'outputs'))).toHaveLength(2);
      expect(timesBusy(window)).toBe(computed);
      window.socket.close();
    } finally {
      child.kill('SIGINT');
      await ended;
      await rm(home, { recursive: true, force: true });
    }
  },
);
