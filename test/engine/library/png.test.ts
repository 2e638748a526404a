import { deflateSync, crc32 } from 'node:zlib';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { publishedDefaults } from '../../../electron/contract/request.ts';
import {
  encodePicture,
  findMetadata,
  metadataKeyword,
  type PictureMetadata,
} from '../../../native/library/picture-metadata.ts';
import { encodePng, maxTextBytes, readPngHead } from '../../../native/library/png.ts';

function picture(width: number, height: number): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = (i * i + (i >> 5)) & 0xff;
  return { width, height, rgb };
}

function metadata(prompt: string): PictureMetadata {
  const request = { version: 1, task: 'text-to-image', prompt, seed: 5, ...publishedDefaults } as const;
  return {
    version: 1,
    request,
    model: { name: 'nano', fingerprint: 'abc' },
    backend: 'cpu',
    createdBy: 'test',
  };
}

function textChunk(type: string, data: Uint8Array, crc?: number): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc ?? crc32(body), 4 + body.length);
  return out;
}

function withChunk(png: Uint8Array, chunk: Buffer): Uint8Array {
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

test.each([
  [1, 1],
  [3, 5],
  [64, 48],
])('another decoder reads the same %i x %i pixels back', (width, height) => {
  const image = picture(width, height);
  const decoded = decode(encodePng(image, []), { checkCrc: true });
  expect(decoded).toMatchObject({ width, height, channels: 3, depth: 8 });
  expect(decoded.data).toEqual(image.rgb);
});

test('the same picture and request give the same bytes', () => {
  const image = picture(16, 16);
  expect(encodePicture(image, metadata('a cat'))).toEqual(encodePicture(image, metadata('a cat')));
});

test.each([
  'a plain cat',
  'Grüße – eine „Katze“',
  '一只红色的猫 🐈',
  'two\nlines, with: commas',
  'tab\tand \u0001',
])('the request comes back from the file: %j', (prompt) => {
  const png = encodePicture(picture(8, 8), metadata(prompt));
  const head = readPngHead(png, 'x.png');
  expect(head).toMatchObject({ width: 8, height: 8 });
  expect(findMetadata(head.texts)).toEqual(metadata(prompt));
  const summary = head.texts.find(({ keyword }) => keyword === 'parameters')?.text ?? '';
  expect(summary.startsWith(`${prompt}\nSteps: 64, Sampler: stratified,`)).toBe(true);
  expect(summary).toContain('CFG scale: 5, Seed: 5, Size: 8x8');
});

test('programs that know only Latin-1 text find the summary where it fits', () => {
  const { text } = decode(encodePicture(picture(8, 8), metadata('a café')));
  expect(text['parameters']).toContain('a café\nSteps: 64');
});

test('a compressed text is read, one that unpacks to too much is not', () => {
  const png = encodePng(picture(2, 2), []);
  const compressed = (text: string): Buffer =>
    textChunk(
      'iTXt',
      Buffer.concat([
        Buffer.from(metadataKeyword),
        Buffer.from([0, 1, 0, 0, 0]),
        deflateSync(Buffer.from(text)),
      ]),
    );
  const good = readPngHead(withChunk(png, compressed(JSON.stringify(metadata('packed')))), 'x');
  expect(findMetadata(good.texts)?.request.prompt).toBe('packed');
  expect(readPngHead(withChunk(png, compressed('x'.repeat(maxTextBytes + 1))), 'x').texts).toEqual([]);
});

test('damaged texts are passed over, and what is not ours is not believed', () => {
  const png = encodePng(picture(2, 2), []);
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from(metadataKeyword), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(value)]);
  const json = JSON.stringify(metadata('x'));
  expect(readPngHead(withChunk(png, textChunk('iTXt', text(json), 1)), 'x').texts).toEqual([]);
  expect(readPngHead(withChunk(png, textChunk('iTXt', Buffer.from('no end'))), 'x').texts).toEqual([]);
  for (const value of [
    '{}',
    'not json',
    json.replace('"version":1', '"version":2'),
    json.replace('"steps":64', '"steps":-1'),
  ]) {
    expect(findMetadata(readPngHead(withChunk(png, textChunk('iTXt', text(value))), 'x').texts)).toBeNull();
  }
});

test('no beginning of a file is too short or too strange', () => {
  const png = encodePicture(picture(4, 4), metadata('cut'));
  for (let length = 0; length < png.length; length++) {
    const head = png.subarray(0, length);
    if (length < 33) expect(() => readPngHead(head, 'x')).toThrow(/is not a PNG/);
    else expect(readPngHead(head, 'x').width).toBe(4);
  }
  for (let seed = 1; seed < 2000; seed++) {
    const bytes = Uint8Array.from(png);
    for (let i = 0, r = seed; i < 4; i++) {
      r = (Math.imul(r, 1103515245) + 12345) >>> 0;
      bytes[r % bytes.length] = r >>> 24;
    }
    try {
      readPngHead(bytes, 'x');
    } catch (error) {
      expect(error).toMatchObject({ code: 'file.invalid' });
    }
  }
});
