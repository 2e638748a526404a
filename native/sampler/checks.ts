import { LavidaError } from '../errors.ts';

/** Below this standard deviation, in levels of 255, a decoded picture shows nothing. */
const flatDeviation = 0.5;

/** A float32 is NaN or infinite when all of these bits are set. */
const exponentBits = 0x7f800000;

/**
 * @param step 0-based; messages count from 1
 * @throws LavidaError model.numerics when a logit is NaN or infinite
 */
export function assertFiniteLogits(logits: Float32Array, step: number): void {
  const bits = new Int32Array(logits.buffer, logits.byteOffset, logits.length);
  for (let i = 0; i < bits.length; i++) {
    if (((bits[i] as number) & exponentBits) !== exponentBits) continue;
    throw new LavidaError(
      'model.numerics',
      `The network gave a number that is not finite at step ${step + 1}.`,
      `logit ${i} of ${logits.length} is ${logits[i]}`,
    );
  }
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
