import type { RgbImage } from '../../../electron/contract/events.ts';
import { wayOf, type ColorName, type Faces, type Way } from '../scene/scene.ts';
import type { Box, SpriteSheet } from '../scene/sheet.ts';
import { guessBackground } from './background.ts';
import { depthsOf, type Sprite } from './depths.ts';
import { pixelError } from './pixel-error.ts';
import { shrinkPlanes, type Planes } from './pyramid.ts';
import { scalesOf, type Scales } from './scales.ts';
import { strayShare } from './stray.ts';
import { leftError, lookError, uncovered } from './template-errors.ts';
import { makeTemplates, type Template, type Vocabulary } from './templates.ts';

/** An object the checker sees. */
export interface Detection {
  name: string;
  /** Tint; null = the object's own colours. */
  color: ColorName | null;
  size: number;
  /** Left top corner of the sprite's square. */
  x: number;
  y: number;
  /** Extent of the visible pixels. */
  box: Box;
  /** How well the sprite fits, 1 = exactly. */
  score: number;
  /** Of how many others it covers a part. */
  depth: number;
  /** Which way it faces; null of what faces none, and where the vocabulary does not tell. */
  facing: Way | null;
}

/** What the checker sees in a picture, surest first. */
export interface Seen {
  background: string | null;
  detections: Detection[];
  /** Share of the picture that neither accounts for. */
  stray: number;
}

const mostObjects = 8;
/**
 * Coarse candidates looked at again at a time, how many at most when none of them is good enough (many objects take a
 * little from a smear before the one that fits elsewhere comes), and how far around each, in fine pixels.
 */
const candidates = 24;
const mostCandidates = 144;
const reach = 2;
/** Objects among a picture's features. */
const strongestObjects = 4;

interface Thresholds {
  /** Least score. */
  score: number;
  /** Least drop of the mean error by drawing the sprite, absolute and as a share of the error without it. */
  gain: number;
  share: number;
  /** Largest part of a sprite that may lie where sprites were found before: a smear is not many objects. */
  covered: number;
}
const defaultThresholds: Thresholds = { score: 0.7, gain: 0.03, share: 0.3, covered: 0.4 };
/** For what may be there, though nobody would swear to it. */
export const faintThresholds: Thresholds = { ...defaultThresholds, score: 0.45, share: 0.12 };

interface Candidate extends Sprite {
  /** Sum of alpha where nothing found before lies; errors there with the sprite and without it, sums over that area, and their difference. */
  area: number;
  error: number;
  before: number;
  gain: number;
}

interface TemplateErrors {
  best: Float32Array;
  look: Uint8Array;
}

/** A picture at both scales, what a background leaves unexplained of it, and what every sprite would. */
interface Compared {
  small: Planes;
  half: Planes;
  left: Float32Array;
  leftHalf: Float32Array;
  errors: TemplateErrors[];
  background: string | null;
}

function toPlanes({ width, height, rgb }: RgbImage): Planes {
  return { width, height, data: Float32Array.from(rgb, (value) => value / 255) };
}

/** The error of each pixel [height · width]. */
function errorsBetween(a: Planes, b: Planes): Float32Array {
  return Float32Array.from({ length: a.width * a.height }, (_, i) =>
    pixelError(a.data, i * 3, b.data, i * 3),
  );
}

/**
 * Finds the sprites of the known sheet in a picture. It explains the picture as a background with sprites on it: the
 * sprite that takes away most of what is unexplained is drawn, and again, until none takes away enough. So one object is
 * found once, and neither blur nor an unusual background makes it see things.
 */
export class Checker {
  readonly #sheet: SpriteSheet;
  readonly #thresholds: Thresholds;
  readonly #faces: Faces;
  readonly #side: number;
  readonly #scales: Scales;
  readonly #coarse: Template[];
  readonly #fine: Template[];

