import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeImage, probeImage, readImage } from '../../../native/imaging/decode.ts';

interface Expected {
  width: number;
  height: number;
  notes: string[];
  sha256: string;
}

const folder = new URL('../../fixtures/imaging/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('pictures.json', folder), 'utf8')) as Record<
  string,
  Expected
>;

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`pictures/${name}`, folder)));
}

describe('pictures of every kind, upright and on white, equal what Pillow reads', () => {
  for (const [name, want] of Object.entries(expected)) {
    it(name, async () => {
      const { image, notes } = await readImage(fileURLToPath(new URL(`pictures/${name}`, folder)));
      expect([image.width, image.height]).toEqual([want.width, want.height]);
      expect([...notes].sort()).toEqual(want.notes);
      expect(createHash('sha256').update(image.rgb).digest('hex')).toBe(want.sha256);
    });
  }
});

describe('backgrounds', () => {
  it.each(['rgba8.png', 'alpha-lossless.webp'])('%s shows the stated colour where it is clear', (name) => {
    const { image } = decodeImage(fixture(name), name, { background: [10, 200, 30] });
    expect([...image.rgb.subarray(0, 3)]).toEqual([10, 200, 30]);
    const last = (image.width - 1) * 3;
    expect(image.rgb[last]).toBe(255);
  });
});

describe('headers', () => {
  it('tell size, format and orientation without decoding', () => {
    expect(probeImage(fixture('orientation6.jpg'), 'a.jpg')).toEqual({
      format: 'jpeg',
      width: 41,
      height: 29,
      orientation: 6,
      notes: [],
    });
    expect(probeImage(fixture('exif8.webp'), 'a.webp').orientation).toBe(8);
    expect(probeImage(fixture('gray1.png'), 'a.png')).toMatchObject({ format: 'png', width: 41, height: 29 });
  });
});

describe('a damaged Exif block is no reason to refuse a picture', () => {
  it.each([
    ['cut off', 4],
    ['a directory beyond its end', 0xff],
  ])('%s', (_, value) => {
    const bytes = fixture('orientation6.jpg');
    const tiff = Buffer.from(bytes).indexOf('Exif') + 6;
    bytes[tiff + 7] = value;
    bytes[tiff + 4] = value;
    expect(probeImage(bytes, 'a.jpg').orientation).toBe(1);
  });
});
