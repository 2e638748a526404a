import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredPrecision } from '../../electron/contract/models.ts';
import { LavidaError } from '../errors.ts';
import { discardFolder } from '../library/safe-file.ts';
import { inspectModel, type ModelReport } from '../models/inspect.ts';
import type { Precision } from '../models/precision.ts';
import type { CatalogueEntry, CatalogueFile } from './catalogue.ts';
import { fetchFiles, installFolder, placer } from './download.ts';
import { savePlan, staging, type DownloadPlan } from './download-plan.ts';
import { workOnFiles } from './file-work.ts';
import { isInsidePath } from './file-names.ts';
import type { Job } from './job.ts';
import { manifestName, writeManifest, type InstalledModel, type Manifest } from './manifest.ts';
import { withHttp, type StoreContext } from './store-context.ts';
import type { FileHashes } from './worker-protocol.ts';

/** What a thread's work tells a job, and how the job stops it. */
export function follow(job: Job): {
  signal: AbortSignal;
  progress: (file: string, done: number, total: number) => void;
} {
  return {
    signal: job.signal,
    progress: (file, done, total) => {
      job.advance(file, done, total);
    },
  };
}

/** Files with what was found of them, as a record lists them. */
export function entriesOf(hashes: FileHashes): CatalogueFile[] {
  return Object.entries(hashes).flatMap(([path, found]) => (found ? [{ path, ...found }] : []));
}

/** Looks into a folder as an engine would; refuses one that can do nothing. @throws LavidaError model.* */
export async function checkModel(directory: string): Promise<ModelReport> {
  const report = await inspectModel(directory);
  if (report.tasks.some(({ possible }) => possible)) return report;
  throw new LavidaError(
    'model.incomplete',
    `The model in ${directory} can do no task.`,
    report.problems.join('\n'),
  );
}

/** The id a converted model gets. */
export function convertedId(id: string, precision: StoredPrecision): string {
  return precision === 'original' ? id : `${id}-${precision}`;
}

