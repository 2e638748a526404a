import { stat } from 'node:fs/promises';
import { discardFolder } from '../library/safe-file.ts';
import { readPlan, staging } from './download-plan.ts';
import { takeLock } from './lock.ts';

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what a killed import or conversion left; a download is never among it. */
export async function clearAway(store: string, id: string): Promise<void> {
  if (await readPlan(store, id)) return;
  const { lock, folder } = staging(store, id);
  const release = await takeLock(lock, id).catch(() => null);
  if (!release) return;
  await discardFolder(folder);
  await release();
}

/** A folder for work that left nothing to go on with is not kept. */
export async function tidyStaging(store: string, id: string): Promise<void> {
  const { plan, files, folder } = staging(store, id);
  if (!(await isThere(plan)) && !(await isThere(files))) await discardFolder(folder);
}