  constructor(sheet: SpriteSheet, vocabulary: Vocabulary, thresholds = defaultThresholds) {
    this.#sheet = sheet;
    this.#thresholds = thresholds;
    this.#faces = vocabulary.faces ?? {};
    this.#side = vocabulary.imageSize;
    this.#scales = scalesOf(vocabulary.imageSize);
    const { coarse, fine } = this.#scales;
    [this.#coarse, this.#fine] = makeTemplates(sheet, vocabulary, [coarse, fine]) as [Template[], Template[]];
  }

  /** @throws RangeError for a picture of another side than the vocabulary's */
  look(image: RgbImage): Seen {
    return this.#explainAll(this.#compare(image));
  }

  /** What is in a picture, and its features, for less than both alone. */
  study(image: RgbImage): Seen & { features: Float64Array } {
    const compared = this.#compare(image);
    const features = this.#featuresOf(compared);
    return { ...this.#explainAll(compared), features };
  }

  #explainAll({ small, half, left, leftHalf, errors, background }: Compared): Seen {
    const claimed = new Float32Array(leftHalf.length);
    const sprites: Candidate[] = [];
    while (sprites.length < mostObjects) {
      const found = this.#bestOf(half, leftHalf, claimed, this.#promising(errors, left, small.width));
      if (!found) break;
      this.#explain(small, left, this.#coarse, found, this.#scales.fine / this.#scales.coarse);
      this.#explain(half, leftHalf, this.#fine, found, 1);
      this.#claim(claimed, half.width, found);
      sprites.push(found);
    }
    const depths = depthsOf(half, this.#fine, sprites);
    const detections = sprites.map((found, i) => ({ ...this.#detection(found), depth: depths[i] as number }));
    return {
      background,
      detections: detections.sort((a, b) => b.score - a.score),
      stray: strayShare(leftHalf, claimed, half.width),
    };
  }

  /**
   * A picture in a few numbers, for distances between sets of pictures, as many whatever the vocabulary: the share of the
   * picture its background leaves unexplained, how much of that (0…1) the best sprite of each colour takes away anywhere,
   * and the same of the objects that take away most, best first.
   */
  features(image: RgbImage): Float64Array {
    return this.#featuresOf(this.#compare(image));
  }

  #featuresOf({ small, left, errors }: Compared): Float64Array {
    const byName = new Map<string, number>();
    const byColor = new Map<ColorName | null, number>();
    for (const { color } of this.#coarse[0]?.looks ?? []) byColor.set(color, 0);
    for (const { template: t, look, area, gain: sum } of this.#candidates(errors, left, small.width)) {
      const { name, looks } = this.#coarse[t] as Template;
      const gain = sum / area;
      const color = looks[look]?.color ?? null;
      byName.set(name, Math.max(byName.get(name) ?? 0, gain));
      byColor.set(color, Math.max(byColor.get(color) ?? 0, gain));
    }
    const strongest = [...byName.values()].sort((a, b) => b - a);
    const unexplained = left.reduce((sum, value) => sum + value, 0) / left.length;
    return Float64Array.from([
      unexplained,
      ...byColor.values(),
      ...Array.from({ length: strongestObjects }, (_, i) => strongest[i] ?? 0),
    ]);
  }

  #compare(image: RgbImage): Compared {
    const { coarse, fine } = this.#scales;
    if (image.width !== this.#side || image.height !== this.#side) {
      throw new RangeError(
        `The picture has ${image.width} × ${image.height} pixels, not ${this.#side} × ${this.#side}.`,
      );
    }
    const full = toPlanes(image);
    const small = shrinkPlanes(full, coarse);
    const half = shrinkPlanes(full, fine);
    const behind = guessBackground(half, fine);
    const left = errorsBetween(small, shrinkPlanes(behind.planes, coarse / fine));
    const leftHalf = errorsBetween(half, behind.planes);
    return { small, half, left, leftHalf, errors: this.#allErrors(small, left), background: behind.name };
  }

  /**
   * For every template the error of its best look at every place, and which look. Places where no look is better than
   * the background, which most are, are left at Infinity early: what is found later only lowers the error there.
   */
  #allErrors(picture: Planes, left: Float32Array): TemplateErrors[] {
    return this.#coarse.map((template) => {
      const across = picture.width - template.side + 1;
      const down = picture.height - template.side + 1;
      const best = new Float32Array(across * down).fill(Infinity);
      const look = new Uint8Array(across * down);
      for (let y = 0, i = 0; y < down; y++) {
        for (let x = 0; x < across; x++, i++) {
          const at = y * picture.width + x;
          const before = leftError(left, template, at);
          if (before < template.area * this.#thresholds.gain) continue;
          let most = before;
          for (let l = 0; l < template.looks.length; l++) {
            const error = lookError(picture, template, template.alpha, l, at, most);
            if (error >= most) continue;
            best[i] = most = error;
            look[i] = l;
          }
        }
      }
      return { best, look };
    });
  }

  /** Every place of the coarse scale where a template takes something away. */
  *#candidates(errors: TemplateErrors[], left: Float32Array, width: number): Generator<Candidate> {
    for (const [t, template] of this.#coarse.entries()) {
      const across = width - template.side + 1;
      const { best, look } = errors[t] as TemplateErrors;
      for (let i = 0; i < best.length; i++) {
        const error = best[i] as number;
        if (error === Infinity) continue;
        const x = i % across;
        const y = Math.floor(i / across);
        const before = leftError(left, template, y * width + x);
        const gain = before - error;
        const { area } = template;
        if (gain > 0) yield { template: t, look: look[i] as number, x, y, area, error, before, gain };
      }
    }
  }

  /** The places that are worth a look at the fine scale, best first. */
  #promising(errors: TemplateErrors[], left: Float32Array, width: number): Candidate[] {
    const least = this.#thresholds.gain / 2;
    return [...this.#candidates(errors, left, width)]
      .filter(({ area, gain }) => gain >= least * area)
      .sort((a, b) => b.gain - a.gain);
  }

  /** The best sprite of the first few candidates of which any is good enough, or null. */
  #bestOf(
    picture: Planes,
    left: Float32Array,
    claimed: Float32Array,
    promising: readonly Candidate[],
  ): Candidate | null {
    for (let from = 0; from < mostCandidates; from += candidates) {
      const few = promising.slice(from, from + candidates);
      if (few.length === 0) return null;
      const best = this.#best(picture, left, claimed, few);
      if (best) return best;
    }
    return null;
  }

  /** The best sprite of the fine scale around the candidates, or null when none is good enough. */
  #best(
    picture: Planes,
    left: Float32Array,
    claimed: Float32Array,
    promising: readonly Candidate[],
  ): Candidate | null {
    let best: Candidate | null = null;
    for (const place of this.#around(picture, promising)) {
      const template = this.#fine[place.template] as Template;
      const at = place.y * picture.width + place.x;
      const covered = leftError(claimed, template, at);
      if (covered > template.area * this.#thresholds.covered) continue;
      // What lies behind another is judged by what can be seen of it.
      const alpha = covered > 0 ? uncovered(claimed, template, at) : template.alpha;
      const area = template.area - covered;
      const before = leftError(left, template, at, alpha);
      if (before / area < this.#thresholds.gain || before <= (best?.gain ?? 0)) continue;
      for (const look of template.looks.keys()) {
        const error = lookError(picture, template, alpha, look, at, before - (best?.gain ?? 0));
        const found: Candidate = { ...place, look, area, error, before, gain: before - error };
        if (found.gain > (best?.gain ?? 0) && this.#isGood(found)) best = found;
      }
    }
    return best;
  }

  #isGood({ area, error, before, gain }: Candidate): boolean {
    const least = this.#thresholds;
    return 1 - error / area >= least.score && gain / area >= least.gain && gain >= least.share * before;
  }

  /** Places of the fine scale near coarse candidates, each once. */
  *#around(
    picture: Planes,
    promising: readonly Candidate[],
  ): Generator<{ template: number; x: number; y: number }> {
    const ratio = this.#scales.coarse / this.#scales.fine;
    const seen = new Set<number>();
    for (const { template, x: cx, y: cy } of promising) {
      const { side } = this.#fine[template] as Template;
      const right = Math.min(picture.width - side, cx * ratio + reach);
      const bottom = Math.min(picture.height - side, cy * ratio + reach);
      for (let y = Math.max(0, cy * ratio - reach); y <= bottom; y++) {
        for (let x = Math.max(0, cx * ratio - reach); x <= right; x++) {
          const key = (template * picture.height + y) * picture.width + x;
          if (seen.has(key)) continue;
          seen.add(key);
          yield { template, x, y };
        }
      }
    }
  }

  /** Lowers the error that is left where a found sprite explains the picture. */
  #explain(
    picture: Planes,
    left: Float32Array,
    templates: Template[],
    found: Candidate,
    scale: number,
  ): void {
    const template = templates[found.template] as Template;
    const from = Math.round(found.y * scale) * picture.width + Math.round(found.x * scale);
    const { rgb } = template.looks[found.look] as Template['looks'][number];
    template.alpha.forEach((alpha, k) => {
      const at = from + (template.offsets[k] as number);
      const error = pixelError(picture.data, at * 3, rgb, k * 3);
      left[at] = (left[at] as number) * (1 - alpha) + Math.min(error, left[at] as number) * alpha;
    });
  }

  /** Marks where a found sprite lies, at the fine scale. */
  #claim(claimed: Float32Array, width: number, { template: t, x, y }: Candidate): void {
    const template = this.#fine[t] as Template;
    template.alpha.forEach((alpha, k) => {
      const at = y * width + x + (template.offsets[k] as number);
      claimed[at] = Math.max(claimed[at] as number, alpha);
    });
  }

  #detection({ template: t, look, x, y, area, error }: Candidate): Omit<Detection, 'depth'> {
    const { name, flip, size, looks } = this.#fine[t] as Template;
    const [left, top, right, bottom] = this.#sheet.extent(name, size, { flip });
    const { fine } = this.#scales;
    const place = { x: x * fine, y: y * fine };
    return {
      name,
      color: looks[look]?.color ?? null,
      size,
      ...place,
      box: [place.x + left, place.y + top, place.x + right, place.y + bottom],
      score: 1 - error / area,
      facing: wayOf({ name, flip }, this.#faces),
    };
  }
}
