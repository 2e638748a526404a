import type { PartName } from './parts.ts';

/** What a user does with a model; each loads the parts it needs and no more (MODEL §2.6). */
export const taskNames = ['text-to-image', 'edit', 'ask', 'ground'] as const;
export type TaskName = (typeof taskNames)[number];

const image: readonly PartName[] = ['text layers', 'image layers', 'image tokens', 'VQ decoder'];
const sight: readonly PartName[] = ['vision tower', 'resampler', 'projector'];
/** Parts a task cannot do without. The text embedding is read row by row from the file. */
export const neededParts: Readonly<Record<TaskName, readonly PartName[]>> = {
  'text-to-image': ['text embedding', ...image],
  edit: ['text embedding', ...image, ...sight, 'VQ encoder'],
  ask: ['text embedding', 'text layers', 'text head', ...sight],
  ground: ['text embedding', 'text layers', 'text head', ...sight],
};
