import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LavidaError } from '../../../native/errors.ts';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import { maxHeaderBytes } from '../../../native/tensor/safetensors-header.ts';
import { writeFileSafely } from '../../../native/library/safe-file.ts';
import { encodeSafetensors, safetensorsPieces } from '../../../native/tensor/safetensors-writer.ts';
import { temporaryFolder, type TemporaryFolder } from '../network/random-bundle.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function folder(): Promise<TemporaryFolder> {
  const made = await temporaryFolder();
  cleanups.push(made.remove);
  return made;
}

async function open(path: string): Promise<SafetensorsFile> {
  const file = await SafetensorsFile.open(path);
  cleanups.push(() => file.close());
  return file;
}

/** A file with a header of our own making and `dataBytes` zero bytes after it. */
function handMade(header: string | Record<string, unknown>, dataBytes: number, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const bytes = (array: Float32Array | Int32Array | Uint16Array) => new Uint8Array(array.buffer);
const weights = Float32Array.of(1, -2, 3.5, 4, 5, 6);
const twoTensors = () =>
  encodeSafetensors(
    [
      { name: 'weights', dtype: 'F32', shape: [2, 3], bytes: bytes(weights) },
      { name: 'ids', dtype: 'I32', shape: [2], bytes: bytes(Int32Array.of(7, -1)) },
    ],
    { format: 'pt' },
  );

describe('reading what was written', () => {
  it('gives back tensors, shapes and metadata', async () => {
    const dir = await folder();
    await dir.write('a.safetensors', twoTensors());
    const file = await open(join(dir.path, 'a.safetensors'));
    expect(file.metadata).toEqual({ format: 'pt' });
    expect(file.entry('weights').shape).toEqual([2, 3]);
    expect(await file.readFloat32('weights')).toEqual(weights);
    expect(await file.readInt32('ids')).toEqual(Int32Array.of(7, -1));
    expect(await file.readBytes('weights', 4, 4)).toEqual(bytes(Float32Array.of(-2)));
    await expect(file.readBytes('weights', 20, 8)).rejects.toThrow('outside tensor');
  });

  it('writes in pieces what it encodes whole', async () => {
    const dir = await folder();
    const path = join(dir.path, 'pieces.safetensors');
    const pieces = {
      name: 'weights',
      dtype: 'F32',
      shape: [2, 3],
      chunks: () => [bytes(weights).subarray(0, 5), bytes(weights).subarray(5)],
    } as const;
    await writeFileSafely(path, safetensorsPieces([pieces]));
    expect(await (await open(path)).readFloat32('weights')).toEqual(weights);
    const short = { name: 'x', dtype: 'F32', shape: [2], chunks: () => [new Uint8Array(4)] } as const;
    await expect(writeFileSafely(path, safetensorsPieces([short]))).rejects.toThrow('gave 4 bytes, not 8');
  });

  it('reads half-precision numbers exactly, specials included', async () => {
    const dir = await folder();
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x8000, 0x7c00, 0xfbff, 0x3555);
    const brains = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x8000, 0x7f80, 0xff7f, 0x3eaa);
    await dir.write(
      'h.safetensors',
      encodeSafetensors([
        { name: 'f16', dtype: 'F16', shape: [7], bytes: bytes(halves) },
        { name: 'bf16', dtype: 'BF16', shape: [7], bytes: bytes(brains) },
        { name: 'odd', dtype: 'U8', shape: [1], bytes: Uint8Array.of(9) },
        { name: 'unaligned', dtype: 'F32', shape: [1], bytes: bytes(Float32Array.of(0.25)) },
      ]),
    );
    const file = await open(join(dir.path, 'h.safetensors'));
    expect([...(await file.readFloat32('f16'))]).toEqual([
      1,
      -2,
      2 ** -24,
      -0,
      Infinity,
      -65504,
      1365 / 4096,
    ]);
    expect([...(await file.readFloat32('bf16'))]).toEqual([
      1,
      -2,
      2 ** -133,
      -0,
      Infinity,
      -(2 - 2 ** -7) * 2 ** 127,
      0.33203125,
    ]);
    expect([...(await file.readFloat32('unaligned'))]).toEqual([0.25]);
  });
});

