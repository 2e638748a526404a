import type { RgbImage } from '../../../electron/contract/events.ts';
import type { ColorName } from '../scene/scene.ts';
import type { Box, SpriteSheet } from '../scene/sheet.ts';
import { guessBackground } from './background.ts';
import { pixelError } from './pixel-error.ts';
import { shrinkPlanes, type Planes } from './pyramid.ts';
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
}

/** What the checker sees in a picture, surest first. */
export interface Seen {
  background: string | null;
  detections: Detection[];
}

/** Scales of the search: everything at a quarter, the best again at half. */
const coarse = 4;
const fine = 2;
const mostObjects = 8;
/** Coarse candidates looked at again, and how far around them, in fine pixels. */
const candidates = 24;
const reach = 2;

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

interface Candidate {
  template: number;
  look: number;
  x: number;
  y: number;
  /** Errors over the sprite with it and without it, sums over its area, and their difference. */
  error: number;
  before: number;
  gain: number;
}

interface TemplateErrors {
  best: Float32Array;
  look: Uint8Array;
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

/** Sum over a template's pixels of alpha · error, of a look at (x, y); Infinity once it passes `most`. */
function lookError(
  picture: Planes,
  template: Template,
  look: number,
  x: number,
  y: number,
  most = Infinity,
): number {
  const { columns, rows, alpha, looks } = template;
  const rgb = (looks[look] as Template['looks'][number]).rgb;
  const { width, data } = picture;
  let sum = 0;
  for (let k = 0; k < alpha.length; k++) {
    const at = ((y + (rows[k] as number)) * width + x + (columns[k] as number)) * 3;
    sum += (alpha[k] as number) * pixelError(data, at, rgb, k * 3);
    if (sum > most) return Infinity;
  }
  return sum;
}

/** Sum over a template's pixels of alpha · a value of each pixel, such as the error that is left. */
function leftError(left: Float32Array, width: number, template: Template, x: number, y: number): number {
  const { columns, rows, alpha } = template;
  let sum = 0;
  for (let k = 0; k < alpha.length; k++) {
    sum +=
      (alpha[k] as number) * (left[(y + (rows[k] as number)) * width + x + (columns[k] as number)] as number);
  }
  return sum;
}

/**
 * Finds the sprites of the known sheet in a picture. It explains the picture as a background with sprites on it: the
 * sprite that takes away most of what is unexplained is drawn, and again, until none takes away enough. So one object is
 * found once, and neither blur nor an unusual background makes it see things.
 */
export class Checker {
  readonly #sheet: SpriteSheet;
  readonly #thresholds: Thresholds;
  readonly #coarse: Template[];
  readonly #fine: Template[];

  constructor(sheet: SpriteSheet, vocabulary: Vocabulary, thresholds = defaultThresholds) {
    this.#sheet = sheet;
    this.#thresholds = thresholds;
    this.#coarse = makeTemplates(sheet, vocabulary, coarse);
    this.#fine = makeTemplates(sheet, vocabulary, fine);
  }

  look(image: RgbImage): Seen {
    const { small, half, left, leftHalf, errors, background } = this.#compare(image);
    const claimed = new Float32Array(leftHalf.length);
    const detections: Detection[] = [];
    while (detections.length < mostObjects) {
      const found = this.#best(half, leftHalf, claimed, this.#promising(errors, left, small.width));
      if (!found) break;
      this.#explain(small, left, this.#coarse, found, fine / coarse);
      this.#explain(half, leftHalf, this.#fine, found, 1);
      this.#claim(claimed, half.width, found);
      detections.push(this.#detection(found));
    }
    return { background, detections: detections.sort((a, b) => b.score - a.score) };
  }

  /**
   * A picture in numbers, for distances between sets of pictures: for every object, and then for every colour, how much
   * of the picture's error its best sprite takes away anywhere (0…1).
   */
  features(image: RgbImage): Float64Array {
    const { small, left, errors } = this.#compare(image);
    const byName = new Map<string, number>();
    const byColor = new Map<ColorName | null, number>();
    for (const { name } of this.#coarse) byName.set(name, 0);
    for (const { color } of this.#coarse[0]?.looks ?? []) byColor.set(color, 0);
    this.#coarse.forEach((template, t) => {
      const across = small.width - template.side + 1;
      const { best, look } = errors[t] as TemplateErrors;
      best.forEach((error, at) => {
        if (error === Infinity) return;
        const before = leftError(left, small.width, template, at % across, Math.floor(at / across));
        const gain = (before - error) / template.area;
        const color = template.looks[look[at] as number]?.color ?? null;
        byName.set(template.name, Math.max(byName.get(template.name) ?? 0, gain));
        byColor.set(color, Math.max(byColor.get(color) ?? 0, gain));
      });
    });
    return Float64Array.from([...byName.values(), ...byColor.values()]);
  }

  /** What a background leaves unexplained at both scales, and what every sprite would. */
  #compare(image: RgbImage) {
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
      for (let y = 0, at = 0; y < down; y++) {
        for (let x = 0; x < across; x++, at++) {
          const before = leftError(left, picture.width, template, x, y);
          if (before < template.area * this.#thresholds.gain) continue;
          let most = before;
          for (let l = 0; l < template.looks.length; l++) {
            const error = lookError(picture, template, l, x, y, most);
            if (error >= most) continue;
            best[at] = most = error;
            look[at] = l;
          }
        }
      }
      return { best, look };
    });
  }

