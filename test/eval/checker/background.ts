import { backgroundNames, makeBackground } from '../scene/backgrounds.ts';
import { shrinkPlanes, type Planes } from './pyramid.ts';
import { explained, pixelError } from './pixel-error.ts';

/** Share of the pixels that a known background must explain to be taken. */
const leastShare = 0.25;
/** Part of the side that the edge takes, and the share of it that a background must explain too. */
const edgePart = 16;
const leastEdge = 0.25;

export interface BackgroundGuess {
  /** Name of the world's background, or null when none fits. */
  name: string | null;
  /** The background alone. */
  planes: Planes;
}

const known = new Map<string, Planes>();

function knownBackground(name: string, fullSize: number, factor: number): Planes {
  const key = `${name}/${fullSize}/${factor}`;
  const made =
    known.get(key) ??
    shrinkPlanes({ width: fullSize, height: fullSize, data: makeBackground(name, fullSize) }, factor);
  known.set(key, made);
  return made;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] as number;
}

/** A background whose rows each have one colour, the median of the row's outer pixels: for pictures of other worlds. */
function rowBackground({ width, height, data }: Planes): Planes {
  const out = new Float32Array(data.length);
  const edge = Math.max(1, Math.floor(width / 16));
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < 3; c++) {
      const values: number[] = [];
      for (let x = 0; x < width; x++) {
        if (x < edge || x >= width - edge) values.push(data[(y * width + x) * 3 + c] as number);
      }
      const middle = median(values);
      for (let x = 0; x < width; x++) out[(y * width + x) * 3 + c] = middle;
    }
  }
  return { width, height, data: out };
}

/** The share of a picture's pixels that a background explains, and that of the outermost ones alone. */
function sharesOf({ width, height, data }: Planes, background: Planes): { all: number; edge: number } {
  const margin = Math.max(1, Math.floor(width / edgePart));
  let all = 0;
  let edge = 0;
  let edgePixels = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const right = pixelError(data, i, background.data, i) < explained ? 1 : 0;
      all += right;
      if (Math.min(x, y, width - 1 - x, height - 1 - y) >= margin) continue;
      edgePixels++;
      edge += right;
    }
  }
  return { all: all / (width * height), edge: edge / edgePixels };
}

/**
 * What lies behind the objects of a picture: the world's background that explains most pixels, and some of those along the
 * edge, where objects seldom are: four black books are no black background.
 * @param factor by how much the picture is smaller than the full one
 */
export function guessBackground(picture: Planes, factor: number): BackgroundGuess {
  let best: BackgroundGuess = { name: null, planes: rowBackground(picture) };
  let most = 0;
  for (const name of backgroundNames) {
    const planes = knownBackground(name, picture.width * factor, factor);
    const { all, edge } = sharesOf(picture, planes);
    if (all < leastShare || edge < leastEdge || all <= most) continue;
    best = { name, planes };
    most = all;
  }
  return best;
}
