/** How a stored picture must be turned to stand upright: the EXIF tag of the same name, 1 = as stored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientationTag = 0x0112;
const shortType = 3;

/**
 * The orientation a TIFF block of EXIF data states; 1 when it states none, a wrong one, or the block is damaged.
 * Reads only the first directory, where the tag belongs.
 */
export function readOrientation(tiff: Uint8Array): Orientation {
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== orientationTag) continue;
    const isShort = view.getUint16(at + 2, little) === shortType && view.getUint32(at + 4, little) === 1;
    const value = isShort ? view.getUint16(at + 8, little) : 1;
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

const exifPrefix = Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0);

/** The TIFF block behind the `Exif\0\0` that JPEG always and WebP sometimes puts before it. */
export function skipExifPrefix(block: Uint8Array): Uint8Array {
  return exifPrefix.every((byte, i) => block[i] === byte) ? block.subarray(exifPrefix.length) : block;
}
