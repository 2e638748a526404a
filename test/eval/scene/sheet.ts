import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { z } from 'zod';
import { resize } from '../../../native/imaging/resize.ts';
import { projectRoot } from '../../support/cli.ts';
import { tint } from './tint.ts';
import { turned, type Turn } from './turn.ts';
import type { ColorName } from './scene.ts';

const indexSchema = z.object({
  cell: z.int().positive(),
  columns: z.int().positive(),
  names: z.array(z.string()),
});

/** A sprite ready to be laid over a picture, both [size, size, …] in [0, 1]. */
export interface Sprite {
  name: string;
  color: ColorName | null;
  size: number;
  /** Colour times alpha [size, size, 3]. */
  premultiplied: Float32Array;
  /** Alpha [size, size]. */
  alpha: Float32Array;
}

/** Left, top, right, bottom in pixels, right and bottom exclusive. */
export type Box = [number, number, number, number];

/** Alpha from which a pixel belongs to a sprite's box. */
const boxAlpha = 0.5;

/** Pillow's exact c · a / 255, rounded. */
function premultiply(value: number, alpha: number): number {
  const product = value * alpha + 128;
  return ((product >> 8) + product) >> 8;
}

function toSprite(name: string, color: ColorName | null, size: number, rgba: Float32Array): Sprite {
  const pixels = size * size;
  const premultiplied = new Float32Array(pixels * 3);
  const alpha = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const a = rgba[i * 4 + 3] as number;
    alpha[i] = a;
    for (let c = 0; c < 3; c++) premultiplied[i * 3 + c] = (rgba[i * 4 + c] as number) * a;
  }
  return { name, color, size, premultiplied, alpha };
}

/** The sprite sheet of the training recipe: the pictures every scene is made of. */
export class SpriteSheet {
  readonly names: readonly string[];
  readonly #cell: number;
  readonly #columns: number;
  readonly #width: number;
  readonly #rgba: Uint8Array;
  readonly #sprites = new Map<string, Sprite>();

  constructor(folder = join(projectRoot, 'models', 'train', 'sprites')) {
    const index = indexSchema.parse(JSON.parse(readFileSync(join(folder, 'sheet.json'), 'utf8')));
    const { width, channels, depth, data } = decode(readFileSync(join(folder, 'sheet.png')));
    if (channels !== 4 || depth !== 8) throw new RangeError('The sprite sheet is no 8-bit RGBA picture.');
    this.names = index.names;
    this.#cell = index.cell;
    this.#columns = index.columns;
    this.#width = width;
    this.#rgba = Uint8Array.from(data);
  }

  /** A sprite of a size, tint and turn, as `Composer.sprite` of models/train/compose.py. @throws RangeError for an unknown name */
  sprite(name: string, color: ColorName | null, size: number, turn: Turn = {}): Sprite {
    const key = `${name}/${color ?? ''}/${size}/${turn.flip ?? false}/${turn.angle ?? 0}`;
    const known = this.#sprites.get(key);
    if (known) return known;
    const [sprite] = this.looks(name, [color], size, turn) as [Sprite];
    this.#sprites.set(key, sprite);
    return sprite;
  }

  /** A sprite in several tints, which are not kept: all of a world's looks would fill a good part of a machine's memory. */
  looks(name: string, colors: readonly (ColorName | null)[], size: number, turn: Turn = {}): Sprite[] {
    const own = this.#resized(name, size, turn);
    return colors.map((color) => toSprite(name, color, size, color === null ? own : tint(own, color)));
  }

  /** Extent of a sprite's visible pixels within its square. */
  extent(name: string, size: number, turn: Turn = {}): Box {
    const { alpha } = this.sprite(name, null, size, turn);
    const box: Box = [size, size, 0, 0];
    alpha.forEach((a, i) => {
      if (a < boxAlpha) return;
      const x = i % size;
      const y = Math.floor(i / size);
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 1);
      box[3] = Math.max(box[3], y + 1);
    });
    return box;
  }

  /** The square of a sprite on the sheet, [cell, cell, 4] bytes, colour times alpha. */
  #cut(name: string): Uint8Array {
    const place = this.names.indexOf(name);
    if (place < 0) throw new RangeError(`The sprite sheet has no "${name}".`);
    const cell = this.#cell;
    const left = (place % this.#columns) * cell;
    const top = Math.floor(place / this.#columns) * cell;
    const out = new Uint8Array(cell * cell * 4);
    for (let y = 0, to = 0; y < cell; y++) {
      for (let x = 0; x < cell; x++, to += 4) {
        const from = ((top + y) * this.#width + left + x) * 4;
        const a = this.#rgba[from + 3] as number;
        for (let c = 0; c < 3; c++) out[to + c] = premultiply(this.#rgba[from + c] as number, a);
        out[to + 3] = a;
      }
    }
    return out;
  }

  /** Straight-alpha [size, size, 4] in [0, 1]: premultiplied, turned, resized, divided again, in bytes as Pillow does it. */
  #resized(name: string, size: number, turn: Turn): Float32Array {
    const cell = this.#cell;
    const cut = turned(this.#cut(name), cell, turn);
    const color = new Uint8Array(cell * cell * 3);
    const alpha = new Uint8Array(cell * cell * 3);
    for (let i = 0; i < cell * cell; i++) {
      color.set(cut.subarray(i * 4, i * 4 + 3), i * 3);
      alpha.fill(cut[i * 4 + 3] as number, i * 3, i * 3 + 3);
    }
    const filter = size < Math.floor(cell / 2) ? 'box' : 'lanczos';
    const small = resize({ width: cell, height: cell, rgb: color }, size, size, filter).rgb;
    const smallAlpha = resize({ width: cell, height: cell, rgb: alpha }, size, size, filter).rgb;
    const out = new Float32Array(size * size * 4);
    for (let i = 0; i < size * size; i++) {
      const a = smallAlpha[i * 3] as number;
      for (let c = 0; c < 3; c++) {
        const value = small[i * 3 + c] as number;
        const straight = a === 0 || a === 255 ? value : Math.min(Math.floor((255 * value) / a), 255);
        out[i * 4 + c] = straight / 255;
      }
      out[i * 4 + 3] = a / 255;
    }
    return out;
  }
}
