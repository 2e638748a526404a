import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { decode as decodePng } from 'fast-png';
import { expect, test } from 'vitest';
import { studioPaths } from '../../../native/library/paths.ts';
import { RunLibrary } from '../../../native/library/run-library.ts';
import { SessionStore } from '../../../native/library/session-store.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { toyRequest } from '../../support/studio.ts';
import { signIn, WindowClient } from '../../support/window-client.ts';

const serveToy = fileURLToPath(new URL('../../support/serve-toy.ts', import.meta.url));
const rounds = 12;

/** Serves, keeps it busy with pictures and sessions, and kills it `milliseconds` after the first picture is done. */
async function busyAndKilled(home: string, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [serveToy, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LAVIDA_HOME: home },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  );
  const window = await WindowClient.attach(new URL(url).origin, await signIn(url));
  for (let n = 0; n < 40; n++) {
    void window.invoke('run.start', { request: toyRequest(`picture ${String(n)}`, { seed: n }) });
    void window.invoke('session.save', { session: { n, text: 'x'.repeat(10_000) } });
  }
  await window.seen('run.event', ({ event }) => event.type === 'run.done');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  await ended;
  window.socket.terminate();
}

test('killed at any moment, everything on the disk is whole and the next start tidies up', async () => {
  const home = await mkdtemp(join(tmpdir(), 'lavida-killed-'));
  const paths = studioPaths(home);
  const library = new RunLibrary(paths.outputs);
  try {
    for (let round = 0; round < rounds; round++) {
      await busyAndKilled(home, (round * 37) % 150);
      expect(await library.problems()).toEqual([]);
      expect(await new SessionStore(paths.sessionFile).load()).toMatchObject({ text: 'x'.repeat(10_000) });
    }
    const runs = await library.list(10_000);
    expect(runs.length).toBeGreaterThanOrEqual(rounds);
    for (const { file, id, hasTrace, width, height } of runs) {
      expect(decodePng(await readFile(file), { checkCrc: true })).toMatchObject({ width, height });
      if (!hasTrace) continue;
      const trace = await TraceFile.open(library.tracePath(id));
      expect((await trace.readStep(trace.head.steps - 1)).ids).toHaveLength(256);
      await trace.close();
    }
    await library.open();
    expect((await readdir(paths.outputs)).filter((name) => name.endsWith('.lavida-tmp'))).toEqual([]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
