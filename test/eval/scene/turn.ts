import type { Item } from './scene.ts';

/** How a sprite is turned within its square: mirrored left to right where `flip`, then by `angle` degrees counter-clockwise. */
export type Turn = Pick<Item, 'flip' | 'angle'>;

const channels = 4;

/** Samples a pixel's cubic reaches in each direction; the pixel's own is the second. */
const taps = [-1, 0, 1, 2] as const;

/** Cubic through four neighbouring samples (a = -1, Pillow's transforms) at `d` between the second and the third. */
function cubic(v1: number, v2: number, v3: number, v4: number, d: number): number {
  const p2 = -v1 + v3;
  const p3 = 2 * (v1 - v2) + v3 - v4;
  const p4 = -v1 + v2 - v3 + v4;
  return v2 + d * (p2 + d * (p3 + d * p4));
}

function mirror(rgba: Uint8Array, side: number): Uint8Array {
  const out = new Uint8Array(rgba.length);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const from = (row * side + side - 1 - column) * channels;
      out.set(rgba.subarray(from, from + channels), (row * side + column) * channels);
    }
  }
  return out;
}

/**
 * Pillow's `rotate` with its bicubic filter: what the turn brings in from outside the square is transparent. Quarter
 * turns need no case of their own, since they meet the pixels' centres, where the cubic is the pixel itself.
 */
function rotate(rgba: Uint8Array, side: number, angle: number): Uint8Array {
  const out = new Uint8Array(rgba.length);
  const radians = -(angle % 360) * (Math.PI / 180);
  // To 15 digits as Pillow has them, which also makes those of quarter turns exact.
  const cos = Number(Math.cos(radians).toFixed(15));
  const sin = Number(Math.sin(radians).toFixed(15));
  const center = side / 2;
  const shiftX = cos * -center + sin * -center + center;
  const shiftY = -sin * -center + cos * -center + center;
  const inside = (at: number): number => Math.min(Math.max(at, 0), side - 1);
  for (let row = 0, to = 0; row < side; row++) {
    for (let column = 0; column < side; column++, to += channels) {
      const x = cos * (column + 0.5) + sin * (row + 0.5) + shiftX;
      const y = -sin * (column + 0.5) + cos * (row + 0.5) + shiftY;
      if (x < 0 || x >= side || y < 0 || y >= side) continue;
      const left = Math.floor(x - 0.5);
      const top = Math.floor(y - 0.5);
      const dx = x - 0.5 - left;
      const dy = y - 0.5 - top;
      const [x1, x2, x3, x4] = taps.map((tap) => inside(left + tap) * channels) as [
        number,
        number,
        number,
        number,
      ];
      const rows = taps.map((tap) => inside(top + tap) * side * channels);
      for (let c = 0; c < channels; c++) {
        const sample = (at: number): number => rgba[at + c] as number;
        const [v1, v2, v3, v4] = rows.map((at) =>
          cubic(sample(at + x1), sample(at + x2), sample(at + x3), sample(at + x4), dx),
        ) as [number, number, number, number];
        // Pillow cuts the fraction off where it does not round.
        out[to + c] = Math.min(Math.max(Math.trunc(cubic(v1, v2, v3, v4, dy)), 0), 255);
      }
    }
  }
  return out;
}

/**
 * A sprite's square flipped and turned, byte for byte as `Composer.sprite` of models/train/compose.py does it.
 * @param rgba [side, side, 4] bytes, colour times alpha; unchanged
 */
export function turned(rgba: Uint8Array, side: number, { flip = false, angle = 0 }: Turn): Uint8Array {
  const facing = flip ? mirror(rgba, side) : rgba;
  return angle % 360 === 0 ? facing : rotate(facing, side, angle);
}
