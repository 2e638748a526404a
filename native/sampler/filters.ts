import { exponential } from './exponential.ts';

/** The k-th largest value of a row (k from 1), by quickselect on a scratch copy. */
function kthLargest(scratch: Float32Array, k: number): number {
  let low = 0;
  let high = scratch.length - 1;
  const target = scratch.length - k;
  while (low < high) {
    const pivot = scratch[(low + high) >>> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((scratch[i] as number) < pivot) i++;
      while ((scratch[j] as number) > pivot) j--;
      if (i > j) break;
      const held = scratch[i] as number;
      scratch[i] = scratch[j] as number;
      scratch[j] = held;
      i++;
      j--;
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return scratch[target] as number;
}

/** Keeps the k largest logits of a row (and any tied with the last of them); the rest become −∞. */
function keepTopK(row: Float32Array, k: number): void {
  const least = kthLargest(Float32Array.from(row), k);
  for (let v = 0; v < row.length; v++) if ((row[v] as number) < least) row[v] = -Infinity;
}

/** Keeps the smallest set of most likely ids whose probability exceeds p; the rest become −∞. */
function keepTopP(row: Float32Array, p: number): void {
  let max = -Infinity;
  for (const value of row) if (value > max) max = value;
  const weights = new Float64Array(row.length);
  let sum = 0;
  for (let v = 0; v < row.length; v++) {
    const weight = exponential((row[v] as number) - max);
    weights[v] = weight;
    sum += weight;
  }
  // Ids below this together hold less than 1−p, so the set never reaches them and they need no sorting.
  const negligible = ((1 - p) * sum) / row.length;
  const candidates: number[] = [];
  for (let v = 0; v < row.length; v++) {
    if ((weights[v] as number) >= negligible) candidates.push(v);
    else row[v] = -Infinity;
  }
  candidates.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  let held = 0;
  for (const id of candidates) {
    if (held > p * sum) row[id] = -Infinity;
    held += weights[id] as number;
  }
}

/**
 * Top-k, then top-p, on one row of logits, in place; either works alone (PIPELINE §2.5 step 3, Q18).
 * @param row [V]; @param topK 0 = off; @param topP 1 = off
 */
export function filterRow(row: Float32Array, topK: number, topP: number): void {
  if (topK > 0 && topK < row.length) keepTopK(row, topK);
  if (topP < 1) keepTopP(row, topP);
}
