import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nanoDirectory } from './cli.ts';

const configSchema = z.looseObject({ lavida_studio: z.looseObject({ image_size: z.int() }) });

/** Side of the pictures that the bundle in the tree makes, in pixels: tests ask it, because its size may change. */
export async function nanoImageSize(): Promise<number> {
  const config: unknown = JSON.parse(await readFile(join(nanoDirectory, 'config.json'), 'utf8'));
  return configSchema.parse(config).lavida_studio.image_size;
}