/** Downloads a model, looks into it, converts it if that was wished, and installs it. Every step can be taken up again. */
export async function performDownload(
  context: StoreContext,
  entry: CatalogueEntry,
  start: DownloadPlan,
  job: Job,
): Promise<void> {
  const store = context.folder();
  const paths = staging(store, start.id);
  const { mirror } = context.settings();
  await savePlan(store, start);
  const plan = await withHttp(context, entry, (http) =>
    fetchFiles(start, entry, placer(store, start, null), {
      store,
      http,
      mirror,
      limits: context.limits,
      job,
    }),
  );
  job.enter('checking');
  const report = await checkModel(paths.files);
  const original: Manifest = {
    version: 1,
    id: plan.id,
    name: entry.name,
    origin: 'catalogue',
    precision: 'original',
    source: { entry: entry.id, revision: plan.revision },
    licence: entry.licence,
    installedAt: new Date().toISOString(),
    verifiedAt: new Date().toISOString(),
    problems: report.problems,
    files: (plan.files ?? []).map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    damaged: [],
  };
  // A conversion that was finished before the program ended is not done again.
  if (plan.precision !== 'original' && !(await isThere(join(store, convertedId(plan.id, plan.precision)))))
    await convertInto(store, paths.files, original, plan.precision, paths.converted, job);
  job.enter('installing');
  if (plan.precision === 'original' || plan.keepOriginal) {
    await writeManifest(store, paths.files, original);
    await installFolder(paths.files, join(store, plan.id));
  }
  await discardFolder(paths.folder);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Converts a model and installs the result beside it. `work` is a folder on the store's disk that may hold an earlier try. */
async function convertInto(
  store: string,
  from: string,
  original: Manifest,
  precision: Precision,
  work: string,
  job: Job,
): Promise<void> {
  const id = convertedId(original.id, precision);
  job.enter('converting');
  await workOnFiles({ kind: 'convert', directory: from, precision, to: work }, follow(job));
  job.enter('checking');
  const files = await filesBelow(work);
  const hashes = await workOnFiles({ kind: 'hash', directory: work, files }, follow(job));
  const report = await checkModel(work);
  await writeManifest(store, work, {
    ...original,
    id,
    name: `${original.name} ${precision}`,
    origin: 'converted',
    precision,
    installedAt: new Date().toISOString(),
    problems: report.problems,
    files: entriesOf(hashes),
    damaged: [],
  });
  job.enter('installing');
  await installFolder(work, join(store, id));
}

/** Converts an installed model; the original stays. */
export async function performConvert(
  context: StoreContext,
  model: InstalledModel,
  precision: Precision,
  job: Job,
): Promise<void> {
  const store = context.folder();
  const { work, manifest } = {
    work: staging(store, convertedId(model.id, precision)),
    manifest: model.manifest,
  };
  const original: Manifest = manifest ?? handMade(model);
  await convertInto(store, model.directory, original, precision, work.converted, job);
  await discardFolder(work.folder);
}

/** A record for a folder that was put into the store by hand. */
function handMade(model: InstalledModel): Manifest {
  return {
    version: 1,
    id: model.id,
    name: model.id,
    origin: 'imported',
    precision: 'original',
    source: null,
    licence: null,
    installedAt: new Date().toISOString(),
    verifiedAt: null,
    problems: [],
    files: [],
    damaged: [],
  };
}

/** Files of a model folder by name, two levels deep, without our own record and without empty ones. */
export async function filesBelow(directory: string): Promise<string[]> {
  const names = await readdir(directory, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of names) {
    if (entry.name === manifestName || !isInsidePath(entry.name)) continue;
    const found = await stat(join(directory, entry.name)).catch(() => null);
    if (found?.isFile() && found.size > 0) files.push(entry.name);
    else if (found?.isDirectory() && entry.name === 'vqvae') {
      for (const name of await readdir(join(directory, entry.name))) {
        const inside = `${entry.name}/${name}`;
        const file = await stat(join(directory, inside)).catch(() => null);
        if (isInsidePath(inside) && file?.isFile() && file.size > 0) files.push(inside);
      }
    }
  }
  return files.sort();
}

/**
 * Reads every file whole and compares. What was never recorded is recorded now.
 * @returns paths of files that are missing or not as they came
 */
export async function performVerify(
  context: StoreContext,
  model: InstalledModel,
  job: Job,
): Promise<string[]> {
  const { directory } = model;
  const manifest = model.manifest ?? handMade(model);
  const known = manifest.files.length > 0 ? manifest.files : (await filesBelow(directory)).map(unknownFile);
  job.enter('checking');
  const files = known.map(({ path }) => path);
  const hashes = await workOnFiles({ kind: 'hash', directory, files }, follow(job));
  const bad = known
    .filter(({ path, bytes, sha256 }) => {
      const found = hashes[path];
      return (
        !found || (bytes !== null && found.bytes !== bytes) || (sha256 !== null && found.sha256 !== sha256)
      );
    })
    .map(({ path }) => path);
  const record = known.map((file) => (bad.includes(file.path) ? file : { ...file, ...hashes[file.path] }));
  const verifiedAt = bad.length === 0 ? new Date().toISOString() : null;
  await writeManifest(context.folder(), directory, { ...manifest, files: record, verifiedAt, damaged: bad });
  return bad;
}

function unknownFile(path: string): CatalogueFile {
  return { path, bytes: null, sha256: null };
}

/** Reads every file, fetches those that are not as they came, and nothing else. @returns the files that were mended */
export async function performRepair(
  context: StoreContext,
  entry: CatalogueEntry | null,
  model: InstalledModel,
  job: Job,
): Promise<string[]> {
  const bad = await performVerify(context, model, job);
  if (bad.length === 0) return [];
  const { manifest } = model;
  if (!entry || manifest?.source?.entry !== entry.id || manifest.precision !== 'original')
    throw new LavidaError(
      'store.no-source',
      `${bad.join(', ')} cannot be fetched again.`,
      'The model did not come from the catalogue as it is.',
    );
  const store = context.folder();
  const { mirror } = context.settings();
  const plan: DownloadPlan = {
    version: 1,
    id: model.id,
    repairs: true,
    precision: 'original',
    keepOriginal: true,
    revision: manifest.source.revision,
    files: manifest.files.filter(({ path }) => bad.includes(path)).map((file) => ({ ...file, here: false })),
    error: null,
  };
  await savePlan(store, plan);
  await withHttp(context, entry, (http) =>
    fetchFiles(plan, entry, placer(store, plan, model.directory), {
      store,
      http,
      mirror,
      limits: context.limits,
      job,
    }),
  );
  await discardFolder(staging(store, model.id).folder);
  await writeManifest(store, model.directory, {
    ...manifest,
    verifiedAt: new Date().toISOString(),
    damaged: [],
  });
  return bad;
}
