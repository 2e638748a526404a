import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueEntry } from '../../../native/store/catalogue.ts';
import { nanoDirectory } from '../../support/cli.ts';

/** Nano's own files as a server has them. */
export const servedFiles = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vqvae/config.json',
  'model.safetensors',
] as const;
export const weights = 'model.safetensors';

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function servedNano(): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const path of servedFiles) files.set(path, await readFile(join(nanoDirectory, path)));
  return files;
}

export interface EntryWishes {
  id?: string;
  /** Sizes and hashes are left out, to be learnt. */
  unknown?: boolean;
  noncommercial?: boolean;
}

/** A catalogue entry for nano's files at a server. */
export function entryFor(
  server: string,
  files: ReadonlyMap<string, Buffer>,
  wishes: EntryWishes = {},
): CatalogueEntry {
  return {
    id: wishes.id ?? 'served',
    name: 'Served',
    summary: { en: 'A model on a test server.', zh: '测试服务器上的模型。' },
    page: null,
    parameters: null,
    architecture: null,
    licence: {
      name: 'Test Licence',
      url: 'https://example.org/licence',
      noncommercial: wishes.noncommercial ?? true,
      text: { en: 'Only for tests.', zh: '仅供测试。' },
    },
    source: {
      kind: 'files',
      base: `${server}/models/served`,
      files: [...files].map(([path, bytes]) => ({
        path,
        bytes: wishes.unknown ? null : bytes.length,
        sha256: wishes.unknown ? null : sha256(bytes),
      })),
    },
    precisions: ['original', 'int8', 'int4', 'fp32'],
  };
}

/** Compares every file of an installed model with what the server has, by hash. */
export async function isWhole(directory: string, files: ReadonlyMap<string, Buffer>): Promise<boolean> {
  for (const [path, bytes] of files) {
    const found = await readFile(join(directory, path)).catch(() => null);
    if (!found || sha256(found) !== sha256(bytes)) return false;
  }
  return true;
}