describe('a large file', () => {
  it('of as many tensors as a mixture of experts of 100 B weights has twice is read', async () => {
    const dir = await folder();
    const experts = Array.from({ length: 50 * 128 * 3 * 2 }, (_, i): [string, unknown] => [
      `model.layers.${i % 50}.mlp.experts.${Math.floor(i / 50)}.down_proj.weight`,
      { dtype: 'BF16', shape: [1, 1], data_offsets: [2 * i, 2 * i + 2] },
    ]);
    await dir.write('moe.safetensors', handMade(Object.fromEntries(experts), 2 * experts.length));
    const file = await open(join(dir.path, 'moe.safetensors'));
    expect(file.entries.size).toBe(38_400);
    expect(file.headerBytes.byteLength).toBeLessThan(maxHeaderBytes / 3);
  });
});

describe('a damaged file', () => {
  const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const cases: [string, Uint8Array, RegExp][] = [
    ['is empty', new Uint8Array(0), /ends too early/u],
    ['claims a huge header', handMade('{}', 0, 2n ** 60n), /claims 1152921504606846976 bytes/u],
    ['claims a header beyond its end', handMade('{}', 0, 3n), /claims 3 bytes/u],
    [
      'has a header longer than any model’s, though it is in order',
      handMade(`{${' '.repeat(maxHeaderBytes - 1)}}`, 0),
      /has a header of 16777217 bytes; at most 16777216 are read/u,
    ],
    [
      'has a header of more parts than any model’s',
      handMade(`{"a":[${'{},'.repeat(1_000_000)}0]}`, 0),
      /not valid JSON/u,
    ],
    [
      'has a name of millions of escapes, which the sentence cuts short',
      handMade(`{"${String.raw`\u0061`.repeat(2_000_000)}":0}`, 0),
      /the entry of tensor "a{200}…" is malformed/u,
    ],
    [
      'has metadata that names a text twice',
      handMade('{"__metadata__":{"a":"1","a":"2"}}', 0),
      /names "a" twice/u,
    ],
    ['has no JSON', handMade('{"a":', 0), /not valid JSON/u],
    ['has JSON that is no object', handMade('[]', 0), /not valid JSON/u],
    ['is not UTF-8', handMade('{"\u0000": 1}', 0).map((b) => (b === 0x22 ? 0xff : b)), /not valid JSON/u],
    [
      'names a tensor twice, once in disguise',
      handMade(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /"a" twice/u,
    ],
    ['has an unknown dtype', handMade({ a: { dtype: 'F7', shape: [1], data_offsets: [0, 1] } }, 1), /F7/u],
    ['has a negative size', handMade({ a: f32(0, 4, [-1]) }, 4), /malformed/u],
    [
      'has sizes that disagree',
      handMade({ a: f32(0, 8, [3]) }, 8),
      /8 bytes where its shape \[3\] needs 12/u,
    ],
    ['has overlapping tensors', handMade({ a: f32(0, 8), b: f32(4, 12) }, 12), /"b" overlaps/u],
    ['has a gap', handMade({ a: f32(0, 4), b: f32(8, 12) }, 12), /gap before tensor "b"/u],
    ['has bytes at its end', handMade({ a: f32(0, 4) }, 6), /2 bytes at its end/u],
    ['has a tensor beyond its end', handMade({ a: f32(0, 400) }, 4), /396 bytes after the end/u],
    ['has metadata that is no text', handMade({ __metadata__: { a: 1 } }, 0), /metadata/u],
  ];
  for (const [name, content, sentence] of cases) {
    it(`that ${name} is refused with its name`, async () => {
      const dir = await folder();
      const path = join(dir.path, 'bad.safetensors');
      await dir.write('bad.safetensors', content);
      const failure = await SafetensorsFile.open(path).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(LavidaError);
      expect(failure).toMatchObject({ code: 'model.corrupt' });
      expect(String(failure)).toMatch(sentence);
      expect(String(failure)).toContain(path);
    });
  }

  it('that was cut short or grew after writing is refused', async () => {
    const dir = await folder();
    const path = join(dir.path, 'cut.safetensors');
    await dir.write('cut.safetensors', twoTensors());
    await truncate(path, twoTensors().length - 3);
    await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ code: 'model.corrupt' });
    await appendFile(path, new Uint8Array(9));
    await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  it('that shrinks while open fails at the read', async () => {
    const dir = await folder();
    const path = join(dir.path, 'shrinks.safetensors');
    await dir.write('shrinks.safetensors', twoTensors());
    const file = await open(path);
    await truncate(path, file.entry('ids').offset);
    await expect(file.readInt32('ids')).rejects.toMatchObject({ code: 'model.corrupt' });
  });

  it('that does not exist is missing, not damaged', async () => {
    const dir = await folder();
    await expect(SafetensorsFile.open(join(dir.path, 'none.safetensors'))).rejects.toMatchObject({
      code: 'model.missing',
    });
  });
});
