import { create } from 'zustand';
import type { Reply } from '../../../electron/contract/index.ts';
import type { PictureSource } from '../../../electron/contract/request.ts';
import { studio } from '../../api/index.ts';

/** The picture on the canvas that masks, boxes, edits and questions are about. */
export interface CanvasPicture {
  id: string;
  /** A finished run, a picture brought in, or an empty page to lay boxes out on. */
  kind: 'run' | 'import' | 'blank';
  name: string;
  /** Loads in an `img`; empty for a blank page. */
  url: string;
  width: number;
  height: number;
}

/** Null while nothing, or a picture still in the making, is on show. */
export const useCanvasPicture = create<{ picture: CanvasPicture | null }>(() => ({ picture: null }));

interface OpenPicture {
  picture: CanvasPicture;
  source: PictureSource;
}

/** Opened pictures with their bytes, the latest last. */
const open = new Map<string, OpenPicture>();
const openAtMost = 12;

export function currentPicture(): CanvasPicture | null {
  return useCanvasPicture.getState().picture;
}

/** Puts a picture on the canvas; its mask and boxes come with it. */
export function setCurrentPicture(picture: CanvasPicture | null): void {
  if (picture?.id === currentPicture()?.id) return;
  useCanvasPicture.setState({ picture });
  if (picture && picture.kind !== 'blank' && !open.has(picture.id)) void openAgain(picture.id);
}

/** An undo may bring back a picture that was closed since: its address loads nothing any more. */
async function openAgain(id: string): Promise<void> {
  const reply = await openPicture(id);
  if (reply.ok && currentPicture()?.id === id) useCanvasPicture.setState({ picture: reply.value.picture });
}

/** Called with the picture that is now on the canvas; returns the function that stops it. */
export function onPictureChanged(listener: (picture: CanvasPicture | null) => void): () => void {
  return useCanvasPicture.subscribe((now, before) => {
    if (now.picture !== before.picture) listener(now.picture);
  });
}

/** An empty page in the size of a picture to come. */
export function blankPicture(width: number, height: number): CanvasPicture {
  return { id: `blank-${String(width)}x${String(height)}`, kind: 'blank', name: '', url: '', width, height };
}

/** Reads a picture of the library, a finished run's or one brought in, without showing it. */
export async function readLibraryPicture(id: string): Promise<Reply<CanvasPicture>> {
  const reply = await openPicture(id);
  return reply.ok ? { ok: true, value: reply.value.picture } : reply;
}

/** Puts a picture of the library on the canvas. */
export async function showLibraryPicture(id: string): Promise<Reply<CanvasPicture>> {
  const reply = await readLibraryPicture(id);
  if (reply.ok) setCurrentPicture(reply.value);
  return reply;
}

/** A picture as a request carries it: name, hash and the bytes of its file. */
export async function pictureSourceOf({ id }: Pick<CanvasPicture, 'id'>): Promise<Reply<PictureSource>> {
  const reply = await openPicture(id);
  return reply.ok ? { ok: true, value: reply.value.source } : reply;
}

/** The hash of an opened picture's file. */
export function knownHash(id: string): string | null {
  return open.get(id)?.source.sha256 ?? null;
}

async function openPicture(id: string): Promise<Reply<OpenPicture>> {
  const known = open.get(id);
  if (known) {
    open.delete(id);
    open.set(id, known);
    return { ok: true, value: known };
  }
  const reply = await studio.invoke('picture.read', { id });
  if (!reply.ok) return reply;
  const { name, mediaType, width, height, sha256, bytes } = reply.value;
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: mediaType }));
  const kind = id.startsWith('in-') ? 'import' : 'run';
  const opened: OpenPicture = {
    picture: { id, kind, name, url, width, height },
    source: { name, sha256, bytes },
  };
  open.set(id, opened);
  for (const [oldest, { picture }] of open) {
    if (open.size <= openAtMost) break;
    if (oldest === currentPicture()?.id || oldest === id) continue;
    open.delete(oldest);
    URL.revokeObjectURL(picture.url);
  }
  return { ok: true, value: opened };
}
