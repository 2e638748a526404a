import { join } from 'node:path';
import type { modelChannels, ModelStoreState } from '../../electron/contract/models.ts';
import type { Settings } from '../../electron/contract/settings.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import type { SystemBin } from '../gallery/bin.ts';
import type { MemoryRoom } from '../hardware/fit.ts';
import type { SettingsStore } from '../library/settings-store.ts';
import type { Handlers } from '../studio/dispatch.ts';
import type { SecretKeeper } from './access-token.ts';
import { freeBytes } from './disk-room.ts';
import { ModelStore } from './model-store.ts';
import { finishMove, moveStore } from './move-store.ts';
import { begun } from './job.ts';
import { Rate } from './rate.ts';
import type { StoreLimits } from './store-context.ts';
import { modelAt } from './store-state.ts';

/** Milliseconds between two lists sent to windows while work goes on. */
const pace = 250;

export interface ModelServiceOptions {
  data: string;
  builtIn: string;
  settings: SettingsStore;
  systemBin: SystemBin | null;
  keeper?: SecretKeeper | null | undefined;
  systemProxy?: ((url: string) => Promise<string | null>) | undefined;
  /** The system's dialog, where there is one. */
  chooseFolder?: (() => Promise<string | null>) | undefined;
  limits?: Partial<StoreLimits> | undefined;
  changed: (state: ModelStoreState) => void;
  /** New settings are on the disk. */
  settingsChanged: (settings: Settings) => void;
  /** Folder of the model the engine runs. */
  running: () => string;
  /** Memory a run may take. */
  room: () => MemoryRoom;
  /** Runs another model. */
  run: (directory: string) => void;
}

type ModelHandlers = Pick<Handlers, keyof typeof modelChannels>;

/** The handlers, each of which waits until the store knows what is there. */
function afterOpening(handlers: ModelHandlers, opened: () => Promise<void>): ModelHandlers {
  const waiting = Object.entries(handlers).map(([channel, handler]) => [
    channel,
    async (input: never) => {
      await opened();
      return (handler as (input: never) => unknown)(input);
    },
  ]);
  return Object.fromEntries(waiting) as ModelHandlers;
}
type Move = NonNullable<ModelStoreState['move']>;

