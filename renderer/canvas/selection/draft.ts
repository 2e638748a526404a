import { z } from 'zod';
import { keptBoxes, replaceBoxes, restoreBoxes, useBoxes } from './boxes-store.ts';
import { packedMasks, replaceMasks, restoreMasks, useMask } from './mask-store.ts';

/** Longest side a mask may have; see the mask store. */
const edge = z.int().min(1).max(4096);
const place = z.number().min(-1e6).max(1e6);

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

/** What was drawn over pictures, by the picture's id. Each picture stands alone: a damaged one is left out. */
const draftSchema = z.object({
  masks: z
    .record(
      z.string().max(64),
      z
        .object({ width: edge, height: edge, runs: z.array(z.int().min(0)) })
        .nullable()
        .catch(null),
    )
    .catch({}),
  boxes: z.record(z.string().max(64), z.array(boxSchema).max(200).catch([])).catch({}),
});

export type CanvasDraft = z.infer<typeof draftSchema>;

/** Masks and boxes as they are kept between starts. */
export function canvasDraft(): CanvasDraft {
  return { masks: packedMasks(), boxes: keptBoxes() };
}

/** Takes up what the last start left. */
export function restoreCanvasDraft(kept: unknown): void {
  const parsed = draftSchema.safeParse(kept);
  if (!parsed.success) return;
  restoreMasks(parsed.data.masks);
  restoreBoxes(parsed.data.boxes);
}

/** Puts what lies over the pictures of another project in place of all there is. */
export function replaceCanvasDraft(draft: CanvasDraft): void {
  replaceMasks(draft.masks);
  replaceBoxes(draft.boxes);
}

/** Called whenever there is something new to keep. */
export function onCanvasDraft(listener: () => void): void {
  useMask.subscribe((now, before) => {
    if (now.version !== before.version) listener();
  });
  useBoxes.subscribe((now, before) => {
    if (now.boxes !== before.boxes) listener();
  });
}
