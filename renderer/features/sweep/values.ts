/** Most values an axis may have. */
export const maxValues = 24;

const decimal = String.raw`-?\d+(?:\.\d+)?`;
const rangePattern = new RegExp(`^(${decimal})\\.\\.(${decimal})(?:/(${decimal}))?$`, 'u');

/**
 * Reads numbers as a person writes them: `8, 16, 24`, a range `1..4` in steps of one, or `0.5..1/0.1` in steps of 0.1.
 * @returns the numbers in the order written, each once; null where something is no number
 */
export function parseNumbers(text: string): number[] | null {
  const numbers: number[] = [];
  const pieces = text.replace(/\s*(\.\.|\/)\s*/gu, '$1').split(/[,;\s]+/u);
  for (const piece of pieces.filter((part) => part !== '')) {
    const range = rangePattern.exec(piece);
    const found = range
      ? rangeNumbers(Number(range[1]), Number(range[2]), Number(range[3] ?? 1))
      : [Number(piece)];
    if (!found || found.some((value) => !Number.isFinite(value))) return null;
    numbers.push(...found);
    if (numbers.length > 4096) return null;
  }
  return [...new Set(numbers)];
}

function rangeNumbers(from: number, to: number, step: number): number[] | null {
  if (!(step > 0) || !Number.isFinite(to - from)) return null;
  const count = Math.floor(Math.abs(to - from) / step + 1e-9) + 1;
  if (count > 4096) return null;
  const direction = to >= from ? 1 : -1;
  // Steps such as 0.1 would otherwise leave crumbs behind the comma.
  return Array.from({ length: count }, (_, i) => Number((from + direction * step * i).toFixed(6)));
}

/** Lines of a list of words; empty ones left out. */
export function parseWords(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
