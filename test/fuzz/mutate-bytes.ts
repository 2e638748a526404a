import type { Seeded } from '../support/seeded.ts';

const interesting32 = [
  0, 1, 2, 3, 4, 7, 8, 12, 13, 16, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffffff,
  0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];
const interesting8 = [0, 1, 2, 3, 4, 8, 0x10, 0x20, 0x7f, 0x80, 0xc0, 0xc4, 0xd8, 0xda, 0xd9, 0xfe, 0xff];
const maxInserted = 64;

/** A damaged copy of bytes: a few bits, bytes, lengths, cuts, repeats and pieces of another file. */
export function mutateBytes(
  original: Uint8Array,
  random: Seeded,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  let bytes = original.slice() as Uint8Array<ArrayBuffer>;
  for (let changes = 1 + random.below(6); changes > 0 && bytes.length > 0; changes--) {
    bytes = change(bytes, random, others);
  }
  return bytes;
}

function change(
  bytes: Uint8Array<ArrayBuffer>,
  random: Seeded,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  // Headers lie at the beginning: half of all changes do too.
  const at = random.below(random.next() < 0.5 ? Math.min(bytes.length, 64) : bytes.length);
  const view = new DataView(bytes.buffer);
  switch (random.below(9)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return bytes;
    case 1:
      bytes[at] = random.pick(interesting8);
      return bytes;
    case 2:
      bytes[at] = random.below(256);
      return bytes;
    case 3:
      if (at + 4 <= bytes.length) view.setUint32(at, number32(bytes.length, random), random.next() < 0.5);
      return bytes;
    case 4:
      if (at + 2 <= bytes.length)
        view.setUint16(at, number32(bytes.length, random) & 0xffff, random.next() < 0.5);
      return bytes;
    case 5:
      return bytes.slice(0, at);
    case 6: {
      const end = Math.min(bytes.length, at + 1 + random.below(maxInserted));
      return join(bytes.subarray(0, at), bytes.subarray(end));
    }
    case 7: {
      const end = Math.min(bytes.length, at + 1 + random.below(maxInserted));
      return join(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end));
    }
    default: {
      const other = random.pick(others);
      const from = random.below(Math.max(1, other.length));
      const piece = other.subarray(from, from + 1 + random.below(maxInserted));
      return join(bytes.subarray(0, at), piece, bytes.subarray(at));
    }
  }
}

function number32(length: number, random: Seeded): number {
  if (random.next() < 0.3) return Math.max(0, length + random.below(9) - 4) >>> 0;
  return random.pick(interesting32);
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