/** The model store behind the windows: its channels, its events, the choice of the current model and the move. */
export class ModelService {
  readonly handlers: ModelHandlers;
  readonly #options: ModelServiceOptions;
  readonly #store: ModelStore;
  #timer: NodeJS.Timeout | null = null;
  #opening: Promise<void> | null = null;
  #move: { view: Move; abort: AbortController; ended: Promise<void> } | null = null;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
    const { data, builtIn, systemBin, keeper, systemProxy, limits } = options;
    this.#store = new ModelStore({
      data,
      builtIn,
      systemBin,
      keeper: keeper ?? null,
      systemProxy,
      limits: limits ?? {},
      settings: () => options.settings.current,
      changed: () => {
        this.#tell();
      },
    });
    this.handlers = afterOpening(this.#handlers(), () => this.open());
  }

  get #record(): string {
    return join(this.#options.data, 'store-move.json');
  }

  /** Reads the catalogue and the folder, once; a call that comes earlier waits for it, and one after a failure tries again. */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    await finishMove(this.#record, this.#store.folder);
    await this.#store.open();
    this.#tell();
  }

  async state(): Promise<ModelStoreState> {
    const { folder, defaultFolder, host, tokens } = this.#store;
    const models = this.#store.models();
    return {
      folder,
      defaultFolder,
      freeBytes: await freeBytes(folder),
      models,
      current: modelAt(models, this.#options.running()),
      move: this.#move?.view ?? null,
      access: { kept: tokens.current(host)?.kept ?? 'none', host },
      folderDialog: this.#options.chooseFolder !== undefined,
    };
  }

  async close(): Promise<void> {
    this.#move?.abort.abort();
    await Promise.all([this.#store.close(), this.#move?.ended]);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #handlers(): ModelHandlers {
    const store = this.#store;
    const done = {};
    return {
      'models.list': async () => {
        await store.refresh();
        return this.state();
      },
      'models.fits': ({ id }) => store.fits(id, this.#options.room()),
      'models.get': async ({ id, precision, keepOriginal, licence }) => {
        this.#refuseWhileMoving();
        await store.get(id, precision, keepOriginal, licence);
        return done;
      },
      'models.pause': async ({ id }) => {
        await store.pause(id);
        return done;
      },
      'models.resume': async ({ id }) => {
        this.#refuseWhileMoving();
        await store.resume(id);
        return done;
      },
      'models.cancel': async ({ id }) => {
        await store.cancel(id);
        return done;
      },
      'models.verify': ({ id }) => {
        this.#refuseWhileMoving();
        store.verify(id);
        return done;
      },
      'models.repair': ({ id }) => {
        this.#refuseWhileMoving();
        store.repair(id);
        return done;
      },
      'models.convert': ({ id, to }) => {
        this.#refuseWhileMoving();
        store.convert(id, to);
        return done;
      },
      'models.import': async ({ folder, how }) => {
        this.#refuseWhileMoving();
        const chosen = await this.#chosen(folder);
        return { id: chosen === null ? null : await store.import(chosen, how) };
      },
      'models.move': async ({ folder }) => {
        const chosen = await this.#chosen(folder);
        if (chosen !== null) this.#startMove(chosen);
        return { moving: chosen !== null };
      },
      'models.stopMove': async () => {
        this.#move?.abort.abort();
        await this.#move?.ended;
        this.#move = null;
        this.#tell();
        return done;
      },
      'models.remove': async ({ id }) => {
        if ((await this.state()).current === id)
          throw new LavidaError('store.in-use', 'This is the model the studio is running.', id);
        await store.remove(id);
        return done;
      },
      'models.use': async ({ id }) => {
        const directory = store.directory(id);
        await this.#keep({ model: directory === this.#options.builtIn ? '' : id });
        this.#options.run(directory);
        this.#tell();
        return done;
      },
      'models.token': async ({ token }) => {
        await store.tokens.keep(store.host, token === null ? null : token.trim());
        this.#tell();
        return done;
      },
    };
  }

  /** A folder of the system's dialog where there is one: the page may not name paths then. */
  async #chosen(typed: string | null): Promise<string | null> {
    const { chooseFolder } = this.#options;
    if (chooseFolder) return chooseFolder();
    if (typed === null) throw new LavidaError('file.missing', 'Type the whole path of a folder.');
    return typed.trim();
  }

  #refuseWhileMoving(): void {
    if (this.#move && !this.#move.view.error)
      throw new LavidaError('store.busy', 'The models are on their way to another folder.');
  }

  async #keep(patch: Partial<Settings>): Promise<void> {
    const { settings, settingsChanged } = this.#options;
    await settings.save({ ...settings.current, ...patch });
    settingsChanged(settings.current);
  }

  #startMove(to: string): void {
    this.#refuseWhileMoving();
    if (this.#store.isBusy) throw new LavidaError('store.busy', 'Some models are being worked on.');
    const view: Move = { ...begun, to, phase: 'copying' };
    const abort = new AbortController();
    this.#move = { view, abort, ended: Promise.resolve() };
    this.#move.ended = this.#performMove(to, abort.signal);
    this.#tell();
  }

  async #performMove(to: string, signal: AbortSignal): Promise<void> {
    const from = this.#store.folder;
    const rate = new Rate();
    const running = this.#options.running();
    try {
      await moveStore(from, to, {
        signal,
        record: this.#record,
        reserveBytes: this.#store.limits.reserveBytes,
        progress: (file, done, total) => {
          rate.note(done);
          this.#setMove({
            file,
            done,
            total,
            bytesPerSecond: rate.bytesPerSecond,
            secondsLeft: rate.secondsLeft(done, total),
          });
        },
        switchTo: async (folder) => {
          await this.#keep({ modelFolder: folder });
          await this.#store.refresh();
          // The engine has the old files open: it starts again with the new ones before they go.
          const { model } = this.#options.settings.current;
          if (running.startsWith(from) && model !== '') this.#options.run(this.#store.directory(model));
        },
      });
      this.#move = null;
    } catch (error) {
      if (signal.aborted) this.#move = null;
      else this.#setMove({ state: 'failed', error: toStudioError(error) });
    }
    await this.#store.refresh().catch(() => undefined);
    this.#tell();
  }

  #setMove(patch: Partial<Move>): void {
    if (this.#move) this.#move.view = { ...this.#move.view, ...patch };
    this.#tell();
  }

  /** Sends the list soon; many changes are one. */
  #tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.state().then(this.#options.changed);
    }, pace);
  }
}
