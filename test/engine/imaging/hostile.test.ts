import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeImage, probeImage, readImage } from '../../../native/imaging/decode.ts';
import { LavidaError } from '../../../native/errors.ts';

const folder = new URL('../../fixtures/imaging/pictures/', import.meta.url);
const temporary = mkdtempSync(join(tmpdir(), 'lavida-imaging-'));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true });
});

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** The sentence of the catalogue error a file ends in, with its technical cause. */
function refusal(bytes: Uint8Array, name: string): string {
  try {
    decodeImage(bytes, name);
  } catch (error) {
    expect(error).toBeInstanceOf(LavidaError);
    expect((error as LavidaError).code).toBe('file.invalid');
    return `${(error as LavidaError).message} ${(error as LavidaError).detail}`;
  }
  return 'not refused';
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
}

function png(width: number, height: number, pixels: Uint8Array, depth = 8, colorType = 2): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Start of a JPEG up to its frame: `size` pixels a side, `precision` bits, frame type `marker`. */
function jpegHead(size: number, precision = 8, marker = 0xc0): Uint8Array {
  const head = Buffer.from('ffd8ffc0000b0800000000010111 00'.replace(' ', ''), 'hex');
  head[3] = marker;
  head[6] = precision;
  head.writeUInt16BE(size, 7);
  head.writeUInt16BE(size, 9);
  return head;
}

describe('files cut short', () => {
  const names = [
    'rgb8.png',
    'rgb8-interlaced.png',
    '420.jpg',
    'progressive.jpg',
    'lossy.webp',
    'lossless.webp',
    'animated.webp',
  ];
  it.each(names)('%s is refused wherever it ends', (name) => {
    const bytes = fixture(name);
    for (const part of [0.02, 0.2, 0.5, 0.8, 0.97]) {
      const text = refusal(bytes.subarray(0, Math.max(1, Math.floor(bytes.length * part))), name);
      expect(text, `${part}`).toMatch(/cut short|not a picture|damaged|without pixels/);
      expect(text).toContain(name);
    }
  });

  it.each(['rgb8.png', '420.jpg', 'lossy.webp'])('%s ending in the middle says so', (name) => {
    const bytes = fixture(name);
    expect(refusal(bytes.subarray(0, Math.floor(bytes.length / 2)), name)).toContain('is cut short');
  });
});

describe('sizes are checked before anything is decoded', () => {
  it('refuses a PNG of 60000 x 60000 pixels', () => {
    expect(refusal(png(60_000, 60_000, new Uint8Array(1)), 'big.png')).toContain(
      'big.png is too large: 60000 x 60000 pixels.',
    );
  });

  it('refuses 150 megapixels with sides that are allowed', () => {
    expect(refusal(png(15_000, 10_000, new Uint8Array(1)), 'big.png')).toContain('too large');
  });

  it('refuses a JPEG of 65535 x 65535 pixels', () => {
    expect(refusal(jpegHead(65_535), 'big.jpg')).toContain('too large: 65535 x 65535');
  });

  it('refuses a WebP canvas of 16 million pixels a side', () => {
    const bytes = fixture('exif8.webp');
    bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 24);
    expect(refusal(bytes, 'big.webp')).toContain('too large: 16777216 x 16777216');
  });

  it('refuses pictures without pixels', () => {
    expect(refusal(png(0, 5, new Uint8Array(1)), 'a.png')).toContain('without pixels');
    expect(refusal(jpegHead(0), 'a.jpg')).toContain('without pixels');
  });

  it('refuses a file of many megabytes before reading it', async () => {
    const path = join(temporary, 'huge.png');
    writeFileSync(path, fixture('rgb8.png'));
    truncateSync(path, 300 * 1024 * 1024);
    await expect(readImage(path)).rejects.toThrow('huge.png is too large: 315 MB.');
  });

  it('does not inflate a small PNG beyond the size it states', () => {
    const bomb = png(10, 10, new Uint8Array(200_000_000));
    expect(bomb.length).toBeLessThan(300_000);
    expect(refusal(bomb, 'bomb.png')).toContain('cannot be decompressed');
  });
});

