import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { LavidaError } from '../../native/errors.ts';
import { scalesOf } from './checker/scales.ts';
import { promptSchema } from './geneval/rules.ts';
import { colorNames, itemSchema, sceneSchema, ways } from './scene/scene.ts';

const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const sceneIndex = z.int().nonnegative();

const truthSchema = sceneSchema.extend({
  id: z.int().nonnegative(),
  /** `box`: tight extent of the visible pixels, right and bottom exclusive. */
  items: z.array(itemSchema.extend({ box: boxSchema })),
  held_out: z.boolean(),
});
export type TruthScene = z.infer<typeof truthSchema>;

const shapeSchema = z.object({
  image_size: z.int().min(32).multipleOf(16),
  objects: z.array(z.string()).min(1),
  colors: z.array(z.enum(colorNames)).min(1),
  /** Side in pixels of a sprite of each size that prompts speak of. */
  sizes: z.record(z.string(), z.int().positive()).default({}),
  /** Which way objects face on the sheet, where prompts and pictures may have them face either way. */
  faces: z.record(z.string(), z.enum(ways)).default({}),
  scenes: z.array(truthSchema),
  t2i: z.array(promptSchema.extend({ held_out: z.boolean() })),
  ground: z.array(z.object({ scene: sceneIndex, phrase: z.string(), item: z.int().nonnegative() })),
  ask: z.array(z.object({ scene: sceneIndex, kind: z.string(), question: z.string(), answer: z.string() })),
  edit: z.array(
    z.object({
      scene: sceneIndex,
      kind: z.string(),
      instruction: z.string(),
      target: sceneSchema,
      /** A prompt for the scene, for who would edit a picture of the model's own; absent = only drawn scenes are edited. */
      caption: z.string().optional(),
      /** Where the picture changes; null where everything may. */
      region: boxSchema.nullable(),
    }),
  ),
  critique: z.array(
    z.object({ scene: sceneIndex, prompt: z.string(), correct: z.boolean(), reply: z.string() }),
  ),
  caption: z.array(z.object({ scene: sceneIndex })),
});

/** What nano is asked in an evaluation, with the truth: models/train/evalset.py writes it. */
export type EvalSets = z.infer<typeof shapeSchema>;

/** Every place where one part of the sets names something that another part has not. */
function checkReferences(sets: EvalSets, context: z.RefinementCtx): void {
  const complain = (path: PropertyKey[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const scenes = new Map(sets.scenes.map((scene) => [scene.id, scene]));
  const { coarse } = scalesOf(sets.image_size);
  if (sets.image_size % coarse !== 0) {
    complain(['image_size'], `The checker needs pictures whose side is a multiple of ${coarse}.`);
  }
  const checkItems = (items: readonly { name: string; size: number }[], path: PropertyKey[]): void => {
    items.forEach(({ name, size }, i) => {
      if (!sets.objects.includes(name)) complain([...path, i, 'name'], `"${name}" is not among the objects.`);
      if (size % coarse !== 0)
        complain([...path, i, 'size'], `The checker needs sizes that are multiples of ${coarse}.`);
    });
  };
  sets.scenes.forEach(({ items }, i) => {
    checkItems(items, ['scenes', i, 'items']);
  });
  for (const part of ['ground', 'ask', 'edit', 'critique', 'caption'] as const) {
    sets[part].forEach(({ scene }, i) => {
      if (!scenes.has(scene)) complain([part, i, 'scene'], `There is no scene ${scene}.`);
    });
  }
  sets.ground.forEach(({ scene, item }, i) => {
    if (item >= (scenes.get(scene)?.items.length ?? Infinity)) {
      complain(['ground', i, 'item'], `Scene ${scene} has no item ${item}.`);
    }
  });
  sets.edit.forEach(({ target }, i) => {
    checkItems(target.items, ['edit', i, 'target', 'items']);
  });
  sets.t2i.forEach(({ include }, i) => {
    include.forEach((wanted, k) => {
      if (!sets.objects.includes(wanted.class)) {
        complain(['t2i', i, 'include', k, 'class'], `"${wanted.class}" is not among the objects.`);
      }
      if (wanted.size !== undefined && !Object.hasOwn(sets.sizes, wanted.size)) {
        complain(['t2i', i, 'include', k, 'size'], `"${wanted.size}" is not among the sizes.`);
      }
      if (wanted.facing !== undefined && !Object.hasOwn(sets.faces, wanted.class)) {
        complain(['t2i', i, 'include', k, 'facing'], `"${wanted.class}" is not among what faces some way.`);
      }
    });
  });
}

const setsSchema = shapeSchema.superRefine(checkReferences);

/** The first thing wrong with a file of sets, as a sentence that says where. */
function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return '';
  const where = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return `at ${where.replace(/^\./u, '') || 'the top'}: ${issue.message}${more}`;
}

/** Sets and the hash of their file. @throws LavidaError file.missing, file.invalid that says where it is wrong */
export async function readSets(path: string): Promise<{ sets: EvalSets; sha256: string }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new LavidaError('file.missing', `The sets ${path} cannot be read.`, (error as Error).message);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new LavidaError('file.invalid', `The sets ${path} are not JSON.`, (error as Error).message);
  }
  const parsed = setsSchema.safeParse(json);
  if (!parsed.success) {
    throw new LavidaError('file.invalid', `The sets ${path} cannot be used.`, firstProblem(parsed.error));
  }
  return { sets: parsed.data, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Sides of all sprites in the sets. */
export function sizesOf(sets: EvalSets): number[] {
  const items = [
    ...sets.scenes.flatMap(({ items }) => items),
    ...sets.edit.flatMap(({ target }) => target.items),
  ];
  return [...new Set(items.map(({ size }) => size))];
}
