import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventName, EventPayload } from '../../electron/contract/index.ts';
import type { GalleryItem, GalleryQuery, GalleryState, Lineage } from '../../electron/contract/gallery.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import type { OutputFolder } from '../library/output-folder.ts';
import { makeFolder } from '../library/safe-file.ts';
import { Bin, type SystemBin } from './bin.ts';
import { Boards } from './boards.ts';
import { exportZip } from './export.ts';
import { readEntry, stateOf } from './folder-scan.ts';
import { FolderSync } from './folder-sync.ts';
import { GalleryIndex } from './gallery-index.ts';
import { fileHash, importPicture, type ImportedFile } from './import.ts';
import { boardCounts, hourCounts, idOfHash, readItems, tagCounts } from './items.ts';
import { lineageOf } from './lineage.ts';
import { marksEnding, readMarks, writeMarks, type MarksFile } from './marks.ts';
import { pictureFile } from './picture-row.ts';

export interface GalleryOptions {
  folder: OutputFolder;
  /** Answers and boxes beside pictures. */
  notes: string;
  /** Where the index is kept; it can be thrown away. */
  indexFile: string;
  systemBin: SystemBin | null;
  /** Shows a file in the system's file manager. */
  reveal: ((path: string) => void) | null;
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void;
}

/**
 * The gallery of an output folder. Pictures, marks and boards are files; the index over them is derived and follows
 * them, whoever changes them. Every change is on the disk before it is told.
 */
export class Gallery {
  readonly boards: Boards;
  readonly bin: Bin;
  readonly #options: GalleryOptions;
  readonly #index: GalleryIndex;
  readonly #sync: FolderSync;
  #marking: Promise<unknown> = Promise.resolve();

