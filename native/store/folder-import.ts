import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LavidaError } from '../errors.ts';
import { discardFolder, makeFolder } from '../library/safe-file.ts';
import { inspectModel, type ModelReport } from '../models/inspect.ts';
import { isInside } from '../policy/app-files.ts';
import { findShards } from '../tensor/shard-files.ts';
import { needRoom } from './disk-room.ts';
import { installFolder } from './download.ts';
import { staging } from './download-plan.ts';
import { workOnFiles } from './file-work.ts';
import { isInsidePath } from './file-names.ts';
import type { Job } from './job.ts';
import { mostFiles, writeManifest, type Manifest } from './manifest.ts';
import type { StoreContext } from './store-context.ts';
import { checkModel, entriesOf, filesBelow, follow } from './store-jobs.ts';

const absent = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The folder a user means to bring in, looked at before any work begins.
 * @throws LavidaError model.missing without a config.json, file.unreadable for a folder that may not be looked into,
 *   store.folder for one that lies in the store, by whatever way it is named
 */
export async function importSource(store: string, folder: string): Promise<string> {
  const source = resolve(folder);
  const config = join(source, 'config.json');
  const found = await stat(config).catch((error: unknown) => {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (absent.has(code)) return null;
    throw new LavidaError('file.unreadable', `${source} cannot be looked into.`, message);
  });
  if (!found)
    throw new LavidaError('model.missing', `There is no model in ${source}: config.json is not there.`);
  const home = await realpath(store).catch(() => resolve(store));
  const real = await realpath(source);
  if (real === home || isInside(real, home))
    throw new LavidaError('store.folder', `${source} is in the store already.`);
  return source;
}

/** Files that come with a model: those beside its config, and the weights wherever its index has them. */
async function filesToTake(source: string, how: 'copy' | 'link'): Promise<string[]> {
  const { shards, missing, vq } = await findShards(source);
  const weights = [...shards.filter((name) => !missing.includes(name)), ...(vq === undefined ? [] : [vq])];
  const unkept = weights.find((name) => !isInsidePath(name));
  if (unkept !== undefined && how === 'copy')
    throw new LavidaError(
      'model.incomplete',
      `The store cannot keep a file named ${JSON.stringify(unkept.slice(0, 200))}.`,
      'Rename it, and its entries in the index, or use the folder where it lies.',
    );
  const files = [...new Set([...(await filesBelow(source)), ...weights.filter(isInsidePath)])].sort();
  if (files.length > mostFiles)
    throw new LavidaError(
      'model.missing',
      `${source} holds ${files.length} files; the folder of one model has at most ${mostFiles}.`,
    );
  return files;
}

function tasksOf(report: ModelReport): string {
  return report.tasks.flatMap(({ task, possible }) => (possible ? [task] : [])).join();
}

/** Brings in a folder of the user's: copied into the store, or used where it lies. Its files are hashed either way. */
export async function performImport(
  context: StoreContext,
  source: string,
  id: string,
  how: 'copy' | 'link',
  job: Job,
): Promise<void> {
  const store = context.folder();
  job.enter('checking');
  const report = await checkModel(source);
  const files = await filesToTake(source, how);
  const work = staging(store, id);
  let bytes = 0;
  for (const name of files) bytes += (await stat(join(source, name)).catch(() => null))?.size ?? 0;
  if (how === 'copy') {
    await makeFolder(work.files);
    await needRoom(work.files, bytes, context.limits.reserveBytes);
  }
  job.enter('copying');
  const hashes = await workOnFiles(
    how === 'copy'
      ? { kind: 'copy', directory: source, files, to: work.files }
      : { kind: 'hash', directory: source, files },
    follow(job),
  );
  // Someone may have written to the folder meanwhile: what was checked must be what is kept.
  const kept = how === 'copy' ? work.files : source;
  if (tasksOf(await inspectModel(kept)) !== tasksOf(report))
    throw new LavidaError('file.changed', `${source} changed while it was read.`);
  const manifest: Manifest = {
    version: 1,
    id,
    name: report.name,
    origin: how === 'copy' ? 'imported' : 'linked',
    precision: 'original',
    source: null,
    licence: null,
    installedAt: new Date().toISOString(),
    verifiedAt: new Date().toISOString(),
    problems: report.problems,
    files: entriesOf(hashes),
    damaged: [],
  };
  job.enter('installing');
  if (how === 'link') {
    await writeManifest(store, source, manifest);
    return;
  }
  await writeManifest(store, work.files, manifest);
  await installFolder(work.files, join(store, id));
  await discardFolder(work.folder);
}
