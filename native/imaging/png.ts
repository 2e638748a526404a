import { constants, crc32, inflateSync } from 'node:zlib';
import { readOrientation, type Orientation } from './exif.ts';
import {
  checkSize,
  fourCharacters,
  refuse,
  viewOf,
  type DecodeNote,
  type ImageHeader,
} from './image-file.ts';

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** PNG colour types (PNG 3, §11.2.1) and the bit depths each allows. */
const colorTypes: Record<number, { channels: number; depths: number[] } | undefined> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/** A PNG whose chunks are checked and whose pixels are still compressed. */
export interface PngFile extends ImageHeader {
  format: 'png';
  depth: number;
  colorType: number;
  channels: number;
  interlaced: boolean;
  palette: Uint8Array | null;
  /** tRNS: one alpha a palette entry, or the 16-bit samples of the one transparent colour. */
  transparency: Uint8Array | null;
  compressed: Uint8Array[];
}

function readHeader(
  name: string,
  data: Uint8Array,
): Omit<PngFile, 'palette' | 'transparency' | 'compressed'> {
  if (data.length !== 13) refuse(name, 'is a damaged PNG: its header has a wrong length.');
  const view = viewOf(data);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colorType, compression, filter, interlace] = data.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  checkSize(name, width, height);
  const type = colorTypes[colorType];
  if (!type?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    refuse(
      name,
      'is a damaged PNG: its header makes no sense.',
      `colour type ${colorType}, depth ${depth}, compression ${compression}, filter ${filter}, interlace ${interlace}`,
    );
  }
  const notes: DecodeNote[] = depth === 16 ? ['depth-reduced'] : [];
  return {
    format: 'png',
    width,
    height,
    orientation: 1,
    notes,
    depth,
    colorType,
    channels: type.channels,
    interlaced: interlace === 1,
  };
}

/**
 * Walks the chunks of a PNG. Checksums of the chunks that matter are verified; text, time and the like are skipped.
 * @throws LavidaError file.invalid when it is cut short, damaged or too large
 */
export function parsePng(name: string, bytes: Uint8Array): PngFile {
  const view = viewOf(bytes);
  let header: ReturnType<typeof readHeader> | null = null;
  let palette: Uint8Array | null = null;
  let transparency: Uint8Array | null = null;
  let orientation: Orientation = 1;
  const compressed: Uint8Array[] = [];
  let ended = false;
  for (let at = pngSignature.length; !ended;) {
    if (at + 12 > bytes.length) refuse(name, 'is cut short.', 'a PNG ends with an IEND chunk');
    const length = view.getUint32(at);
    const type = fourCharacters(bytes, at + 4);
    if (at + 12 + length > bytes.length) refuse(name, 'is cut short.', `chunk ${type} has ${length} bytes`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const critical = ((bytes[at + 4] as number) & 0x20) === 0;
    if (critical && crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      refuse(name, 'is a damaged PNG.', `the checksum of chunk ${type} is wrong`);
    }
    at += 12 + length;
    if (!header) {
      if (type !== 'IHDR') refuse(name, 'is a damaged PNG: it does not begin with a header.');
      header = readHeader(name, data);
      continue;
    }
    switch (type) {
      case 'PLTE':
        palette = data;
        break;
      case 'tRNS':
        transparency = data;
        break;
      case 'IDAT':
        compressed.push(data);
        break;
      case 'eXIf':
        orientation = readOrientation(data);
        break;
      case 'iCCP':
        header.notes.push('profile-ignored');
        break;
      case 'acTL':
        header.notes.push('first-frame');
        break;
      case 'IEND':
        ended = true;
        break;
      default:
        if (critical) refuse(name, 'is a PNG this program cannot read.', `unknown chunk ${type}`);
    }
  }
  if (!header) refuse(name, 'is a damaged PNG: it has no header.');
  if (compressed.length === 0) refuse(name, 'is a PNG without pixels.');
  if (header.colorType === 3 && (!palette || palette.length === 0 || palette.length % 3 !== 0)) {
    refuse(name, 'is a damaged PNG: its palette is missing.');
  }
  return { ...header, orientation, palette, transparency, compressed };
}

/**
 * The filtered rows of a PNG. Never inflates further than the header's size allows, so a small file cannot fill memory.
 * @throws LavidaError file.invalid
 */
export function inflatePng(name: string, file: PngFile, expected: number): Buffer {
  let data: Buffer;
  try {
    data = inflateSync(Buffer.concat(file.compressed), {
      maxOutputLength: expected,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(name, 'is a damaged PNG: its pixels cannot be decompressed.', reason);
  }
  if (data.length < expected) {
    refuse(name, 'is cut short.', `${data.length} of ${expected} bytes of pixels`);
  }
  return data;
}
