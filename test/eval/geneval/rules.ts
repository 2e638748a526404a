import { z } from 'zod';
import { intersectionOverUnion } from '../../../electron/contract/boxes.ts';
import type { ColorName } from '../scene/scene.ts';
import { colorNames, ways, type Way } from '../scene/scene.ts';
import type { Box } from '../scene/sheet.ts';

/** Sides are GenEval's; no prompt of its own says what stands in front. */
const sides = ['left of', 'right of', 'above', 'below'] as const;
const depths = ['in front of', 'behind'] as const;
export type Side = (typeof sides)[number];
export type Relation = Side | (typeof depths)[number];

/** Whether a relation says what stands in front, so that its things overlap. */
export function isDepth(relation: Relation): boolean {
  return (depths as readonly string[]).includes(relation);
}

const includeSchema = z.object({
  class: z.string(),
  count: z.int().positive(),
  color: z.enum(colorNames).optional(),
  /** A size that the sets give a side to; none of GenEval's own prompts speaks of sizes. */
  size: z.string().optional(),
  /** The way it faces; none of GenEval's own prompts speaks of that either. */
  facing: z.enum(ways).optional(),
  /** A relation to an earlier entry of `include`, by its index. */
  position: z.tuple([z.enum([...sides, ...depths]), z.int().nonnegative()]).optional(),
});

/** A prompt of GenEval with what its picture must show (Ghosh et al. 2023). */
export const promptSchema = z.object({
  prompt: z.string().min(1),
  tag: z.string(),
  include: z.array(includeSchema).min(1),
  /** Classes of which there must be fewer than `count`. */
  exclude: z.array(z.object({ class: z.string(), count: z.int().positive() })).optional(),
});
export type GenEvalPrompt = z.infer<typeof promptSchema>;

/** An object in a picture. */
export interface Found {
  name: string;
  /** Tint; null = the object's own colours. */
  color: ColorName | null;
  /** Side in pixels of the sprite's square. */
  size: number;
  box: Box;
  score: number;
  /** Of how many others it covers a part. */
  depth: number;
  /** Which way it faces; null where nobody can tell. */
  facing: Way | null;
}

/** Share of both objects' sides that an offset must exceed. */
const positionMargin = 0.1;

/** Where `a` is relative to `b`, by the centres of their boxes with a margin for their sizes. */
export function relationsBetween(a: Box, b: Box): Side[] {
  const axis = (low: 0 | 1): { offset: number; beyond: number } => {
    const offset = (a[low] + a[(low + 2) as 2 | 3] - b[low] - b[(low + 2) as 2 | 3]) / 2;
    const sides = a[(low + 2) as 2 | 3] - a[low] + b[(low + 2) as 2 | 3] - b[low];
    return { offset, beyond: Math.max(Math.abs(offset) - positionMargin * sides, 0) * Math.sign(offset) };
  };
  const x = axis(0);
  const y = axis(1);
  const distance = Math.hypot(x.offset, y.offset);
  if (Math.abs(x.beyond) < 1e-3 && Math.abs(y.beyond) < 1e-3) return [];
  const found: Side[] = [];
  if (x.beyond / distance < -0.5) found.push('left of');
  if (x.beyond / distance > 0.5) found.push('right of');
  if (y.beyond / distance < -0.5) found.push('above');
  if (y.beyond / distance > 0.5) found.push('below');
  return found;
}

/** Whether `a` stands so to `b`. What stands in front overlaps the other and, where that is known, covers a part of it. */
export function standsSo(
  a: Pick<Found, 'box'> & Partial<Found>,
  relation: Relation,
  b: Pick<Found, 'box'> & Partial<Found>,
): boolean {
  if (relation === 'behind') return standsSo(b, 'in front of', a);
  if (relation !== 'in front of') return relationsBetween(a.box, b.box).includes(relation);
  const nearer = a.depth === undefined || b.depth === undefined || a.depth > b.depth;
  return nearer && intersectionOverUnion(a.box, b.box) > 0;
}

/** Whether an object of a class shows a colour; a tint shows its own. */
export type ColorTest = (found: Found, color: ColorName) => boolean;

/** What is looked at in an object beside its class. */
export interface Eye {
  shows: ColorTest;
  /** Whether an object has the size that a word stands for. */
  hasSize: (found: Found, size: string) => boolean;
}

/**
 * GenEval's verdict on a picture: at least `count` of every class; of the surest ones as many in the colour; each of them
 * in the relation to each of the other group; none too many of an excluded class. Beyond GenEval: of the surest ones as many
 * in the size, and facing the way.
 * @param found surest first
 * @returns why it is wrong; empty when it is right
 */
export function judge(
  prompt: Omit<GenEvalPrompt, 'prompt' | 'tag'>,
  found: readonly Found[],
  { shows, hasSize }: Eye,
): string[] {
  const reasons: string[] = [];
  const groups: (Found[] | null)[] = [];
  for (const { class: name, count, color, size, facing, position } of prompt.include) {
    const group = found.filter((object) => object.name === name).slice(0, count);
    const wrong: string[] = [];
    if (group.length < count) wrong.push(`expected ${count} ${name}, found ${group.length}`);
    else if (color !== undefined) {
      const right = group.filter((object) => shows(object, color)).length;
      if (right < count) {
        const seen = group.map((object) => object.color ?? 'its own colours').join(', ');
        wrong.push(`expected ${count} ${color} ${name}, found ${seen}`);
      }
    }
    if (size !== undefined && wrong.length === 0) {
      const right = group.filter((object) => hasSize(object, size)).length;
      if (right < count) {
        const seen = group.map((object) => `${object.size} pixels`).join(', ');
        wrong.push(`expected ${count} ${size} ${name}, found ${seen}`);
      }
    }
    if (facing !== undefined && wrong.length === 0 && group.some((object) => object.facing !== facing)) {
      const seen = group.map((object) => object.facing ?? 'no way').join(', ');
      wrong.push(`expected ${count} ${name} facing ${facing}, found ${seen}`);
    }
    if (position && wrong.length === 0) {
      const [relation, target] = position;
      const others = groups[target];
      if (!others) wrong.push(`nothing for ${name} to be ${relation}`);
      else {
        const apart = group.some((a) => others.some((b) => !standsSo(a, relation, b)));
        if (apart) wrong.push(`expected ${name} ${relation} ${others[0]?.name ?? 'the other'}`);
      }
    }
    reasons.push(...wrong);
    groups.push(wrong.length === 0 ? group : null);
  }
  for (const { class: name, count } of prompt.exclude ?? []) {
    const seen = found.filter((object) => object.name === name).length;
    if (seen >= count) reasons.push(`expected fewer than ${count} ${name}, found ${seen}`);
  }
  return reasons;
}
