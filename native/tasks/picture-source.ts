import { createHash } from 'node:crypto';
import type { RgbImage } from '../../electron/contract/events.ts';
import type { PictureSource } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { decodeImage } from '../imaging/decode.ts';
import type { Rgb } from '../imaging/canvas.ts';

/** SHA-256 of bytes, lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A picture file as a request carries it. */
export function pictureSource(name: string, bytes: Uint8Array): PictureSource {
  return { name, sha256: sha256(bytes), bytes };
}

/**
 * Decodes a request's picture, upright. The hash decides the result, so bytes of another file are refused.
 * @param background what lies under transparent parts; white when absent
 * @throws LavidaError file.missing without bytes, file.invalid for another file's bytes or no picture
 */
export function openPicture(source: PictureSource, background?: Rgb): RgbImage {
  const { name, bytes } = source;
  if (bytes === undefined) {
    throw new LavidaError(
      'file.missing',
      `The picture ${name} did not come with the request.`,
      `wanted: sha256 ${source.sha256}`,
    );
  }
  const found = sha256(bytes);
  if (found !== source.sha256) {
    throw new LavidaError(
      'file.invalid',
      `${name} is not the picture this request was made for.`,
      `sha256 ${found}, not ${source.sha256}`,
    );
  }
  return decodeImage(bytes, name, background ? { background } : {}).image;
}
