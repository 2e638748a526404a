import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModelJob, StoredModel, StoredPrecision } from '../../electron/contract/models.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { busyModel, unknownModel } from './store-errors.ts';
import type { SystemBin } from '../gallery/bin.ts';
import { discard, discardFolder, makeFolder } from '../library/safe-file.ts';
import type { MemoryRoom } from '../hardware/fit.ts';
import { ParameterCounts } from '../models/parameter-counts.ts';
import type { Precision } from '../models/precision.ts';
import { AccessTokens, type SecretKeeper } from './access-token.ts';
import { catalogueFile, readCatalogue, type CatalogueEntry } from './catalogue.ts';
import { fitsOfModel, type PrecisionFit } from './model-fits.ts';
import { begunIds, readPlan, readPlans, savePlan, staging, type DownloadPlan } from './download-plan.ts';
import { modelIdOf } from './file-names.ts';
import { importSource, performImport } from './folder-import.ts';
import { Job } from './job.ts';
import { AcceptedLicences } from './licences.ts';
import { hostOf } from './listing.ts';
import { takeLock } from './lock.ts';
import { linkPath, readBuiltIn, readInstalled, type InstalledModel } from './manifest.ts';
import { standingJob } from './standing-job.ts';
import { clearAway, tidyStaging } from './tidy-staging.ts';
import {
  defaultStoreLimits,
  type StoreContext,
  type StoreLimits,
  type StoreSettings,
} from './store-context.ts';
import { convertedId, performConvert, performDownload, performRepair, performVerify } from './store-jobs.ts';
import { comingModel, describeModels } from './store-state.ts';

export interface ModelStoreOptions {
  /** The user's data folder: licences accepted, token, own catalogue. */
  data: string;
  settings: () => StoreSettings;
  /** Folder of the model that comes with the program. */
  builtIn: string;
  systemBin: SystemBin | null;
  keeper?: SecretKeeper | null;
  /** What the system’s own settings say of proxies. */
  systemProxy?: ((url: string) => Promise<string | null>) | undefined;
  limits?: Partial<StoreLimits>;
  /** Something changed that a list of models shows. */
  changed?: () => void;
}

interface Running {
  job: Job;
  /** Resolves when it stands still: done, paused, failed or cancelled. Never rejects. */
  ended: Promise<void>;
}

/** Models on this machine, and the long work that brings, checks and converts them. One job a model at a time. */
export class ModelStore {
  readonly #options: ModelStoreOptions;
  readonly #context: StoreContext;
  readonly #licences: AcceptedLicences;
  readonly #tokens: AccessTokens;
  readonly #jobs = new Map<string, Running>();
  #entries: CatalogueEntry[] = [];
  readonly #counts = new ParameterCounts();
  #installed: InstalledModel[] = [];