  constructor(options: GalleryOptions) {
    this.#options = options;
    const { folder, notes, indexFile } = options;
    const outputs = folder.path;
    this.boards = new Boards(outputs);
    this.bin = new Bin(outputs);
    this.#index = new GalleryIndex(indexFile, outputs, () => {
      this.#refill();
    });
    this.#sync = new FolderSync({
      outputs,
      notes,
      index: this.#index,
      onLook: () => this.#readBoards(),
      onChange: () => this.#changed(),
    });
  }

  /** Brings the index up to date and follows the folder from then on. */
  async open(): Promise<void> {
    const { folder, notes, systemBin } = this.#options;
    await folder.prepare().catch(() => undefined);
    await makeFolder(notes).catch(() => undefined);
    await this.bin.repair();
    this.#sync.start();
    await this.#sync.now();
    if (systemBin) await this.bin.emptyOld(systemBin).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#sync.close(), this.#marking, this.boards.idle()]);
    this.#index.close();
  }

  /** Resolves when the index holds what the files say. */
  refresh(): Promise<void> {
    return this.#sync.now();
  }

  async state(): Promise<GalleryState> {
    const counts = boardCounts(this.#index);
    const boards = await this.boards.list();
    return {
      boards: boards.map(({ id, name }) => ({ id, name, count: counts.get(id) ?? 0 })),
      tags: tagCounts(this.#index),
      counts: { ...this.#index.counts(), bin: await this.bin.count() },
      hours: hourCounts(this.#index),
      indexing: this.#sync.indexing,
      canReveal: this.#options.reveal !== null,
      hasSystemBin: this.#options.systemBin !== null,
    };
  }

  query(query: GalleryQuery): string[] {
    return this.#index.query(query);
  }

  items(ids: readonly string[]): GalleryItem[] {
    return readItems(this.#index, ids);
  }

  /** One picture. @throws LavidaError run.unknown */
  item(id: string): GalleryItem {
    const [item] = this.items([id]);
    if (!item) throw new LavidaError('run.unknown', `There is no picture ${id}.`);
    return item;
  }

  lineage(id: string): Lineage {
    this.item(id);
    return lineageOf(this.#index, id);
  }

  /** What could not be read, and why: pictures, or the whole folder. */
  async problems(): Promise<{ file: string; error: StudioError }[]> {
    const { folder } = this.#options;
    if (!(await folder.isThere())) return [{ file: folder.path, error: toStudioError(folder.gone()) }];
    const rows = this.#index.all('SELECT file, error FROM pictures WHERE error IS NOT NULL ORDER BY id');
    return rows.map((row) => ({
      file: join(folder.path, String(row['file'])),
      error: asLeft(JSON.parse(String(row['error'])) as StudioError),
    }));
  }

  /** Where the file of a picture lies. @throws LavidaError run.unknown */
  path(id: string): string {
    return join(this.#outputs, this.item(id).file);
  }

  /** Changes the marks of pictures, one after another. */
  mark(ids: readonly string[], change: (marks: MarksFile) => MarksFile): Promise<void> {
    const work = this.#marking.then(async () => {
      const outputs = this.#outputs;
      const written: { id: string; marks: MarksFile; marked: number }[] = [];
      try {
        for (const { id } of this.items(ids)) {
          const before = await readMarks(outputs, id);
          const marks = change(before);
          await writeMarks(outputs, id, marks);
          const found = await stat(join(outputs, id + marksEnding)).catch(() => null);
          written.push({ id, marks, marked: found?.mtimeMs ?? 0 });
        }
      } finally {
        this.#index.setMarks(written);
        this.#changed();
      }
    });
    this.#marking = work.catch(() => undefined);
    return work;
  }

  /** Changes the boards and tells. */
  async board<T>(change: (boards: Boards) => Promise<T>): Promise<T> {
    const result = await change(this.boards);
    await this.#readBoards();
    this.#changed();
    return result;
  }

  /** Puts pictures into the bin. @returns those that are there now */
  async delete(ids: readonly string[]): Promise<string[]> {
    const files = await this.#filesById();
    const boards = await this.boards.list();
    const deletedAt = new Date().toISOString();
    const done: string[] = [];
    try {
      for (const { id, title, width, height } of this.items(ids)) {
        const places = boards.flatMap(({ id: board, pictures }) => {
          const at = pictures.indexOf(id);
          return at < 0 ? [] : [{ board, before: pictures[at + 1] ?? null }];
        });
        await this.bin.put(id, files.get(id) ?? [], { deletedAt, title, width, height, boards: places });
        done.push(id);
      }
    } finally {
      this.#index.remove(done);
      for (const { id, pictures } of boards)
        if (pictures.some((picture) => done.includes(picture))) await this.boards.remove(id, done);
      await this.#readBoards();
      this.#changed();
    }
    return done;
  }

  /** Takes pictures out of the bin, back to where they stood. */
  async restore(ids: readonly string[]): Promise<string[]> {
    const done: string[] = [];
    const places: { id: string; board: string; before: string | null }[] = [];
    try {
      for (const id of ids) {
        const record = await this.bin.restore(id);
        if (!record) continue;
        done.push(id);
        places.push(...record.boards.map((place) => ({ id, ...place })));
      }
    } finally {
      await this.#putOnBoards(places);
      await this.#readBoards();
      await this.#sync.now();
      this.#changed();
    }
    return done;
  }

  /** Neighbours that were deleted together come back one before the other, the last one first. */
  async #putOnBoards(places: { id: string; board: string; before: string | null }[]): Promise<void> {
    let waiting = places;
    while (waiting.length > 0) {
      const boards = new Map((await this.boards.list()).map((board) => [board.id, board.pictures]));
      const known = waiting.filter(({ board }) => boards.has(board));
      const next =
        known.find(({ board, before }) => before === null || boards.get(board)?.includes(before)) ?? known[0];
      if (!next) return;
      const { id, board, before } = next;
      await this.boards.add(board, [id]);
      if (before !== null) await this.boards.move(board, [id], before);
      waiting = known.filter((place) => place !== next);
    }
  }

  /** Hands pictures of the bin over to the system's bin. @throws LavidaError request.invalid where there is none */
  async empty(ids: readonly string[]): Promise<string[]> {
    const { systemBin } = this.#options;
    if (!systemBin)
      throw new LavidaError('request.invalid', 'There is no system bin that can be reached from here.');
    try {
      return await this.bin.empty(ids, systemBin);
    } finally {
      this.#changed();
    }
  }

  /** Copies a picture into the gallery unless it is there already. */
  async import(file: ImportedFile): Promise<{ id: string; isNew: boolean }> {
    const known = idOfHash(this.#index, fileHash(file.bytes));
    if (known !== null) return { id: known, isNew: false };
    const name = await importPicture(this.#outputs, file);
    await this.enter(name);
    return { id: pictureFile(name)?.id ?? '', isNew: true };
  }

  /** Reads one file of the folder that was just written. */
  async enter(name: string): Promise<void> {
    const outputs = this.#outputs;
    const state = await stateOf(outputs, name);
    if (!state) return;
    this.#index.put([await readEntry(outputs, state)]);
    this.#changed();
  }

  export(ids: readonly string[]): Promise<Uint8Array> {
    return exportZip(this.#outputs, this.items(ids));
  }

  reveal(id: string): { path: string; revealed: boolean } {
    const path = this.path(id);
    this.#options.reveal?.(path);
    return { path, revealed: this.#options.reveal !== null };
  }

  get #outputs(): string {
    return this.#options.folder.path;
  }

  #changed(): void {
    this.#options.emit('gallery.changed', { indexing: this.#sync.indexing });
  }

  #refill(): void {
    void this.#sync.now();
  }

  async #readBoards(): Promise<void> {
    this.#index.setBoards(await this.boards.list());
  }

  /** Names of all files of each picture: itself, its trace, its marks, pictures of its rounds. */
  async #filesById(): Promise<Map<string, string[]>> {
    const byId = new Map<string, string[]>();
    for (const name of await readdir(this.#outputs)) {
      const id = name.split('.', 1)[0] ?? '';
      if (id !== '') byId.set(id, [...(byId.get(id) ?? []), name]);
    }
    return byId;
  }
}

/** A damaged picture is no file to choose another for: it is the user's, and stays. */
function asLeft(error: StudioError): StudioError {
  if (error.code !== 'file.invalid') return error;
  return toStudioError(new LavidaError('file.damaged', error.message, error.cause));
}
