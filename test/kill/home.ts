import { readFile } from 'node:fs/promises';
import { decode as decodePng } from 'fast-png';
import { studioPaths, type StudioPaths } from '../../native/library/paths.ts';
import { RunLibrary } from '../../native/library/run-library.ts';
import { removeLeftovers } from '../../native/library/safe-file.ts';
import { SessionStore } from '../../native/library/session-store.ts';
import { TraceFile } from '../../native/trace/reader.ts';
import { demand, unfinished, type Killed } from './scenario.ts';

/** What a window was told before the process was killed: that much must be on the disk. */
export interface Told {
  /** Files of finished runs by run id. */
  done: Map<string, { imageFile: string | null; traceFile: string | null }>;
  /** Number of the last session that was saved, −1 before the first. */
  session: number;
}

/** Text that makes a session file long enough to be torn. */
export const sessionText = 'x'.repeat(10_000);

/** One user's folder, looked at after every kill. */
export class Home {
  readonly paths: StudioPaths;
  readonly #library: RunLibrary;
  readonly told: Told = { done: new Map(), session: -1 };
  readonly #whole = new Set<string>();

  constructor(folder: string) {
    this.paths = studioPaths(folder);
    this.#library = new RunLibrary(this.paths.outputs);
  }

  /** @throws Error naming what is damaged or missing */
  async inspect(): Promise<Killed> {
    const interrupted = (await unfinished(this.paths.data)).length;
    const problems = await this.#library.problems();
    demand(problems.length === 0, `unreadable: ${problems.map(({ file }) => file).join(', ')}`);
    const runs = await this.#library.list(Infinity);
    for (const { id, file, width, height, hasTrace } of runs) {
      if (this.#whole.has(id)) continue;
      const picture = decodePng(await readFile(file), { checkCrc: true });
      demand(picture.width === width && picture.height === height, `${file} has another size than it says`);
      if (hasTrace) await readWholeTrace(this.#library.tracePath(id));
      this.#whole.add(id);
    }
    for (const [id, { imageFile, traceFile }] of this.told.done) {
      const run = runs.find((each) => each.id === id);
      demand(run !== undefined && run.file === imageFile, `the picture of ${id} was shown and is gone`);
      demand(traceFile === null || run.hasTrace, `the trace of ${id} was announced and is gone`);
    }
    const session = await new SessionStore(this.paths.sessionFile).load();
    const saved = typeof session['n'] === 'number' ? session['n'] : -1;
    demand(saved >= this.told.session, `session ${this.told.session} was saved, ${saved} is there`);
    demand(saved === -1 || session['text'] === sessionText, 'the session is torn');
    return { interrupted };
  }

  /** Looks at everything again, from the beginning, as the next start would find it. */
  async inspectAll(): Promise<number> {
    this.#whole.clear();
    await this.inspect();
    await this.#library.open();
    await removeLeftovers(this.paths.data);
    const left = (await unfinished(this.paths.data)).length;
    demand(left === 0, `${left} unfinished files were not tidied up`);
    return this.#whole.size;
  }
}

async function readWholeTrace(path: string): Promise<void> {
  const trace = await TraceFile.open(path);
  try {
    await trace.readHead('20260101-000000-000-0000');
    for (let step = 0; step < trace.head.steps; step++) await trace.readStep(step);
  } finally {
    await trace.close();
  }
}
