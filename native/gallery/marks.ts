import { join } from 'node:path';
import { z } from 'zod';
import { marksSchema, type Marks } from '../../electron/contract/gallery.ts';
import { readOrSetAside } from '../library/json-file.ts';
import { discard, writeFileSafely } from '../library/safe-file.ts';

export const marksEnding = '.marks.json';

/** The file beside a picture: what the user said of it, and what an imported file was called. */
const fileSchema = z.object({
  version: z.literal(1),
  starred: marksSchema.shape.starred.catch(false),
  tags: marksSchema.shape.tags.catch([]),
  note: marksSchema.shape.note.catch(''),
  imported: z.object({ name: z.string().max(500) }).optional(),
});
export type MarksFile = Omit<z.infer<typeof fileSchema>, 'version'>;

export const noMarks: MarksFile = { starred: false, tags: [], note: '' };

/**
 * Reads the marks of a picture; none when there is no file. A damaged file is set aside, never overwritten.
 * @throws LavidaError file.unreadable
 */
export async function readMarks(folder: string, id: string): Promise<MarksFile> {
  const kept = await readOrSetAside(join(folder, id + marksEnding), fileSchema);
  if (!kept) return noMarks;
  const { version: _version, ...marks } = kept;
  return marks;
}

/** Writes the marks of a picture; a picture without any has no file. @throws LavidaError output.* */
export async function writeMarks(folder: string, id: string, marks: MarksFile): Promise<void> {
  const path = join(folder, id + marksEnding);
  if (isEmpty(marks) && !marks.imported) {
    await discard(path);
    return;
  }
  await writeFileSafely(path, `${JSON.stringify({ version: 1, ...marks }, null, 2)}\n`);
}

function isEmpty({ starred, tags, note }: Marks): boolean {
  return !starred && tags.length === 0 && note === '';
}
