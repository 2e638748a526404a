import { open } from 'node:fs/promises';
import { z } from 'zod';
import { ZipFile } from 'yazl';
import type { PictureFile } from '../library/picture-store.ts';
import type { OpenedProject, ProjectContent } from '../../electron/contract/project.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { findMetadata } from '../library/picture-metadata.ts';
import { readPngHead } from '../library/png.ts';
import { parseJson } from '../parse-json.ts';
import { limits } from './limits.ts';
import { migrate, projectFormat, projectVersion, type CanvasFile, type RawParts } from './migrate.ts';
import { ZipReader } from './zip-reader.ts';

const endings = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;
/** Zip has no time zone and no need of one here: the same project gives the same bytes. */
const noTime = new Date(1980, 0, 1);

/** Begins the ids of empty pages, which hold boxes and no picture. */
const blankPage = 'blank-';

/** The pictures of the studio, as projects need them. */
export interface ProjectLibrary {
  /** A run's picture or one brought in. @throws LavidaError run.unknown */
  read(id: string): Promise<PictureFile>;
  /** Brings a picture in; one that is there already stays single. @returns its id */
  add(name: string, bytes: Uint8Array): Promise<string>;
  /** Brings a run's picture in under its id, or finds it. @returns its id, and whether it is new */
  addResult(id: string, bytes: Uint8Array): Promise<{ id: string; isNew: boolean }>;
}

/**
 * A picture of the library; null when it is there no more, or damaged. One that cannot be read now must not be left out:
 * the project that is saved may replace one that holds it.
 * @throws LavidaError file.unreadable, output.gone
 */
async function readIfThere(library: ProjectLibrary, id: string): Promise<PictureFile | null> {
  try {
    return await library.read(id);
  } catch (error) {
    const { code } = toStudioError(error);
    if (code === 'run.unknown' || code === 'file.invalid') return null;
    throw error;
  }
}

/**
 * A project as a zip file (docs/project-format.md). Pictures that are in the library no more are left out.
 * @returns the bytes, in pieces
 * @throws LavidaError file.unreadable, output.gone; request.invalid for more than `unpackProject` would read again
 */
export async function packProject(
  content: ProjectContent,
  library: ProjectLibrary,
  createdBy: string,
): Promise<AsyncIterable<Uint8Array>> {
  const zip = new ZipFile();
  let total = 0;
  const count = (name: string, bytes: number, most: number): void => {
    total += bytes;
    if (bytes > most || total > limits.file)
      throw new LavidaError('request.invalid', 'This is more than a project file may hold.', name);
  };
  const json = (name: string, value: unknown): void => {
    const bytes = Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
    count(name, bytes.length, limits.json);
    zip.addBuffer(bytes, name, { mtime: noTime });
  };
  const stored = (name: string, bytes: Uint8Array): void => {
    count(name, bytes.length, limits.entry);
    zip.addBuffer(Buffer.from(bytes), name, { mtime: noTime, compress: false });
  };
  json('manifest.json', { format: projectFormat, version: projectVersion, createdBy });
  json('document.json', content.document);
  const results = new Set(content.results);
  const canvas: CanvasFile = { current: null, pictures: [], snapshots: [] };
  const files = new Set<string>();
  for (const { id, boxes, mask } of content.canvas.pictures) {
    if (id.startsWith(blankPage)) {
      canvas.pictures.push({ id, file: null, name: '', boxes, mask: null });
      if (content.canvas.current === id) canvas.current = id;
      continue;
    }
    const picture = await readIfThere(library, id);
    if (!picture) continue;
    const isRun = !id.startsWith('in-');
    if (isRun) results.add(id);
    const file = isRun ? null : `pictures/${picture.sha256}.${endings[picture.mediaType]}`;
    if (file !== null && !files.has(file)) stored(file, picture.bytes);
    if (file !== null) files.add(file);
    const maskFile = mask ? `masks/${id}.png` : null;
    if (mask && maskFile !== null) stored(maskFile, mask);
    canvas.pictures.push({ id, file, name: picture.name, boxes, mask: maskFile });
    if (content.canvas.current === id) canvas.current = id;
  }
  const kept = new Set(canvas.pictures.map(({ id }) => id));
  for (const snapshot of content.canvas.snapshots) {
    // A picture that is in the library no more could not come back to the canvas either.
    if (!kept.has(snapshot.picture) || canvas.snapshots.some(({ id }) => id === snapshot.id)) continue;
    const mask = snapshot.mask ? `masks/${snapshot.id}.png` : null;
    if (snapshot.mask && mask !== null) stored(mask, snapshot.mask);
    for (const id of snapshot.staged) results.add(id);
    canvas.snapshots.push({ ...snapshot, mask });
  }
  json('canvas.json', canvas);
  for (const id of results) {
    const picture = await readIfThere(library, id);
    if (!picture) continue;
    stored(`results/${id}.png`, picture.bytes);
    const request = findMetadata(readPngHead(picture.bytes, picture.name).texts)?.request;
    // For people and other programs; the studio itself reads the picture.
    if (request) json(`requests/${id}.json`, request);
  }
  zip.end();
  return zip.outputStream as AsyncIterable<Uint8Array>;
}

