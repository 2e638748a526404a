import { LavidaError } from '../errors.ts';

/** Below this standard deviation, in levels of 255, nothing was decoded. A plain wall that a model painted has texture enough: nano's have 0.46 and more. */
const flatDeviation = 0.1;

/**
 * @param step 0-based; messages count from 1
 * @throws LavidaError model.numerics when a logit is NaN or infinite
 */
export function assertFiniteLogits(logits: Float32Array, step: number): void {
  // 0·x is NaN for just those x; four sums, because one would wait for each addition.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = logits.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += (logits[i] as number) * 0;
    b += (logits[i + 1] as number) * 0;
    c += (logits[i + 2] as number) * 0;
    d += (logits[i + 3] as number) * 0;
  }
  for (let i = whole; i < logits.length; i++) a += (logits[i] as number) * 0;
  if (a + b + c + d === 0) return;
  const place = logits.findIndex((value) => !Number.isFinite(value));
  throw new LavidaError(
    'model.numerics',
    `The network gave a number that is not finite at step ${step + 1}.`,
    `logit ${place} of ${logits.length} is ${logits[place]}`,
  );
}

/**
 * @param ids codes [N]; @param where what was checked, such as "step 12"
 * @throws LavidaError model.numerics when all codes are one and the same
 */
export function assertVariedCodes(ids: Uint16Array, where: string): void {
  const first = ids[0];
  if (ids.length < 2 || ids.some((id) => id !== first)) return;
  throw new LavidaError(
    'model.numerics',
    `All ${ids.length} image tokens are the same after ${where}.`,
    `every code is ${first}`,
  );
}

/**
 * @param rgb bytes of a picture, 3 a pixel; @param where what was decoded, such as "step 12"
 * @throws LavidaError model.numerics when the picture is one flat colour
 */
export function assertVariedPicture(rgb: Uint8Array, where: string): void {
  const pixels = rgb.length / 3;
  if (pixels < 2) return;
  let largest = 0;
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    let squares = 0;
    for (let i = c; i < rgb.length; i += 3) {
      const value = rgb[i] as number;
      sum += value;
      squares += value * value;
    }
    const mean = sum / pixels;
    largest = Math.max(largest, Math.sqrt(Math.max(0, squares / pixels - mean * mean)));
  }
  if (largest >= flatDeviation) return;
  throw new LavidaError(
    'model.numerics',
    `The picture decoded from ${where} is one flat colour.`,
    `largest standard deviation of a channel: ${largest.toFixed(3)} of 255`,
  );
}
