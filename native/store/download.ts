import { setTimeout as sleep } from 'node:timers/promises';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LavidaError } from '../errors.ts';
import { makeFolder, moveSafely } from '../library/safe-file.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { needRoom, watchRoom } from './disk-room.ts';
import { savePlan, staging, type DownloadPlan } from './download-plan.ts';
import { BusyError, fetchFile, UselessBytesError } from './fetch-file.ts';
import type { HttpClient } from './http-client.ts';
import type { Job } from './job.ts';
import { fileAddress, listFiles } from './listing.ts';

/** About how large a converted model is, as a share of the files as they come. */
const convertedShare = { original: 0, int8: 0.55, int4: 0.35, fp32: 2 };

/** How stubborn a download is. */
export interface RetryLimits {
  /** Failures in a row, without a byte in between, after which it stops. */
  failures: number;
  /** Pause after the first one, milliseconds; doubled each time up to the longest. */
  pauseMs: number;
  longestPauseMs: number;
  /** Longest wait a server may ask for. */
  patienceMs: number;
  /** Bytes of the disk that are left free. */
  reserveBytes: number;
}

export interface DownloadSurroundings {
  store: string;
  http: HttpClient;
  mirror: string;
  limits: RetryLimits;
  job: Job;
}

/**
 * Fetches what a plan still lacks, in order of size so that small files show early what is wrong. The plan is on the disk
 * after every file.
 * @param place where a whole file goes, by its path
 * @returns the plan with sizes and hashes of all its files
 * @throws LavidaError download.*, output.*; AbortError when paused or cancelled
 */
export async function fetchFiles(
  start: DownloadPlan,
  entry: CatalogueEntry,
  place: (path: string) => string,
  around: DownloadSurroundings,
): Promise<DownloadPlan> {
  const { store, http, mirror, limits, job } = around;
  const { source } = entry;
  if (source.kind === 'built-in')
    throw new LavidaError('store.exists', `${entry.name} comes with the program.`);
  let plan = start;
  if (plan.files === null) {
    job.enter('listing');
    const listing = await withRetries(
      limits,
      job,
      () => listFiles(entry, mirror, http, job.signal),
      () => 0,
    );
    const files = listing.files.map((file) => ({ ...file, here: false }));
    files.sort((a, b) => (a.bytes ?? Infinity) - (b.bytes ?? Infinity));
    plan = { ...plan, revision: listing.revision, files };
    await savePlan(store, plan);
  }
  const files = plan.files ?? [];
  const paths = staging(store, plan.id);
  const arrived = files.map(({ here, bytes }) => (here ? (bytes ?? 0) : 0));
  for (const [i, file] of files.entries()) if (!file.here) arrived[i] = await lengthOf(paths.part(file.path));
  const lengths = files.map(({ bytes }) => bytes);
  const have = () => arrived.reduce((sum, bytes) => sum + bytes, 0);
  const known = () => lengths.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const total = () => (lengths.includes(null) ? null : known());
  const wanted = known() - have() + known() * convertedShare[plan.precision];
  await needRoom(paths.folder, Math.max(0, wanted), limits.reserveBytes);
  job.enter('downloading');
  job.advance('', have(), total());
  const room = watchRoom(paths.folder, limits.reserveBytes);
  for (const [i, file] of files.entries()) {
    if (file.here) continue;
    const target = place(file.path);
    const url = fileAddress(source, mirror, plan.revision, file.path);
    const asked = { url, path: file.path, bytes: file.bytes, sha256: file.sha256 };
    const attempt = () =>
      fetchFile(
        http,
        asked,
        { part: paths.part(file.path), target },
        {
          signal: job.signal,
          room,
          progress: (bytes, length) => {
            arrived[i] = bytes;
            lengths[i] ??= length;
            job.advance(file.path, have(), total());
          },
        },
      );
    const got = await withRetries(limits, job, attempt, () => arrived[i] ?? 0);
    arrived[i] = got.bytes;
    lengths[i] = got.bytes;
    files[i] = { path: file.path, ...got, here: true };
    plan = { ...plan, files: [...files] };
    await savePlan(store, plan);
  }
  return plan;
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Tries again what may pass: after longer and longer pauses, counting anew whenever bytes came. */
async function withRetries<T>(
  limits: RetryLimits,
  job: Job,
  attempt: () => Promise<T>,
  have: () => number,
): Promise<T> {
  let failures = 0;
  let restarts = 0;
  for (;;) {
    const before = have();
    try {
      return await attempt();
    } catch (error) {
      job.signal.throwIfAborted();
      if (have() > before) failures = 0;
      failures++;
      const pause = pauseAfter(error, failures, restarts, limits);
      if (pause === null) throw error;
      if (error instanceof UselessBytesError) restarts++;
      job.wait(new Date(Date.now() + pause), error);
      await sleep(pause, undefined, { signal: job.signal });
      job.set({ state: 'running', retryAt: null, error: null });
    }
  }
}

/** Milliseconds until the next attempt, or null when there is no use in one. */
function pauseAfter(error: unknown, failures: number, restarts: number, limits: RetryLimits): number | null {
  if (!(error instanceof LavidaError)) return null;
  if (error instanceof UselessBytesError) return restarts === 0 ? 0 : null;
  if (error.code !== 'download.network' && error.code !== 'download.busy') return null;
  if (failures >= limits.failures) return null;
  const own = Math.min(limits.longestPauseMs, limits.pauseMs * 2 ** (failures - 1));
  const asked = error instanceof BusyError ? (error.afterMs ?? 0) : 0;
  return asked > limits.patienceMs ? null : Math.max(own, asked);
}

/** Puts a folder in its place in the store. @throws LavidaError store.exists, output.* */
export async function installFolder(from: string, to: string): Promise<void> {
  const isTaken = await stat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) throw new LavidaError('store.exists', `There is already something at ${to}.`);
  await makeFolder(dirname(to));
  await moveSafely(from, to);
}

/** Where a plan's files go: into the installed model it mends, or into staging. */
export function placer(
  store: string,
  plan: DownloadPlan,
  directory: string | null,
): (path: string) => string {
  const base = plan.repairs && directory !== null ? directory : staging(store, plan.id).files;
  return (path) => join(base, path);
}
