import { z } from 'zod';
import { layerLooksSchema, projectSnapshotSchema } from '../../../electron/contract/project.ts';
import { keptBoxes, replaceBoxes, restoreBoxes, useBoxes } from './boxes-store.ts';
import { packedMasks, replaceMasks, restoreMasks, useMask } from './mask-store.ts';
import { replaceSnapshots, snapshots, useSnapshots } from './snapshots-store.ts';

/** Longest side a mask may have; see the mask store. */
const edge = z.int().min(1).max(4096);
const place = z.number().min(-1e6).max(1e6);

const maskSchema = z.object({ width: edge, height: edge, runs: z.array(z.int().min(0)) });

const boxSchema = z.object({
  id: z.string().max(64),
  label: z.string().max(200),
  x0: place,
  y0: place,
  x1: place,
  y1: place,
  source: z.enum(['drawn', 'plan', 'ground', 'answer']),
  visible: z.boolean(),
  colour: z.string().max(32),
});

const boxesSchema = z.array(boxSchema).max(200);

const { id, name, createdAt, picture, width, height, staged, shown } = projectSnapshotSchema.shape;
const snapshotSchema = z.object({
  id,
  name,
  createdAt,
  picture,
  width,
  height,
  mask: maskSchema.nullable().catch(null),
  boxes: boxesSchema.catch([]),
  layers: layerLooksSchema,
  staged: staged.catch([]),
  shown: shown.catch(null),
});

/**
 * What was drawn over pictures, by the picture's id, and the snapshots of it. Each stands alone: a damaged one is left out.
 */
const draftSchema = z.object({
  masks: z.record(z.string().max(64), maskSchema.nullable().catch(null)).catch({}),
  boxes: z.record(z.string().max(64), boxesSchema.catch([])).catch({}),
  snapshots: z
    .array(snapshotSchema.nullable().catch(null))
    .catch([])
    .transform((all) => all.filter((each) => each !== null)),
});

export type CanvasDraft = z.infer<typeof draftSchema>;

/** Masks, boxes and snapshots as they are kept between starts. */
export function canvasDraft(): CanvasDraft {
  return {
    masks: packedMasks(),
    boxes: keptBoxes(),
    snapshots: snapshots().map((each) => ({ ...each, boxes: [...each.boxes], staged: [...each.staged] })),
  };
}

/** Takes up what the last start left. */
export function restoreCanvasDraft(kept: unknown): void {
  const parsed = draftSchema.safeParse(kept);
  if (!parsed.success) return;
  restoreMasks(parsed.data.masks);
  restoreBoxes(parsed.data.boxes);
  replaceSnapshots(parsed.data.snapshots);
}

/** Puts what lies over the pictures of another project in place of all there is. */
export function replaceCanvasDraft(draft: CanvasDraft): void {
  replaceMasks(draft.masks);
  replaceBoxes(draft.boxes);
  replaceSnapshots(draft.snapshots);
}

/** Called whenever there is something new to keep. */
export function onCanvasDraft(listener: () => void): void {
  useMask.subscribe((now, before) => {
    if (now.version !== before.version) listener();
  });
  useBoxes.subscribe((now, before) => {
    if (now.boxes !== before.boxes) listener();
  });
  useSnapshots.subscribe(listener);
}
