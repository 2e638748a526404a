import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { licenceHash, type CatalogueEntry } from '../../../native/store/catalogue.ts';
import { ModelStore, type ModelStoreOptions } from '../../../native/store/model-store.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { ModelServer } from '../../support/model-server.ts';

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

export interface StoreWorld {
  data: string;
  server: ModelServer;
  files: Map<string, Buffer>;
  entry: CatalogueEntry;
  /** Hash of the licence as it would be shown. */
  licence: string;
  address: (path: string) => string;
  open: (options?: Partial<ModelStoreOptions>) => Promise<ModelStore>;
  /** Gives the user another catalogue. */
  offer: (entry: CatalogueEntry) => Promise<void>;
}

/** A user with an empty data folder and a catalogue whose one model lies on a server of this machine. */
export async function storeWorld(wishes: EntryWishes = {}): Promise<StoreWorld> {
  const data = await mkdtemp(join(tmpdir(), 'lavida-store-'));
  const server = await ModelServer.start();
  const files = await servedNano();
  const address = (path: string) => `/models/served/${path}`;
  for (const [path, bytes] of files) server.put(address(path), bytes);
  const entry = entryFor(server.origin, files, wishes);
  const offer = async (offered: CatalogueEntry) => {
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'catalog.json'), JSON.stringify({ version: 1, models: [offered] }));
  };
  await offer(entry);
  const opened: ModelStore[] = [];
  onTestFinished(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await server.stop();
    await rm(data, { recursive: true, force: true });
  });
  return {
    data,
    server,
    files,
    entry,
    licence: licenceHash(entry.licence),
    address,
    offer,
    open: async (options = {}) => {
      const store = new ModelStore({
        data,
        settings: () => ({ modelFolder: '', mirror: '', proxy: '' }),
        builtIn: nanoDirectory,
        systemBin: null,
        limits: quick,
        ...options,
      });
      opened.push(store);
      await store.open();
      return store;
    },
  };
}

/** No pauses worth waiting for, and a disk that may be filled. */
export const quick = { pauseMs: 5, longestPauseMs: 20, stallMs: 1000, reserveBytes: 0 };

/** Every file below a folder by its path. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Compares every file of an installed model with what the server has, by hash. */
export async function isWhole(directory: string, files: ReadonlyMap<string, Buffer>): Promise<boolean> {
  for (const [path, bytes] of files) {
    const found = await readFile(join(directory, path)).catch(() => null);
    if (!found || sha256(found) !== sha256(bytes)) return false;
  }
  return true;
}