const manifestSchema = z.object({ format: z.literal(projectFormat), version: z.int() });
const documentSchema = z.looseObject({ version: z.int(), create: z.unknown() });

/**
 * Reads a project of any known version and brings its pictures into the library. Damaged pictures cost themselves only.
 *
 * @param source path or bytes of the file
 * @param name what errors call it
 * @throws LavidaError file.missing, file.invalid
 */
export async function unpackProject(
  source: string | Uint8Array,
  name: string,
  library: ProjectLibrary,
): Promise<Omit<OpenedProject, 'project'>> {
  const plain = await readPlainDocument(source, name);
  if (plain) {
    const { document } = migrate(plain, name);
    return {
      content: { document, canvas: { current: null, pictures: [], snapshots: [] }, results: [] },
      added: 0,
      damaged: [],
    };
  }
  const zip = await ZipReader.open(source, name);
  try {
    const manifest = manifestSchema.safeParse(await zip.readJson('manifest.json'));
    if (!manifest.success) throw new LavidaError('file.invalid', `${name} is not a project file.`);
    const parts = migrate(
      {
        version: manifest.data.version,
        document: await zip.readJson('document.json'),
        canvas: zip.has('canvas.json') ? await zip.readJson('canvas.json').catch(() => null) : null,
      },
      name,
    );
    return await bringIn(zip, parts, library);
  } finally {
    zip.close();
  }
}

async function bringIn(
  zip: ZipReader,
  { document, canvas }: ReturnType<typeof migrate>,
  library: ProjectLibrary,
): Promise<Omit<OpenedProject, 'project'>> {
  const damaged: string[] = [];
  const attempt = async <T>(part: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      // A library that cannot be written is no fault of the file.
      if (error instanceof LavidaError && error.code.startsWith('output.')) throw error;
      damaged.push(part);
      return null;
    }
  };
  let added = 0;
  const ids = new Map<string, string>();
  const results: string[] = [];
  for (const part of zip.names('results/')) {
    const former = part.slice('results/'.length).replace(/\.png$/u, '');
    const found = await attempt(part, async () => library.addResult(former, await zip.read(part)));
    if (!found) continue;
    ids.set(former, found.id);
    results.push(found.id);
    if (found.isNew) added += 1;
  }
  const pictures: ProjectContent['canvas']['pictures'] = [];
  for (const { id: former, file, name, boxes, mask } of canvas.pictures) {
    let id = former.startsWith(blankPage) ? former : (ids.get(former) ?? null);
    if (file !== null) id = await attempt(file, async () => library.add(name, await zip.read(file)));
    if (id === null) continue;
    ids.set(former, id);
    const bytes = mask === null ? null : await attempt(mask, () => zip.read(mask));
    pictures.push({ id, boxes, mask: bytes });
  }
  const snapshots: ProjectContent['canvas']['snapshots'] = [];
  for (const { picture: former, mask, staged, shown, ...snapshot } of canvas.snapshots) {
    const picture = ids.get(former);
    if (picture === undefined) continue;
    snapshots.push({
      ...snapshot,
      picture,
      mask: mask === null ? null : await attempt(mask, () => zip.read(mask)),
      staged: staged.flatMap((id) => ids.get(id) ?? []),
      shown: (shown !== null && ids.get(shown)) || null,
    });
  }
  const current = canvas.current === null ? null : (ids.get(canvas.current) ?? null);
  return { content: { document, canvas: { current, pictures, snapshots }, results }, added, damaged };
}

/** A file of version 1, which was the document itself; null when it is none. */
async function readPlainDocument(source: string | Uint8Array, name: string): Promise<RawParts | null> {
  const head = typeof source === 'string' ? await readHead(source, name) : source.subarray(0, 1);
  if (head[0] !== 0x7b) return null;
  const bytes = typeof source === 'string' ? await readAll(source, name) : source;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { version: 1, document: documentSchema.parse(parseJson(text)), canvas: null };
  } catch (error) {
    throw new LavidaError('file.invalid', `${name} is not a project file.`, (error as Error).message);
  }
}

async function readHead(path: string, name: string): Promise<Uint8Array> {
  const file = await openFile(path, name);
  try {
    const { size } = await file.stat();
    if (size > limits.file) throw new LavidaError('file.invalid', `${name} is too large for a project.`);
    const { buffer, bytesRead } = await file.read(new Uint8Array(1), 0, 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readAll(path: string, name: string): Promise<Uint8Array> {
  const file = await openFile(path, name);
  try {
    const { size } = await file.stat();
    if (size > limits.json) throw new LavidaError('file.invalid', `${name} is too large for a document.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function openFile(path: string, name: string): ReturnType<typeof open> {
  return open(path, 'r').catch((error: unknown) => {
    throw new LavidaError('file.missing', `${name} cannot be read.`, (error as Error).message);
  });
}
