import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { modelIdSchema, storedPrecisions } from '../../electron/contract/models.ts';
import { studioErrorSchema } from '../../electron/contract/errors.ts';
import { parseJsonFile } from '../library/json-file.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import { catalogueFileSchema } from './catalogue.ts';

const folderName = '.incoming';

/** A download that is not finished: everything needed to go on after any end of the program. */
export const downloadPlanSchema = z.object({
  version: z.literal(1),
  id: modelIdSchema,
  /** Files of an installed model are mended; they are put in its place one by one. */
  repairs: z.boolean(),
  precision: z.enum(storedPrecisions),
  keepOriginal: z.boolean(),
  revision: z.string().nullable(),
  /** Null until the source has been asked. */
  files: z.array(catalogueFileSchema.extend({ here: z.boolean() })).nullable(),
  /** Why it stopped; null when the user paused it or the program ended. */
  error: studioErrorSchema.nullable(),
});
export type DownloadPlan = z.infer<typeof downloadPlanSchema>;

export interface StagingPaths {
  folder: string;
  plan: string;
  /** Whole files, in the layout of the model. */
  files: string;
  /** What a conversion writes. */
  converted: string;
  lock: string;
  part: (path: string) => string;
}

/** Where a download lies until it is a model: beside the models, so that the last step is a rename. */
export function staging(store: string, id: string): StagingPaths {
  const folder = join(store, folderName, id);
  return {
    folder,
    plan: join(folder, 'download.json'),
    files: join(folder, 'files'),
    converted: join(folder, 'converted'),
    lock: join(folder, 'lock'),
    part: (path) => join(folder, 'parts', `${path.replaceAll('/', '~')}.part`),
  };
}

export async function savePlan(store: string, plan: DownloadPlan): Promise<void> {
  const paths = staging(store, plan.id);
  await makeFolder(paths.folder);
  await writeFileSafely(paths.plan, JSON.stringify(plan));
}

/** Names under which something was begun. */
export async function begunIds(store: string): Promise<string[]> {
  const names = await readdir(join(store, folderName)).catch(() => [] as string[]);
  return names.filter((name) => modelIdSchema.safeParse(name).success);
}

export async function readPlan(store: string, id: string): Promise<DownloadPlan | null> {
  const text = await readTextIfThere(staging(store, id).plan).catch(() => null);
  const plan = text === null ? null : parseJsonFile(text, downloadPlanSchema);
  return plan?.id === id ? plan : null;
}

/** Downloads that were not finished. */
export async function readPlans(store: string): Promise<DownloadPlan[]> {
  const plans = await Promise.all((await begunIds(store)).map((id) => readPlan(store, id)));
  return plans.filter((plan) => plan !== null);
}
