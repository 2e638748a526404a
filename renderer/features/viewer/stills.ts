import { useEffect, useMemo, useState } from 'react';
import { readLibraryPicture, useCanvasPicture, type CanvasPicture } from '../../canvas/selection-api.ts';
import { useSession } from '../../state/session.ts';
import { finalKey, newCanvas, pictures, type Picture } from '../playback/pictures.ts';
import { usePlayback } from '../playback/store.ts';

/** Decodes a picture of the library as the engine sees it: upright, transparent parts on white. */
async function decode({ url, width, height }: CanvasPicture): Promise<Picture> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const source = newCanvas(width, height);
  const context = source.getContext('2d');
  if (context) {
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
  }
  return { source, width, height };
}

/** A picture of the library, decoded; null until it is, and for an empty page. */
export function useStill(picture: CanvasPicture | null): Picture | null {
  const [decoded, setDecoded] = useState<{ id: string; still: Picture } | null>(null);
  const id = picture?.kind === 'blank' ? null : (picture?.id ?? null);
  useEffect(() => {
    if (!picture || id === null) return;
    const stop = new AbortController();
    const known = pictures.get(finalKey(id));
    const work = known ? Promise.resolve(known) : decode(picture);
    work.then(
      (still) => {
        if (!known) pictures.put(finalKey(id), still);
        if (!stop.signal.aborted) setDecoded({ id, still });
      },
      () => undefined,
    );
    return () => {
      stop.abort();
    };
  }, [picture, id]);
  return decoded !== null && decoded.id === id ? decoded.still : null;
}

/** A picture of the library by its id; null until it is read. */
function useLibraryPicture(id: string | null): CanvasPicture | null {
  const [read, setRead] = useState<CanvasPicture | null>(null);
  useEffect(() => {
    if (id === null) return;
    const stop = new AbortController();
    void readLibraryPicture(id).then((reply) => {
      if (reply.ok && !stop.signal.aborted) setRead(reply.value);
    });
    return () => {
      stop.abort();
    };
  }, [id]);
  return read?.id === id ? read : null;
}

/**
 * What the picture on show is compared with: the one a staged result lies over, the one it was made from, or else the one
 * that was on show before it.
 */
export function useBefore(): CanvasPicture | null {
  const picture = useCanvasPicture((state) => state.picture);
  const runId = usePlayback((state) => state.runId);
  const originId = useSession(({ origins }) => (runId === null ? undefined : origins[runId])) ?? null;
  const origin = useLibraryPicture(originId);
  const [seen, setSeen] = useState<{ now: CanvasPicture | null; before: CanvasPicture | null }>({
    now: picture,
    before: null,
  });
  if (picture && picture.id !== seen.now?.id) setSeen({ now: picture, before: seen.now });
  return useMemo(() => {
    if (originId !== null) return origin;
    return seen.before?.id === picture?.id ? null : seen.before;
  }, [originId, origin, picture, seen]);
}
