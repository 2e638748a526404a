import type { RgbImage } from '../../../electron/contract/events.ts';
import { makeBackground } from './backgrounds.ts';
import type { Item, Scene } from './scene.ts';
import type { Box, Sprite, SpriteSheet } from './sheet.ts';

/** Lays a sprite over [height, width, 3] at (x, y); what leaves the picture is cut off. */
export function layOver(
  picture: Float32Array,
  size: { width: number; height: number },
  sprite: Pick<Sprite, 'size' | 'premultiplied' | 'alpha'>,
  x: number,
  y: number,
): void {
  for (let row = Math.max(0, -y); row < Math.min(sprite.size, size.height - y); row++) {
    for (let column = Math.max(0, -x); column < Math.min(sprite.size, size.width - x); column++) {
      const from = row * sprite.size + column;
      const to = ((y + row) * size.width + x + column) * 3;
      const keep = 1 - (sprite.alpha[from] as number);
      for (let c = 0; c < 3; c++) {
        picture[to + c] = (picture[to + c] as number) * keep + (sprite.premultiplied[from * 3 + c] as number);
      }
    }
  }
}

/** Draws scenes as models/train/compose.py draws them, to within a rounding of a level. */
export class Composer {
  readonly sheet: SpriteSheet;
  readonly size: number;
  readonly #backgrounds = new Map<string, Float32Array>();

  /** @param size side of the pictures in pixels */
  constructor(sheet: SpriteSheet, size: number) {
    this.sheet = sheet;
    this.size = size;
  }

  background(name: string): Float32Array {
    const known = this.#backgrounds.get(name);
    if (known) return known;
    const made = makeBackground(name, this.size);
    this.#backgrounds.set(name, made);
    return made;
  }

  /** @throws RangeError for an object or background the world has not */
  draw(scene: Scene): RgbImage {
    const out = this.background(scene.background).slice();
    const size = { width: this.size, height: this.size };
    for (const { name, color, size: side, x, y, flip, angle } of scene.items) {
      layOver(out, size, this.sheet.sprite(name, color, side, { flip, angle }), x, y);
    }
    return { ...size, rgb: Uint8Array.from(out, (value) => Math.floor(value * 255 + 0.5)) };
  }

  /** Extent of an item's visible pixels in the picture. */
  boxOf({ name, size, x, y, flip, angle }: Item): Box {
    const [left, top, right, bottom] = this.sheet.extent(name, size, { flip, angle });
    return [x + left, y + top, x + right, y + bottom];
  }
}
