import { Zip, ZipPassThrough } from 'fflate';
import type { SaveFormat } from '../../state/session.ts';
import { encodePicture, fileNameIn, readPicture } from './encode.ts';
import type { Savable } from './store.ts';

export interface ZippedPictures {
  zip: Blob;
  /** Pictures inside. */
  saved: number;
  /** Names of files that could not be read, or not be written in the format. */
  failed: readonly string[];
}

/**
 * Pictures in another form, each a file of one zip; one after another, so that a thousand take no more memory than their
 * files. A picture that fails costs itself only.
 * @returns null when it was stopped
 */
export async function zipPictures(
  pictures: readonly Savable[],
  form: { format: SaveFormat; quality: number },
  { signal, onDone }: { signal: AbortSignal; onDone: (done: number) => void },
): Promise<ZippedPictures | null> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  // The pieces are made anew for each call, so that they may be kept.
  const zip = new Zip((_error, piece) => parts.push(piece.slice()));
  const names = new Set<string>();
  const failed: string[] = [];
  for (const [i, { name, read }] of pictures.entries()) {
    const bytes = await read()
      .then((file) => encoded(file, form))
      .catch(() => null);
    if (signal.aborted) return null;
    if (bytes) {
      const entry = new ZipPassThrough(freeName(fileNameIn(form.format, name), names));
      zip.add(entry);
      entry.push(bytes, true);
    } else failed.push(name);
    onDone(i + 1);
  }
  zip.end();
  return { zip: new Blob(parts, { type: 'application/zip' }), saved: names.size, failed };
}

async function encoded(
  file: Blob,
  { format, quality }: { format: SaveFormat; quality: number },
): Promise<Uint8Array> {
  const picture = await readPicture(file);
  try {
    return new Uint8Array(await (await encodePicture(picture, format, quality)).arrayBuffer());
  } finally {
    picture.bitmap.close();
  }
}

/** The name, with a number where another file has it already. */
function freeName(name: string, taken: Set<string>): string {
  const [, stem = name, ending = ''] = /^(.*)(\.\w+)$/u.exec(name) ?? [];
  let free = name;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${stem} (${String(n)})${ending}`;
  taken.add(free.toLowerCase());
  return free;
}
