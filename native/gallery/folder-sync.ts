import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GalleryState } from '../../electron/contract/gallery.ts';
import { readTextIfThere } from '../library/read-text.ts';
import { mapTogether, readEntry, scanFolder } from './folder-scan.ts';
import type { FileState, GalleryIndex } from './gallery-index.ts';
import { parseJson } from '../parse-json.ts';

/** Files entered in one transaction. */
const batch = 100;
/** Changes of a folder within this time are looked at together, milliseconds. */
const settleMs = 400;
/** How often a folder that is not there is looked for, milliseconds. */
const searchMs = 3000;

export interface FolderSyncOptions {
  outputs: string;
  /** Answers and boxes beside pictures, one file a picture named by its hash. */
  notes: string;
  index: GalleryIndex;
  /** Before every look. */
  onLook(): Promise<void>;
  /** Something in the index changed, or reading went on. */
  onChange(): void;
}

/** Keeps the index in step with the files: looks at the folder when asked and whenever the system says it changed. */
export class FolderSync {
  readonly #options: FolderSyncOptions;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #search: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #wasGone = false;
  indexing: GalleryState['indexing'] = null;

  constructor(options: FolderSyncOptions) {
    this.#options = options;
  }

  /** Starts to watch. A folder that cannot be watched is looked at when asked only. */
  start(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
    for (const folder of [this.#options.outputs, this.#options.notes]) {
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.soon();
        });
        watcher.on('error', () => {
          watcher.close();
        });
        this.#watchers.push(watcher);
      } catch {
        // No such folder yet, or no watches left.
      }
    }
  }

  /** Looks at the folder after things have settled. */
  soon(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.now();
    }, settleMs);
  }

  /** Looks at the folder; resolves when the index holds what the files say. */
  now(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#loop().finally(() => {
      this.#running = null;
      this.indexing = null;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#search);
    for (const watcher of this.#watchers) watcher.close();
    await this.#running;
  }

  async #loop(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#options.onLook();
        if (await this.#isGone()) break;
        await this.#syncPictures();
        await this.#syncAnswers();
      } catch (error) {
        // The index is derived: what could not be entered now is entered at the next look.
        console.error(error instanceof Error ? error.message : error);
      }
    } while (this.#mustGoOn());
  }

  #mustGoOn(): boolean {
    return this.#again && !this.#closed;
  }

  /**
   * Whether the pictures' folder cannot be read. What the index knows of it stays, for its disk may only be unplugged; it
   * is looked for until it is back.
   */
  async #isGone(): Promise<boolean> {
    const isThere = await readdir(this.#options.outputs).then(
      () => true,
      () => false,
    );
    clearTimeout(this.#search);
    if (!isThere && !this.#closed) {
      this.#search = setTimeout(() => {
        void this.now();
      }, searchMs);
      this.#search.unref();
      if (!this.#wasGone) this.#options.onChange();
    } else if (this.#wasGone && !this.#closed) {
      // The watchers were of the folder that went away.
      this.start();
      this.#options.onChange();
    }
    this.#wasGone = !isThere;
    return !isThere;
  }

  async #syncPictures(): Promise<void> {
    const { outputs, index, onChange } = this.#options;
    const present = await scanFolder(outputs);
    const known = index.files();
    const ids = new Set(present.map(({ id }) => id));
    const gone = [...known.keys()].filter((id) => !ids.has(id));
    if (gone.length > 0) {
      index.remove(gone);
      onChange();
    }
    const changed = present.filter((state) => !sameState(state, known.get(state.id)));
    for (let at = 0; at < changed.length && !this.#closed; at += batch) {
      if (changed.length > batch) this.indexing = { done: at, total: changed.length };
      const some = changed.slice(at, at + batch);
      index.put(await mapTogether(some, (state) => readEntry(outputs, state)));
      onChange();
    }
    this.indexing = null;
    if (changed.length > batch) onChange();
  }

  async #syncAnswers(): Promise<void> {
    const { notes, index, onChange } = this.#options;
    const names = await readdir(notes).catch(() => [] as string[]);
    const hashes = names.flatMap((name) => /^([0-9a-f]{64})\.json$/u.exec(name)?.[1] ?? []);
    const known = index.answers();
    let isChanged = false;
    for (const hash of hashes) {
      if (this.#closed) return;
      const path = join(notes, `${hash}.json`);
      const found = await stat(path).catch(() => null);
      if (!found || known.get(hash) === found.mtimeMs) continue;
      const text = answerWords((await readTextIfThere(path).catch(() => null)) ?? '');
      index.setAnswers(hash, { modified: found.mtimeMs, text });
      isChanged = true;
    }
    const present = new Set(hashes);
    for (const hash of known.keys()) {
      if (present.has(hash)) continue;
      index.setAnswers(hash, null);
      isChanged = true;
    }
    if (isChanged) onChange();
  }
}

function sameState(now: FileState, known: FileState | undefined): boolean {
  return (
    known?.file === now.file &&
    known.size === now.size &&
    known.modified === now.modified &&
    known.marked === now.marked &&
    known.traced === now.traced
  );
}

const wordsSchema = z.object({
  turns: z
    .array(z.object({ text: z.string(), request: z.object({ prompt: z.string().catch('') }) }))
    .catch([]),
  groundings: z.array(z.object({ request: z.object({ phrases: z.array(z.string()) }) })).catch([]),
  boxes: z.array(z.object({ label: z.string() })).catch([]),
});

/** Questions, answers, phrases and labels of a notes file. */
function answerWords(text: string): string {
  let kept: unknown;
  try {
    kept = parseJson(text);
  } catch {
    return '';
  }
  const parsed = wordsSchema.safeParse(kept);
  if (!parsed.success) return '';
  const { turns, groundings, boxes } = parsed.data;
  return [
    ...turns.flatMap((turn) => [turn.request.prompt, turn.text]),
    ...groundings.flatMap((grounding) => grounding.request.phrases),
    ...boxes.map((box) => box.label),
  ].join('\n');
}
