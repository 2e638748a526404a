import { Mask } from './mask.ts';

/** A mask as the lengths of its runs, outside and inside in turn, outside first. */
export interface PackedMask {
  width: number;
  height: number;
  runs: number[];
}

export function packMask({ width, height, data }: Mask): PackedMask {
  const runs: number[] = [];
  let value = 0;
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(value === 0 ? 1 : 0, at);
    const to = end < 0 ? data.length : end;
    runs.push(to - at);
    value = 1 - value;
    at = to;
  }
  return { width, height, runs };
}

/** The mask again, or null when the runs do not fill it exactly. */
export function unpackMask({ width, height, runs }: PackedMask): Mask | null {
  const mask = new Mask(width, height);
  let at = 0;
  for (const [i, run] of runs.entries()) {
    if (at + run > mask.data.length) return null;
    if (i % 2 === 1) mask.data.fill(1, at, at + run);
    at += run;
  }
  return at === mask.data.length ? mask : null;
}
