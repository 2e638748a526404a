import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOfDeath } from '../../../native/supervisor/exit-words.ts';
import { paintRequest } from '../../support/engine-runs.ts';
import { midBundle } from '../../support/mid-bundle.ts';
import { openModelStudio, type TestStudio } from '../../support/studio.ts';

const isLinux = process.platform === 'linux';
/** Where a control group of version 1 can be made, if anywhere. */
const groups = '/sys/fs/cgroup/memory';

function makeGroup(): string | null {
  const folder = `${groups}/lavida-test-${String(process.pid)}`;
  try {
    mkdirSync(folder);
    return existsSync(`${folder}/memory.limit_in_bytes`) ? folder : null;
  } catch {
    return null;
  }
}

let bundle: Awaited<ReturnType<typeof midBundle>>;
beforeAll(async () => {
  bundle = await midBundle('fp32');
});
afterAll(() => bundle.remove());

/** Asks for a picture with reflection, which loads every part, and returns how that ended. */
async function endOfLargeRun(here: TestStudio) {
  const request = paintRequest({ reflection: { rounds: 1, mode: 'reflection', history: 0 } });
  const reply = await here.studio.dispatch('run.start', { request });
  if (!reply.ok) throw new Error(reply.error.message);
  const { id } = reply.value as { id: string };
  const { event } = await here.seen(
    'run.event',
    (payload) => payload.id === id && ['run.done', 'run.error'].includes(payload.event.type),
  );
  return event;
}

async function readyPid(here: TestStudio): Promise<number> {
  const { pid } = await here.seen('engine.changed', ({ state }) => state === 'ready');
  if (pid === null) throw new Error('the engine has no process');
  return pid;
}

const figures = /It needs about \d+ MiB.*may be used.*free now/u;

describe.skipIf(!isLinux)('an engine that gets no more memory', () => {
  it('says so with the figures, and the studio lives on', async () => {
    const here = await openModelStudio(bundle.path);
    try {
      const pid = await readyPid(here);
      const size = /^VmSize:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
      const limit = Number(size?.[1]) * 1024 + 60 * 2 ** 20;
      execFileSync('prlimit', ['--pid', String(pid), `--as=${String(limit)}`]);
      const event = await endOfLargeRun(here);
      expect(event).toMatchObject({ type: 'run.error', error: { code: 'engine.memory' } });
      if (event.type === 'run.error') expect(event.error.cause).toMatch(figures);
      expect((await here.studio.dispatch('engine.status', {})).ok).toBe(true);
    } finally {
      await here.close();
    }
  });
});

const group = isLinux ? makeGroup() : null;
if (group) rmdirSync(group);

describe.skipIf(group === null)('an engine in a control group that is too small', () => {
  it('is ended by the system, and told of as out of memory', async () => {
    const folder = makeGroup() ?? '';
    const here = await openModelStudio(bundle.path);
    try {
      const pid = await readyPid(here);
      const resident = here.supervisor.status.residentBytes ?? 0;
      writeFileSync(`${folder}/memory.limit_in_bytes`, String(Math.round(resident / 2)));
      writeFileSync(`${folder}/cgroup.procs`, String(pid));
      const event = await endOfLargeRun(here);
      expect(event).toMatchObject({ type: 'run.error', error: { code: 'engine.memory' } });
      if (event.type === 'run.error') {
        expect(event.error.message).toBe('The engine ran out of memory.');
        expect(event.error.cause).toMatch(figures);
        expect(event.error.cause).toContain('signal SIGKILL');
      }
    } finally {
      await here.close();
      rmdirSync(folder);
    }
  });
});

describe('how a death is read', () => {
  const death = {
    exit: { code: null, signal: 'SIGKILL' },
    wasOpen: true,
    lastWords: [],
    residentBytes: 5 * 2 ** 30,
    systemKilled: true,
  };

  it('killed while the system was out of memory', () => {
    const error = errorOfDeath(death);
    expect(error).toMatchObject({ code: 'engine.memory', message: 'The engine ran out of memory.' });
    expect(error.cause).toContain('resident memory was 5120 MiB');
  });

  it('killed by someone', () => {
    expect(errorOfDeath({ ...death, systemKilled: false }).code).toBe('engine.died');
  });

  it.each([
    ['terminate called after throwing an instance of std::bad_alloc', 'SIGABRT'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'SIGABRT'],
  ])('last words: %s', (words, signal) => {
    const exit = { code: null, signal };
    expect(errorOfDeath({ ...death, exit, systemKilled: false, lastWords: [words] }).code).toBe(
      'engine.memory',
    );
  });

  it('Windows saying that there is no memory', () => {
    const exit = { code: -1073741801, signal: null };
    expect(errorOfDeath({ ...death, exit, systemKilled: false }).code).toBe('engine.memory');
  });
});
