import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import type { EventName, EventPayload, Reply } from '../../electron/contract/index.ts';
import type { AppInfo } from '../../electron/contract/app.ts';
import type { Settings } from '../../electron/contract/settings.ts';
import type { PictureNotes } from '../../electron/contract/notes.ts';
import { LavidaError } from '../errors.ts';
import { GalleryService, type DesktopServices } from '../gallery/gallery-service.ts';
import type { Media } from '../gallery/media.ts';
import { defaultModelDirectory, type StudioPaths } from '../library/paths.ts';
import { NotesStore } from '../library/notes-store.ts';
import { PictureStore, type PictureFile } from '../library/picture-store.ts';
import { QueueStore } from '../library/queue-store.ts';
import { ProjectService, type ProjectDialogs } from '../projects/project-service.ts';
import { RunLibrary } from '../library/run-library.ts';
import { tidyFolders } from '../library/tidy-folders.ts';
import { OutputFolder } from '../library/output-folder.ts';
import { SessionStore } from '../library/session-store.ts';
import { SourceStore } from '../library/source-store.ts';
import type { SettingsStore } from '../library/settings-store.ts';
import type { EngineSupervisor } from '../supervisor/supervisor.ts';
import type { SecretKeeper } from '../store/access-token.ts';
import { ModelService } from '../store/model-service.ts';
import type { StoreLimits } from '../store/store-context.ts';
import { freedesktopBin } from '../gallery/system-bin.ts';
import { exportRun, exportTypes } from '../export/export-run.ts';
import { checkForUpdates } from '../updates/check.ts';
import { releaseFeed } from '../updates/feed.ts';
import { branchRequest } from '../trace/branch-request.ts';
import { TraceFile } from '../trace/reader.ts';
import { AnswerSaver } from './answer-saver.ts';
import { readTextTrace } from '../trace/text-reader.ts';
import { collectDiagnostics } from './diagnostics.ts';
import { Diary } from './diary.ts';
import { damageProblems } from './damage-problems.ts';
import { dispatch, type Handlers } from './dispatch.ts';
import { hardwareHandlers } from './hardware-handlers.ts';
import { MemoryGuard } from './memory-guard.ts';
import { noteHandlers } from './note-handlers.ts';
import { PromptBook } from './prompt-channels.ts';
import { RunQueue } from './run-queue.ts';
import { RunSaver } from './run-saver.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { engineOptions, type StartOptions } from './settings-use.ts';
import { TextTraceSaver } from './text-trace-saver.ts';
import { TracePreviews } from './trace-previews.ts';

/** Gets every event of the studio, in order. */
export type StudioListener = <E extends EventName>(event: E, payload: EventPayload<E>) => void;

export interface StudioServiceOptions {
  supervisor: EngineSupervisor;
  settings: SettingsStore;
  paths: StudioPaths;
  version: string;
  shell: AppInfo['shell'];
  /** What only a desktop shell can do. */
  desktop?: DesktopServices;
  projectDialogs?: ProjectDialogs;
  /** What was typed for this start alone. */
  given?: StartOptions;
  /** What an empty output folder stands for; `paths.outputs` by default. */
  defaultOutputFolder?: string;
  chooseFolder?: () => Promise<string | null>;
  /** Where releases are listed; as the package says by default. */
  releaseFeed?: URL;
  /** Folder of the model that comes with the program. */
  builtInModel?: string;
  /** The system's key ring, where there is one. */
  secrets?: SecretKeeper;
  /** The system’s proxy for an address, where it can be asked. */
  systemProxy?: (url: string) => Promise<string | null>;
  storeLimits?: Partial<StoreLimits>;
}

/** The studio behind every window: the contract's channels over one engine and one output folder. */
export class StudioService {
  readonly #supervisor: EngineSupervisor;
  readonly #paths: StudioPaths;
  readonly #library: RunLibrary;
  readonly #pictures: PictureStore;
  readonly #session: SessionStore;
  readonly #notes: NotesStore;
  readonly #gallery: GalleryService;
  readonly #settings: SettingsStore;
  readonly #projects: ProjectService;
  readonly #queue: RunQueue;
  readonly #prompts: PromptBook;
  readonly #models: ModelService;
  readonly #previews: TracePreviews;
  readonly #listeners = new Set<StudioListener>();
  readonly #handlers: Handlers;