  /** The places where a template takes away most, best first. */
  #promising(errors: TemplateErrors[], left: Float32Array, width: number): Candidate[] {
    const all: Candidate[] = [];
    this.#coarse.forEach((template, t) => {
      const across = width - template.side + 1;
      const { best, look } = errors[t] as TemplateErrors;
      best.forEach((error, at) => {
        if (error === Infinity) return;
        const x = at % across;
        const y = Math.floor(at / across);
        const before = leftError(left, width, template, x, y);
        const gain = before - error;
        if (gain <= 0) return;
        all.push({ template: t, look: look[at] as number, x, y, error, before, gain });
      });
    });
    return all.sort((a, b) => b.gain - a.gain).slice(0, candidates);
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
      const before = leftError(left, picture.width, template, place.x, place.y);
      if (before / template.area < this.#thresholds.gain || before <= (best?.gain ?? 0)) continue;
      const covered = leftError(claimed, picture.width, template, place.x, place.y);
      if (covered > template.area * this.#thresholds.covered) continue;
      for (const look of template.looks.keys()) {
        const error = lookError(picture, template, look, place.x, place.y);
        const found = { ...place, look, error, before, gain: before - error };
        if (found.gain > (best?.gain ?? 0) && this.#isGood(found, template.area)) best = found;
      }
    }
    return best;
  }

  #isGood({ error, before, gain }: Candidate, area: number): boolean {
    const least = this.#thresholds;
    return 1 - error / area >= least.score && gain / area >= least.gain && gain >= least.share * before;
  }

  /** Places of the fine scale near coarse candidates, each once. */
  *#around(
    picture: Planes,
    promising: readonly Candidate[],
  ): Generator<{ template: number; x: number; y: number }> {
    const ratio = coarse / fine;
    const seen = new Set<string>();
    for (const { template, x: cx, y: cy } of promising) {
      const { side } = this.#fine[template] as Template;
      for (
        let y = Math.max(0, cy * ratio - reach);
        y <= Math.min(picture.height - side, cy * ratio + reach);
        y++
      ) {
        for (
          let x = Math.max(0, cx * ratio - reach);
          x <= Math.min(picture.width - side, cx * ratio + reach);
          x++
        ) {
          const key = `${template}/${x}/${y}`;
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
    const x0 = Math.round(found.x * scale);
    const y0 = Math.round(found.y * scale);
    const { rgb } = template.looks[found.look] as Template['looks'][number];
    template.alpha.forEach((alpha, k) => {
      const x = x0 + (template.columns[k] as number);
      const y = y0 + (template.rows[k] as number);
      if (x >= picture.width || y >= picture.height) return;
      const at = y * picture.width + x;
      const error = pixelError(picture.data, at * 3, rgb, k * 3);
      left[at] = (left[at] as number) * (1 - alpha) + Math.min(error, left[at] as number) * alpha;
    });
  }

  /** Marks where a found sprite lies, at the fine scale. */
  #claim(claimed: Float32Array, width: number, { template: t, x, y }: Candidate): void {
    const template = this.#fine[t] as Template;
    template.alpha.forEach((alpha, k) => {
      const at = (y + (template.rows[k] as number)) * width + x + (template.columns[k] as number);
      claimed[at] = Math.max(claimed[at] as number, alpha);
    });
  }

  #detection({ template: t, look, x, y, error }: Candidate): Detection {
    const { name, size, looks, area } = this.#fine[t] as Template;
    const [left, top, right, bottom] = this.#sheet.extent(name, size);
    const place = { x: x * fine, y: y * fine };
    return {
      name,
      color: looks[look]?.color ?? null,
      size,
      ...place,
      box: [place.x + left, place.y + top, place.x + right, place.y + bottom],
      score: 1 - error / area,
    };
  }
}