  constructor(options: ModelStoreOptions) {
    this.#options = options;
    this.#licences = new AcceptedLicences(join(options.data, 'licences.json'));
    this.#tokens = new AccessTokens(join(options.data, 'access-token.json'), options.keeper ?? null);
    this.#context = {
      folder: () => this.folder,
      settings: options.settings,
      entries: () => this.#entries,
      tokens: this.#tokens,
      systemProxy: options.systemProxy,
      limits: { ...defaultStoreLimits, ...options.limits },
    };
  }

  get folder(): string {
    return this.#options.settings().modelFolder || this.defaultFolder;
  }

  get defaultFolder(): string {
    return join(this.#options.data, 'models');
  }

  get limits(): StoreLimits {
    return this.#context.limits;
  }

  get tokens(): AccessTokens {
    return this.#tokens;
  }

  /** Host that models come from with the present settings. */
  get host(): string {
    const hub = this.#entries.find(({ source }) => source.kind === 'hub');
    return hub ? hostOf(hub.source, this.#options.settings().mirror) : '';
  }

  /** Reads what is there; downloads the last program left wait to be resumed. */
  async open(): Promise<void> {
    this.#entries = await readCatalogue(join(this.#options.data, 'catalog.json'), catalogueFile());
    await Promise.all([this.#licences.open(), this.#tokens.open()]);
    for (const id of await begunIds(this.folder)) await clearAway(this.folder, id);
    await this.refresh();
  }

  /** Looks at the disk again. */
  async refresh(): Promise<void> {
    const nano = this.#entries.filter(({ source }) => source.kind === 'built-in');
    const builtIn = await Promise.all(
      nano.map(({ id }) => readBuiltIn(id, this.#options.builtIn, this.#counts)),
    );
    this.#installed = [
      ...builtIn,
      ...(await readInstalled(this.folder, this.#counts)).filter(
        ({ id }) => !nano.some((entry) => entry.id === id),
      ),
    ];
    const plans = await readPlans(this.folder);
    // Another program of this user may have ended or cancelled what was paused here.
    for (const [id, { job }] of this.#jobs)
      if (job.view.state === 'paused' && !plans.some((plan) => plan.id === id)) this.#jobs.delete(id);
    for (const plan of plans) await this.#takeUp(plan);
  }

  models(): StoredModel[] {
    const jobs = new Map([...this.#jobs].map(([id, { job }]): [string, ModelJob] => [id, job.view]));
    const models = describeModels(this.#entries, this.#installed, this.#licences, jobs);
    // An import or conversion under way has no model yet to stand at.
    for (const [id, job] of jobs)
      if (!models.some((model) => model.id === id)) models.push(comingModel(id, job));
    return models;
  }

  /** @throws LavidaError store.unknown */
  model(id: string): StoredModel {
    const found = this.models().find((model) => model.id === id);
    if (!found) throw unknownModel(id);
    return found;
  }

  /** Folder of an installed model. @throws LavidaError store.unknown, model.missing */
  directory(id: string): string {
    const found = this.#installed.find((model) => model.id === id);
    if (!found) throw unknownModel(id);
    if (found.missing) throw new LavidaError('model.missing', `${id} is not at ${found.directory} any more.`);
    return found.directory;
  }

  /** Whether a model has room in memory. */
  fits(id: string, room: MemoryRoom): Promise<PrecisionFit[]> {
    const found = this.#installed.find((model) => model.id === id && !model.missing);
    const entry = this.#entries.find((candidate) => candidate.id === id) ?? null;
    if (!found && !entry) return Promise.resolve([]);
    return fitsOfModel(found?.directory ?? null, found?.manifest?.precision ?? 'original', entry, room);
  }

  /** Waits until the job of a model stands still. */
  async settled(id: string): Promise<ModelJob | null> {
    await this.#jobs.get(id)?.ended;
    return this.#jobs.get(id)?.job.view ?? null;
  }

  /** Starts or goes on with a download. @throws LavidaError store.*, licence.needed, output.* */
  async get(
    id: string,
    precision: StoredPrecision,
    keepOriginal: boolean,
    licence: string | null,
  ): Promise<void> {
    const entry = this.#entry(id);
    if (entry.source.kind === 'built-in')
      throw new LavidaError('store.exists', `${entry.name} comes with the program.`);
    if (!entry.precisions.includes(precision))
      throw new LavidaError('request.invalid', `${entry.name} cannot be had as ${precision}.`);
    await this.#licences.require(entry, licence);
    const running = this.#jobs.get(id);
    if (running?.job.isActive) return;
    const found = await readPlan(this.folder, id);
    const target = convertedId(id, precision);
    if (!found && this.#installed.some((model) => model.id === target))
      throw new LavidaError('store.exists', `${target} is already there.`);
    const plan: DownloadPlan = found
      ? { ...found, precision, keepOriginal, error: null }
      : { version: 1, id, repairs: false, precision, keepOriginal, revision: null, files: null, error: null };
    this.#download(entry, plan);
  }

  /** Goes on with a paused or failed download. @throws LavidaError store.unknown */
  async resume(id: string): Promise<void> {
    if (this.#jobs.get(id)?.job.isActive) return;
    const plan = await readPlan(this.folder, id);
    if (!plan) throw unknownModel(id);
    const entry = this.#entry(id);
    if (plan.repairs) {
      this.repair(id);
      return;
    }
    await this.#licences.require(entry, null);
    this.#download(entry, { ...plan, error: null });
  }

  /** Stops a download so that it can go on later; other jobs are cancelled. */
  async pause(id: string): Promise<void> {
    const running = this.#jobs.get(id);
    running?.job.stop();
    await running?.ended;
  }

  /** Stops a job for good; of an unfinished download nothing is kept. */
  async cancel(id: string): Promise<void> {
    await this.pause(id);
    const release = await takeLock(staging(this.folder, id).lock, id);
    await discardFolder(staging(this.folder, id).folder);
    await release();
    this.#jobs.delete(id);
    await this.refresh();
    this.#changed();
  }

  verify(id: string): void {
    const model = this.#onDisk(id);
    this.#start(id, new Job('verify', 'checking', this.#changed), async (job) => {
      const bad = await performVerify(this.#context, model, job);
      if (bad.length > 0)
        throw new LavidaError(
          'model.corrupt',
          `${bad.length === 1 ? 'A file is' : `${bad.length} files are`} not as installed.`,
          bad.join(', '),
        );
    });
  }

  repair(id: string): void {
    const model = this.#onDisk(id);
    const entry = this.#entries.find((candidate) => candidate.id === id) ?? null;
    this.#start(id, new Job('repair', 'checking', this.#changed), async (job) => {
      await performRepair(this.#context, entry, model, job);
    });
  }

  /** @throws LavidaError store.unknown, store.exists, store.busy */
  convert(id: string, precision: Precision): string {
    const model = this.#installed.find((known) => known.id === id);
    if (!model || model.missing) throw unknownModel(id);
    const target = convertedId(id, precision);
    if (this.#installed.some((known) => known.id === target))
      throw new LavidaError('store.exists', `${target} is already there.`);
    this.#start(target, new Job('convert', 'converting', this.#changed), (job) =>
      performConvert(this.#context, model, precision, job),
    );
    return target;
  }

  /** @returns the name the model gets. @throws LavidaError model.*, store.* */
  async import(folder: string, how: 'copy' | 'link', name?: string): Promise<string> {
    const source = await importSource(this.folder, folder);
    const id = this.#freeId(modelIdOf(name ?? basename(source)), name !== undefined);
    await makeFolder(this.folder);
    this.#start(id, new Job('import', 'checking', this.#changed), (job) =>
      performImport(this.#context, source, id, how, job),
    );
    return id;
  }

  /** To the system's bin; of a linked model only the link goes. @throws LavidaError store.* */
  async remove(id: string): Promise<void> {
    const model = this.#onDisk(id);
    if (this.#jobs.get(id)?.job.isActive) throw busyModel(id);
    if (model.manifest?.origin === 'linked') await discard(linkPath(this.folder, id));
    else {
      const { systemBin } = this.#options;
      if (!systemBin)
        throw new LavidaError('store.no-bin', 'The bin of this system is out of reach.', model.directory);
      await systemBin(model.directory);
    }
    this.#jobs.delete(id);
    await this.refresh();
    this.#changed();
  }

  /** Whether any model is being worked on. */
  get isBusy(): boolean {
    return [...this.#jobs.values()].some(({ job }) => job.isActive);
  }

  /** Pauses everything and waits until it stands still. */
  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.pause(id)));
  }

  readonly #changed = (): void => this.#options.changed?.();

  #entry(id: string): CatalogueEntry {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (!entry) throw unknownModel(id);
    return entry;
  }

  /** An installed model that may be changed. */
  #onDisk(id: string): InstalledModel {
    const model = this.#installed.find((candidate) => candidate.id === id);
    if (!model) throw unknownModel(id);
    if (this.#entries.some((entry) => entry.id === id && entry.source.kind === 'built-in'))
      throw new LavidaError('store.no-source', `${id} comes with the program and is not kept in the store.`);
    if (model.missing) throw new LavidaError('model.missing', `${id} is not at ${model.directory} any more.`);
    return model;
  }

  #freeId(wanted: string, exact: boolean): string {
    const isTaken = (id: string) => {
      const found = this.models().find((model) => model.id === id);
      // An import that failed left nothing but its error: the next try takes its name.
      const isOver =
        found?.installed === null && found.job?.kind === 'import' && found.job.state === 'failed';
      return found !== undefined && !isOver;
    };
    if (!isTaken(wanted)) return wanted;
    if (exact) throw new LavidaError('store.exists', `There is already a model named ${wanted}.`);
    for (let n = 2; ; n++) if (!isTaken(`${wanted}-${n}`)) return `${wanted}-${n}`;
  }

  async #takeUp(plan: DownloadPlan): Promise<void> {
    if (this.#jobs.has(plan.id)) return;
    const paths = staging(this.folder, plan.id);
    const isInstalled = this.#installed.some(({ id }) => id === convertedId(plan.id, plan.precision));
    const isEmptied =
      plan.files?.every(({ here }) => here) === true && !(await stat(paths.files).catch(() => null));
    if (!plan.repairs && isInstalled && isEmptied) {
      await discardFolder(paths.folder);
      return;
    }
    const job = standingJob(plan, this.#changed);
    this.#jobs.set(plan.id, { job, ended: Promise.resolve() });
  }

  #download(entry: CatalogueEntry, plan: DownloadPlan): void {
    this.#start(entry.id, new Job('download', 'listing', this.#changed), (job) =>
      performDownload(this.#context, entry, plan, job),
    );
  }

  #start(id: string, job: Job, work: (job: Job) => Promise<void>): void {
    if (this.#jobs.get(id)?.job.isActive) throw busyModel(id);
    this.#jobs.set(id, { job, ended: this.#run(id, job, work) });
    this.#changed();
  }

  async #run(id: string, job: Job, work: (job: Job) => Promise<void>): Promise<void> {
    const { folder } = this;
    const release = await takeLock(staging(folder, id).lock, id).catch((error: unknown) => {
      // What lies there belongs to the other program.
      job.set({ state: 'failed', error: toStudioError(error) });
      return null;
    });
    if (!release) return;
    try {
      await work(job);
      this.#jobs.delete(id);
    } catch (error) {
      await this.#stopped(folder, id, job, error);
    }
    await release();
    await tidyStaging(folder, id);
    await this.refresh().catch(() => undefined);
    this.#changed();
  }

  /** A download waits to be resumed, or says why it stopped; other work is over. */
  async #stopped(folder: string, id: string, job: Job, error: unknown): Promise<void> {
    const { kind } = job.view;
    const aborted = job.signal.aborted;
    if (!aborted && !(error instanceof LavidaError)) console.error(error);
    const reason = aborted ? null : toStudioError(error);
    const rest = { retryAt: null, bytesPerSecond: null, secondsLeft: null };
    const plan = await readPlan(folder, id);
    if (plan) await savePlan(folder, { ...plan, error: reason }).catch(() => undefined);
    if (aborted && !plan) this.#jobs.delete(id);
    else job.set({ ...rest, state: aborted ? 'paused' : 'failed', error: reason });
    if (kind === 'convert' || kind === 'import') await discardFolder(staging(folder, id).folder);
  }
}
