import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { licenceHash, type CatalogueEntry } from '../../../native/store/catalogue.ts';
import { ModelStore, type ModelStoreOptions } from '../../../native/store/model-store.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { ModelServer } from '../../support/model-server.ts';
import { entryFor, servedNano, type EntryWishes } from './served-model.ts';

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

/** How long something may take on a busy machine. */
export const soon = { timeout: 60_000, interval: 10 };

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
