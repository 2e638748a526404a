import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import { indexFile } from '../tensor/shard-files.ts';

/** Files larger than this are weights or pictures, not what a model needs beside them. */
const largestCompanion = 64 * 2 ** 20;
const companion = /\.(json|txt|md|model|tiktoken|jinja|pdf)$|^(LICEN[CS]E|NOTICE)/iu;

/** Copies what belongs to a model besides its weights and config.json: tokenizer, licence, model card, VQ config. */
export async function copyCompanions(source: string, out: string): Promise<void> {
  for (const folder of ['', 'vqvae']) {
    const names = await readdir(join(source, folder)).catch(() => []);
    for (const name of names) {
      if (!companion.test(name) || (folder === '' && (name === 'config.json' || name === indexFile))) continue;
      if (name.endsWith('.safetensors.index.json')) continue;
      const found = await stat(join(source, folder, name));
      if (!found.isFile() || found.size > largestCompanion) continue;
      await makeFolder(join(out, folder));
      await writeFileSafely(join(out, folder, name), await readFile(join(source, folder, name)));
    }
  }
}
