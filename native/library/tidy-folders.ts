import { join } from 'node:path';
import type { StudioPaths } from './paths.ts';
import { removeLeftovers } from './safe-file.ts';

/** Removes what interrupted writes left in every folder the studio writes into by itself. */
export async function tidyFolders(paths: StudioPaths): Promise<void> {
  const { data, outputs, sources, notes, pictures, projects, wildcards, cache } = paths;
  const thumbnails = join(cache, 'thumbnails');
  for (const folder of [data, outputs, sources, notes, pictures, projects, wildcards, cache, thumbnails])
    await removeLeftovers(folder);
}
