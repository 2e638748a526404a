import { collect } from './collect.ts';

/** Bytes of the heap that a hundred repetitions leave behind. */
export async function heapLeft(work: () => unknown): Promise<number> {
  await work();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100; i++) await work();
  collect();
  return process.memoryUsage().heapUsed - before;
}

/** JSON of an object nested so deep. */
export function nestedJson(depth: number): string {
  return `{"a": ${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}}`;
}