describe('files that are no pictures, or others', () => {
  it.each([
    ['', 'is empty'],
    ['hello world, this is text', 'is not a picture'],
    ['GIF89a..............', 'is a GIF; PNG, JPEG and WebP can be read'],
    ['BM..............', 'is a BMP'],
    ['II*\0............', 'is a TIFF'],
    ['\0\0\0\x20ftypavif....', 'is an AVIF or HEIC'],
    ['<svg xmlns="x">', 'is an SVG'],
    ['%PDF-1.7', 'is a PDF'],
  ])('%j', (text, why) => {
    expect(refusal(Buffer.from(text, 'latin1'), 'thing')).toContain(why);
  });

  it('names a missing file and a folder', async () => {
    await expect(readImage(join(temporary, 'none.png'))).rejects.toMatchObject({ code: 'file.missing' });
    await expect(readImage(temporary)).rejects.toBeInstanceOf(LavidaError);
  });
});

describe('damaged PNGs', () => {
  it('with a wrong checksum', () => {
    const bytes = fixture('rgb8.png');
    bytes[60] = (bytes[60] as number) ^ 1;
    expect(refusal(bytes, 'a.png')).toContain('checksum');
  });

  it('with an impossible header', () => {
    expect(refusal(png(4, 4, new Uint8Array(52), 3, 2), 'a.png')).toContain('header makes no sense');
    expect(refusal(png(4, 4, new Uint8Array(52), 8, 5), 'a.png')).toContain('header makes no sense');
  });

  it('with too few rows, an unknown row filter, or no palette', () => {
    expect(refusal(png(4, 4, new Uint8Array(30)), 'a.png')).toContain('cut short');
    expect(refusal(png(4, 4, new Uint8Array(52).fill(9)), 'a.png')).toContain('row filter 9');
    expect(refusal(png(4, 4, new Uint8Array(20), 8, 3), 'a.png')).toContain('palette is missing');
  });
});

describe('JPEGs the codec cannot or must not decode', () => {
  it.each([
    [12, 0xc1, '12 bits a sample'],
    [8, 0xc3, 'of a kind this program cannot read'],
    [8, 0xc9, 'arithmetic'],
  ])('%i bits, frame %i', (precision, marker, why) => {
    expect(refusal(jpegHead(16, precision, marker), 'a.jpg')).toContain(why);
  });

  it('refuses one with a thousand scans', () => {
    const bytes = fixture('420.jpg');
    const scan = Buffer.from(bytes).indexOf('ffda', 0, 'hex');
    const header = bytes.subarray(scan, scan + 14);
    const scans = Array.from({ length: 1000 }, () => Buffer.concat([header, Uint8Array.of(1, 2, 3)]));
    const end = Uint8Array.of(0xff, 0xd9);
    expect(refusal(Buffer.concat([bytes.subarray(0, scan), ...scans, end]), 'a.jpg')).toContain('hostile');
  });

  it('decodes what it can of one with damaged pixels, and says so', () => {
    const whole = fixture('420.jpg');
    const bytes = Buffer.concat([whole.subarray(0, -300), whole.subarray(-2)]);
    const { image, notes } = decodeImage(bytes, 'a.jpg');
    expect(image.width).toBe(41);
    expect(notes).toContain('damaged');
  });

  it('refuses tables that make no sense', () => {
    const bytes = fixture('420.jpg');
    const table = bytes.indexOf(0xc4);
    expect(bytes[table - 1]).toBe(0xff);
    bytes.fill(0xee, table + 4, table + 20);
    expect(refusal(bytes, 'a.jpg')).toContain('is a damaged JPEG');
  });
});

describe('random damage never does more than refuse', () => {
  it.each([
    'rgb8.png',
    'palette4.png',
    '420.jpg',
    'progressive.jpg',
    'cmyk.jpg',
    'lossy.webp',
    'alpha-lossy.webp',
    'animated-alpha.webp',
  ])('%s', (name) => {
    const original = fixture(name);
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const bytes = original.slice();
      for (let i = 0; i < 1 + random(8); i++) bytes[12 + random(bytes.length - 12)] = random(256);
      try {
        const { image } = decodeImage(bytes, name);
        expect(image.rgb.length).toBe(image.width * image.height * 3);
      } catch (error) {
        expect(error).toBeInstanceOf(LavidaError);
        expect((error as LavidaError).code).toBe('file.invalid');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('one bad picture does not spoil the next', () => {
    const broken = fixture('420.jpg');
    const table = broken.indexOf(0xc4);
    broken.fill(0xee, table + 4, table + 20);
    const before = decodeImage(fixture('422.jpg'), 'a.jpg').image.rgb;
    refusal(broken, 'b.jpg');
    expect(decodeImage(fixture('422.jpg'), 'a.jpg').image.rgb).toEqual(before);
    expect(probeImage(fixture('422.jpg'), 'a.jpg').width).toBe(41);
  });
});