  constructor(options: StudioServiceOptions) {
    const { supervisor, settings, paths, version, shell, desktop, given } = options;
    this.#settings = settings;
    const diary = new Diary();
    this.#supervisor = supervisor;
    this.#paths = paths;
    const outputs = OutputFolder.of(paths);
    this.#library = new RunLibrary(outputs);
    this.#pictures = new PictureStore(paths.pictures);
    this.#session = new SessionStore(paths.sessionFile);
    this.#previews = new TracePreviews(supervisor);
    this.#notes = new NotesStore(paths.notes);
    const notesChanged = (notes: PictureNotes): void => {
      this.#emit('notes.changed', { notes });
    };
    this.#prompts = new PromptBook(paths, (payload) => {
      this.#emit('prompts.changed', payload);
    });
    const sources = new SourceStore(paths.sources, [
      ({ name }) => this.#library.findPicture(name),
      ({ sha256 }) => this.#pictures.find(sha256),
    ]);
    const savers = {
      sources,
      pictures: new RunSaver(this.#library, `lavida-studio ${version}`, () => settings.current.traces),
      answers: new AnswerSaver(this.#notes, notesChanged),
      traces: new TextTraceSaver(
        (id) => this.#library.tracePath(id),
        () => settings.current.traces,
      ),
    };
    this.#gallery = new GalleryService(
      paths,
      (event, payload) => {
        this.#emit(event, payload);
      },
      desktop,
    );
    this.#projects = new ProjectService({
      projectFolder: paths.projects,
      recentFile: join(paths.data, 'recent.json'),
      library: {
        read: (id) => this.#readPicture(id),
        add: async (name, bytes) => (await this.#pictures.add(name, bytes)).id,
        addResult: (id, bytes) => this.#gallery.addResult(id, bytes),
      },
      createdBy: `lavida-studio ${version}`,
      dialogs: options.projectDialogs ?? null,
    });
    const guard = new MemoryGuard({
      modelDirectory: () => supervisor.status.model?.directory ?? supervisor.modelDirectory,
      tasks: () => supervisor.status.model?.tasks ?? null,
      residentBytes: () => supervisor.status.residentBytes,
      capBytes: () => engineOptions('', settings.current).memoryBytes,
      backend: () => supervisor.status.model?.backend ?? null,
    });
    this.#queue = new RunQueue(
      supervisor,
      { ...savers, guard },
      {
        store: new QueueStore(paths.queueFile, (request) => sources.complete(request)),
        listener: {
          event: (id, event) => {
            diary.runEvent(id, event);
            this.#emit('run.event', { id, event });
            if (event.type === 'run.done') this.#enterPicture(event.result.imageFile);
          },
          queue: (state) => {
            this.#emit('run.queue', state);
          },
          previews: () => settings.current.previews,
        },
      },
    );
    supervisor.on('changed', (status) => {
      if (status.state === 'starting') guard.forget();
      diary.engineChanged(status);
      this.#emit('engine.changed', status);
    });
    const settingsChanged = (changed: Settings): void => {
      supervisor.configure(engineOptions(supervisor.modelDirectory, changed, given));
      this.#emit('settings.changed', changed);
    };
    this.#models = new ModelService({
      data: paths.data,
      builtIn: options.builtInModel ?? defaultModelDirectory(),
      settings,
      systemBin: desktop ? desktop.systemBin : freedesktopBin(),
      keeper: options.secrets,
      systemProxy: options.systemProxy,
      chooseFolder: options.chooseFolder,
      limits: options.storeLimits,
      changed: (state) => {
        this.#emit('models.changed', state);
      },
      settingsChanged,
      running: () => supervisor.modelDirectory,
      room: () => guard.room(),
      run: (directory) => {
        supervisor.configure(engineOptions(directory, settings.current, given));
        supervisor.restart('Another model was chosen.');
      },
    });
    this.#handlers = {
      ...this.#gallery.handlers,
      ...this.#models.handlers,
      ...this.#projects.handlers,
      ...noteHandlers(this.#notes, notesChanged),
      ...hardwareHandlers(guard, supervisor.trials),
      'updates.check': () =>
        checkForUpdates({
          current: version,
          feed: options.releaseFeed ?? releaseFeed(),
          proxy: settings.current.proxy,
        }),
      ...settingsHandlers({
        store: settings,
        defaultOutputFolder: options.defaultOutputFolder ?? paths.outputs,
        chooseFolder: options.chooseFolder,
        changed: settingsChanged,
      }),
      'diagnostics.collect': ({ prompts }) =>
        collectDiagnostics(
          {
            version,
            shell,
            outputs: paths.outputs,
            engine: () => supervisor.status,
            settings: () => settings.current,
            queue: () => this.#queue.active(),
            diary: () => diary.entries,
          },
          prompts,
        ),
      'app.info': () => ({ version, shell, platform: process.platform, outputFolder: paths.outputs }),
      'session.load': () => this.#session.load(),
      'session.save': async ({ session }) => {
        await this.#session.save(session);
        return {};
      },
      'engine.status': () => supervisor.status,
      'engine.restart': () => {
        supervisor.restart();
        return {};
      },
      'prompt.count': ({ prompt }) => supervisor.countTokens(prompt),
      ...this.#prompts.handlers,
      'run.start': async ({ request, front, anyway }) => {
        if (anyway !== true) await guard.check(request);
        const id = this.#queue.add(request, front);
        this.#prompts.remember(request);
        return this.#onceKept({ id });
      },
      'run.branch': async ({ id, ...wish }) => {
        const request = await this.#withTrace(id, (trace) => branchRequest(trace, id, wish));
        return this.#onceKept({ id: this.#queue.add(request), request });
      },
      'run.cancel': ({ id }) => this.#onceKept({ cancelled: this.#queue.cancel(id) }),
      'run.active': () => this.#queue.active(),
      'queue.state': () => this.#queue.state(),
      'queue.move': ({ id, to }) => this.#onceKept({ moved: this.#queue.move(id, to) }),
      'queue.pause': ({ paused }) => {
        this.#queue.pause(paused);
        return this.#onceKept({});
      },
      'queue.clear': ({ running }) => this.#onceKept({ cancelled: this.#queue.clear(running) }),
      'queue.retry': ({ ids }) => this.#onceKept({ ids: this.#queue.retry(ids) }),
      'queue.dismiss': ({ ids }) => {
        this.#queue.dismiss(ids);
        return this.#onceKept({});
      },
      'run.list': ({ limit }) => this.#library.list(limit),
      'run.problems': async () => [...(await this.#gallery.problems()), ...damageProblems(paths)],
      'run.image': async ({ id }) => ({ png: await this.#library.readPicture(id) }),
      'picture.import': ({ name, bytes }) => this.#pictures.add(name, bytes),
      'picture.imports': () => this.#pictures.list(),
      'picture.read': ({ id }) => this.#readPicture(id),
      'run.round': async ({ id, round }) => ({ png: await this.#library.readRound(id, round) }),
      'trace.head': ({ id, round }) => this.#withTrace(id, (trace) => trace.readHead(id, round)),
      'trace.step': ({ id, step, round }) => this.#withTrace(id, (trace) => trace.readStep(step, round)),
      'trace.preview': async ({ id, step, kind, round }) =>
        this.#previews.preview(await this.#tracePath(id), step, kind, round),
      'trace.texts': async ({ id }) => readTextTrace(await this.#tracePath(id)),
      'trace.export': async ({ id, settings }) => {
        const { ending, mime } = exportTypes[settings.format];
        const bytes = await exportRun(await this.#tracePath(id), settings, supervisor);
        return { name: id + ending, mime, bytes };
      },
    };
  }

  /**
   * Starts the engine, tidies the folders and takes up the queue the last start left. A folder that cannot be used now
   * is no reason not to start: the first save will say so.
   */
  async open(): Promise<void> {
    this.#supervisor.start();
    await tidyFolders(this.#paths);
    const say = (error: unknown): void => {
      console.error(error instanceof Error ? error.message : error);
    };
    await this.#models.open().catch(say);
    await this.#library.open().catch(say);
    await this.#gallery.open().catch(say);
    await this.#queue.open((id) => this.#library.has(id)).catch(say);
  }

  /** A picture or thumbnail at a URL path of `mediaPath`; null when there is none. */
  media(pathname: string): Promise<Media | null> {
    return this.#gallery.media.find(pathname);
  }

  /** Answers one call; never throws. */
  dispatch(channel: string, input: unknown): Promise<Reply<unknown>> {
    return dispatch(this.#handlers, channel, input);
  }

  /** Returns the function that unsubscribes. */
  onEvent(listener: StudioListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops the running request, waits until everything is on the disk, then ends the engine. */
  async close(): Promise<void> {
    await Promise.all([
      this.#queue.close(),
      this.#session.idle(),
      this.#projects.idle(),
      this.#notes.idle(),
      this.#settings.idle(),
      this.#prompts.idle(),
      this.#models.close(),
      this.#supervisor.close(),
    ]);
    await this.#gallery.close();
  }

  #enterPicture(imageFile: string | null): void {
    if (imageFile === null) return;
    this.#gallery.enter(imageFile).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
  }

  /** A picture of either folder, with what a request needs to start from it. */
  async #readPicture(id: string): Promise<PictureFile> {
    if (PictureStore.owns(id)) return this.#pictures.read(id);
    const [{ width, height }, bytes] = await Promise.all([
      this.#library.summary(id),
      this.#library.readPicture(id),
    ]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { id, name: `${id}.png`, mediaType: 'image/png', width, height, sha256, notes: [], bytes };
  }

  async #tracePath(id: string): Promise<string> {
    // A run without a picture may have a trace all the same; a damaged picture is told of first.
    await this.#library.summary(id).catch((error: unknown) => {
      if (!(error instanceof LavidaError) || error.code !== 'run.unknown') throw error;
    });
    const path = this.#library.tracePath(id);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (!exists) throw new LavidaError('run.unknown', `The run ${id} has no recorded steps.`);
    return path;
  }

  /** An answer about the queue, given once the queue as it is now is on the disk: what was answered survives a kill. */
  async #onceKept<T>(answer: T): Promise<T> {
    await this.#queue.kept();
    return answer;
  }

  async #withTrace<T>(id: string, read: (trace: TraceFile) => Promise<T>): Promise<T> {
    const trace = await TraceFile.open(await this.#tracePath(id));
    try {
      return await read(trace);
    } finally {
      await trace.close();
    }
  }

  #emit<E extends EventName>(event: E, payload: EventPayload<E>): void {
    for (const listener of this.#listeners) listener(event, payload);
  }
}
