import { z } from 'zod';
import { create } from 'zustand';
import { gallerySorts } from '../../electron/contract/gallery.ts';
import { taskNames } from './task-drafts.ts';

export const overlayNames = ['none', 'states', 'confidence', 'entropy', 'order', 'guidance'] as const;
/** Words alone, or with when and how surely each token was revealed, as looks or as numbers. */
export const tokenViews = ['plain', 'revealed', 'numbers'] as const;
export type TokenView = (typeof tokenViews)[number];
export const layerNames = ['image', 'mask', 'boxes', 'result'] as const;
export type LayerName = (typeof layerNames)[number];
export const toolNames = [
  'move',
  'inspect',
  'brush',
  'eraser',
  'rectangle',
  'oval',
  'lasso',
  'polygon',
  'box',
  'frame',
] as const;
export type ToolName = (typeof toolNames)[number];
/** The forms a picture can be saved in. */
export const saveFormats = ['png', 'jpeg', 'webp'] as const;
export type SaveFormat = (typeof saveFormats)[number];
export type OverlayName = (typeof overlayNames)[number];

export const limits = {
  timelineHeight: { min: 132, max: 460 },
  panelWidth: { min: 288, max: 460 },
  galleryTile: { min: 84, max: 320 },
  speeds: [0.25, 0.5, 1, 2, 4],
  variations: { min: 1, max: 9 },
  brushSize: { min: 1, max: 512 },
  feather: { min: 0, max: 128 },
  saveQuality: { min: 1, max: 100 },
} as const;

const layerLook = (opacity: number) =>
  z.object({ visible: z.boolean(), opacity: z.number().min(0).max(1) }).catch({ visible: true, opacity });

const runId = z.string().max(64);

/** Kept between starts, not undoable. Every field stands alone: a damaged one falls back to its default. */
const sessionSchema = z.object({
  timelineHeight: z.number().min(limits.timelineHeight.min).max(limits.timelineHeight.max).catch(226),
  panelWidth: z.number().min(limits.panelWidth.min).max(limits.panelWidth.max).catch(332),
  variations: z.int().min(limits.variations.min).max(limits.variations.max).catch(1),
  overlay: z.enum(overlayNames).catch('states'),
  overlayOpacity: z.number().min(0.1).max(1).catch(0.8),
  gridLines: z.boolean().catch(false),
  smooth: z.boolean().catch(true),
  tool: z.enum(toolNames).catch('move'),
  /** Diameter of brush and eraser, pixels of the picture. */
  brushSize: z.number().min(limits.brushSize.min).max(limits.brushSize.max).catch(64),
  /** A pen's pressure makes the brush thinner. */
  penPressure: z.boolean().catch(true),
  /** Width over which an edit fades in from the mask's border, pixels of the picture. */
  feather: z.number().min(limits.feather.min).max(limits.feather.max).catch(8),
  /** Masks take whole token cells. */
  snapToCells: z.boolean().catch(false),
  /** The token cells a mask covers are drawn over it. */
  maskCells: z.boolean().catch(true),
  layers: z
    .object({ image: layerLook(1), mask: layerLook(0.5), boxes: layerLook(1), result: layerLook(1) })
    .catch({
      image: { visible: true, opacity: 1 },
      mask: { visible: true, opacity: 0.5 },
      boxes: { visible: true, opacity: 1 },
      result: { visible: true, opacity: 1 },
    }),
  /** What an open cell shows while scrubbing: the model's draft, or nothing. */
  pictureKind: z.enum(['x0', 'committed']).catch('x0'),
  speed: z.number().min(0.1).max(8).catch(1),
  /** Play again from the start when the end is reached. */
  loop: z.boolean().catch(false),
  /** Cells a side of the stratification grid over the unmask order, a power of two; 0 = none. */
  strata: z.int().min(0).max(64).catch(0),
  /** What the colour of a written token says: when it came, or how sure it was. */
  tokenColour: z.enum(['order', 'confidence']).catch('order'),
  /** The card with the text at the playhead is not folded. */
  textCardOpen: z.boolean().catch(true),
  advancedOpen: z.boolean().catch(false),
  galleryOpen: z.boolean().catch(false),
  gallerySort: z.enum(gallerySorts).catch('newest'),
  /** Pixels a side of a picture in the gallery. */
  galleryTile: z.number().min(limits.galleryTile.min).max(limits.galleryTile.max).catch(120),
  /** How a picture is saved under another form; quality is of JPEG and WebP. */
  saveFormat: z.enum(saveFormats).catch('jpeg'),
  saveQuality: z.int().min(limits.saveQuality.min).max(limits.saveQuality.max).catch(92),
  editAdvancedOpen: z.boolean().catch(false),
  askOptionsOpen: z.boolean().catch(false),
  task: z.enum(taskNames).catch('create'),
  tokenView: z.enum(tokenViews).catch('revealed'),
  /** The picture from elsewhere that was on the canvas. */
  selectedPicture: runId.nullable().catch(null),
  /** The project file the document belongs to. */
  project: z
    .object({ path: z.string().max(4096), name: z.string().max(300) })
    .nullable()
    .catch(null),
  /** Of what was last saved or opened, to tell whether anything changed since. */
  projectMark: z.string().max(64).catch(''),
  /** Runs made while the project was open. */
  projectResults: z.array(runId).max(5000).catch([]),
  /** What a sheet of variations varies, as it was last filled in. */
  sweepAxes: z
    .array(z.object({ id: z.string().max(40), text: z.string().max(4000) }))
    .max(2)
    .catch([]),
  /** Rounds side by side show their layouts. */
  roundPlans: z.boolean().catch(true),
  selectedRun: runId.nullable().catch(null),
  /** Runs that change a picture and wait to be accepted or discarded, by the picture's id, oldest first. */
  staged: z.record(runId, z.array(runId).max(400)).catch({}),
  /** The picture a run was laid over, by the run's id. */
  origins: z.record(runId, runId).catch({}),
  /** How long one step took last, milliseconds, and on which model and backend. */
  pace: z
    .object({ on: z.string().max(200), ms: z.number().positive() })
    .nullable()
    .catch(null),
});

export type SessionState = z.infer<typeof sessionSchema>;

export const defaultSession: SessionState = sessionSchema.parse(
  Object.fromEntries(Object.keys(sessionSchema.shape).map((key) => [key, undefined])),
);

export const useSession = create<SessionState>(() => defaultSession);

export function setSession(patch: Partial<SessionState>): void {
  useSession.setState(patch);
}

/** Changes how a layer of the canvas is seen. */
export function setLayer(name: LayerName, patch: Partial<SessionState['layers'][LayerName]>): void {
  const { layers } = useSession.getState();
  setSession({ layers: { ...layers, [name]: { ...layers[name], ...patch } } });
}

export function parseSession(kept: unknown): SessionState {
  const object = typeof kept === 'object' && kept !== null ? kept : {};
  const known = Object.fromEntries(
    Object.keys(sessionSchema.shape).map((key) => [key, (object as Record<string, unknown>)[key]]),
  );
  return sessionSchema.parse(known);
}
