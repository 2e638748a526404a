import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { GalleryService } from '../../native/gallery/gallery-service.ts';
import { readMarks } from '../../native/gallery/marks.ts';
import { studioPaths, type StudioPaths } from '../../native/library/paths.ts';
import { QueueStore } from '../../native/library/queue-store.ts';
import { OutputFolder } from '../../native/library/output-folder.ts';
import { runIdTime } from '../../native/library/run-ids.ts';
import { RunLibrary } from '../../native/library/run-library.ts';
import { SessionStore } from '../../native/library/session-store.ts';
import { tidyFolders } from '../../native/library/tidy-folders.ts';
import { unpackProject } from '../../native/projects/project-file.ts';
import { TraceFile } from '../../native/trace/reader.ts';
import { demand, unfinished, type Killed } from './scenario.ts';
import { fillerText, projectFile, type Told } from './told.ts';

/** Ids of all pictures the gallery lists. */
type ListGallery = () => Promise<readonly string[]>;

/** One user's folder, looked at after every kill. */
export class Home {
  readonly paths: StudioPaths;
  readonly #library: RunLibrary;
  readonly told: Told = { done: new Map(), queued: new Set(), starred: new Set(), session: -1, project: -1 };
  readonly #whole = new Set<string>();

  constructor(folder: string) {
    this.paths = studioPaths(folder);
    this.#library = new RunLibrary(OutputFolder.of(this.paths));
  }

  /** Makes the folders a studio would make. */
  async prepare(): Promise<void> {
    await mkdir(this.paths.outputs, { recursive: true });
    await mkdir(dirname(projectFile(this.paths.data)), { recursive: true });
  }

  /**
   * @param list the gallery of a studio that lives on; that of the next start when absent
   * @throws Error naming what is damaged or missing
   */
  async inspect(list: ListGallery = () => this.#listAsNextStart()): Promise<Killed> {
    const interrupted = (await unfinished(this.paths.data)).length;
    const pictures = (await readdir(this.paths.outputs)).filter(
      (name) => name.endsWith('.png') && runIdTime(name.slice(0, -4)) !== null,
    );
    const runs = await this.#library.list(Infinity);
    const whole = new Set(runs.map(({ id }) => `${id}.png`));
    const unreadable = pictures.filter((name) => !whole.has(name));
    demand(unreadable.length === 0, `unreadable: ${unreadable.join(', ')}`);
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
    await this.#inspectQueue(new Set(runs.map(({ id }) => id)));
    await this.#inspectSession();
    await this.#inspectProject();
    await this.#inspectGallery(await list(), new Set(runs.map(({ id }) => id)));
    return { interrupted };
  }

  /** Looks at everything again, from the beginning, as the next start would find it. */
  async inspectAll(): Promise<number> {
    this.#whole.clear();
    await this.inspect();
    await this.#library.open();
    await tidyFolders(this.paths);
    const left = (await unfinished(this.paths.data)).length;
    demand(left === 0, `${left} unfinished files were not tidied up`);
    return this.#whole.size;
  }

  /** A run that was put into the queue waits there, was left by it, or has its picture. */
  async #inspectQueue(painted: ReadonlySet<string>): Promise<void> {
    const { queued } = this.told;
    const kept = await new QueueStore(this.paths.queueFile, () => Promise.resolve()).load();
    demand(kept !== null || queued.size === 0, 'the queue was kept and is gone');
    const waiting = new Set(kept?.entries.map(({ id }) => id));
    const left = new Set(kept?.left.map(({ id }) => id));
    demand(waiting.size === (kept?.entries.length ?? 0), 'a run waits twice');
    for (const id of queued) {
      if (painted.has(id) || left.has(id)) queued.delete(id);
      else demand(waiting.has(id), `the run ${id} was put into the queue and is gone`);
    }
  }

  async #inspectSession(): Promise<void> {
    const session = await new SessionStore(this.paths.sessionFile).load();
    const saved = typeof session['n'] === 'number' ? session['n'] : -1;
    demand(saved >= this.told.session, `session ${this.told.session} was saved, ${saved} is there`);
    demand(saved === -1 || session['text'] === fillerText, 'the session is torn');
  }

  async #inspectProject(): Promise<void> {
    const file = await readFile(projectFile(this.paths.data)).catch(() => null);
    demand(file !== null || this.told.project === -1, 'the project was saved and is gone');
    if (!file) return;
    let pictures = 0;
    const { content, damaged } = await unpackProject(file, 'work.lavida', {
      read: () => Promise.reject(new Error('nothing is read')),
      add: () => Promise.reject(new Error('nothing was brought in')),
      addResult: (id, bytes) => {
        demand(decodePng(bytes, { checkCrc: true }).width > 0, `the project's picture ${id} is damaged`);
        pictures++;
        return Promise.resolve({ id, isNew: false });
      },
    });
    const { n, text } = content.document as { n?: unknown; text?: unknown };
    demand(damaged.length === 0, `the project is damaged: ${damaged.join(', ')}`);
    demand(text === fillerText && typeof n === 'number', 'the project is torn');
    demand(n >= this.told.project, `project ${this.told.project} was saved, ${n} is there`);
    demand(pictures === content.results.length, 'the project lacks a picture it names');
  }

  /** Every picture has its row, no row is without its picture, and what was starred is. */
  async #inspectGallery(rows: readonly string[], painted: ReadonlySet<string>): Promise<void> {
    demand(new Set(rows).size === rows.length, 'the gallery lists a picture twice');
    for (const id of rows) demand(painted.has(id), `the gallery lists ${id}, which is no picture`);
    for (const id of painted) demand(rows.includes(id), `the gallery lacks ${id}`);
    for (const id of this.told.starred) {
      const { starred } = await readMarks(this.paths.outputs, id);
      demand(starred, `${id} was starred and is no more`);
    }
  }

  /** The index as the killed process left it, brought up to date as the next start does it. */
  async #listAsNextStart(): Promise<readonly string[]> {
    const gallery = new GalleryService(this.paths, () => undefined, undefined);
    try {
      await gallery.open();
      const { ids } = await gallery.handlers['gallery.query']({
        view: { kind: 'all' },
        text: '',
        sort: 'newest',
      });
      return ids;
    } finally {
      await gallery.close();
    }
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
