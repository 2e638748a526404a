import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LavidaError } from '../errors.ts';
import { probeImage } from '../imaging/decode.ts';
import { findMetadata } from '../library/picture-metadata.ts';
import { readPngHead } from '../library/png.ts';
import { runIdAt, runIdTime } from '../library/run-ids.ts';
import { makeFolder, writeFileSafely } from '../library/safe-file.ts';
import { traceEnding } from './folder-scan.ts';
import { noMarks, writeMarks } from './marks.ts';

const endings = { png: 'png', jpeg: 'jpg', webp: 'webp' } as const;
/** Years whose times a run id can hold and sort. */
const earliest = Date.UTC(1000, 0);
const latest = Date.UTC(9999, 0);

export interface ImportedFile {
  name: string;
  modifiedAt: string;
  bytes: Uint8Array;
  trace?: Uint8Array | undefined;
}

/** The hash by which a picture file is known. */
export function fileHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Copies a picture file, byte for byte, into the output folder. A picture of the studio becomes a run with the id it had
 * if its name still says so; others keep their name in their marks.
 *
 * @returns the name of the new file
 * @throws LavidaError file.invalid, output.*
 */
export async function importPicture(folder: string, file: ImportedFile): Promise<string> {
  const { name, bytes, trace } = file;
  const { format, width, height } = probeImage(bytes, name);
  if (width === 0 || height === 0) throw new LavidaError('file.invalid', `${name} has no pixels.`);
  const isOurs = format === 'png' && findMetadata(readPngHead(bytes, name).texts) !== null;
  await makeFolder(folder);
  const ending = isOurs ? '.png' : `.imported.${endings[format]}`;
  const id = await freeId(folder, ending, file);
  // The picture last: until it is there, nothing of it shows.
  if (!isOurs) await writeMarks(folder, id, { ...noMarks, imported: { name } });
  else if (trace) await writeFileSafely(join(folder, id + traceEnding), trace);
  await writeFileSafely(join(folder, id + ending), bytes);
  return id + ending;
}

async function freeId(folder: string, ending: string, { name, modifiedAt }: ImportedFile): Promise<string> {
  const former = name.replace(/\.png$/iu, '');
  const time = Math.min(latest, Math.max(earliest, Date.parse(modifiedAt)));
  let id = runIdTime(former) ? former : runIdAt(time);
  while (await stat(join(folder, id + ending)).catch(() => null)) id = runIdAt(time);
  return id;
}
