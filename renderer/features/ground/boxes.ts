import { intersectionOverUnion, type Edges } from '../../../electron/contract/boxes.ts';
import type { GroundedBox } from '../../../electron/contract/ground.ts';
import type { NotedBox, PictureNotes } from '../../../electron/contract/notes.ts';
import { boxes, updateBox, useBoxes, type CanvasBox } from '../../canvas/selection-api.ts';
import { saveFile } from '../../components/save-file.ts';
import { t } from '../../i18n/index.ts';
import { useNotes } from '../notes/store.ts';
import { showToast } from '../shell/toasts.ts';
import { exportBoxes, type ExportFormat, type ExportedBoxes } from './export.ts';

/** A box on the canvas with what is known of where it came from. */
export interface BoxRow {
  box: CanvasBox;
  noted: NotedBox | null;
  /** With the reference box; null for the reference itself and without one. */
  iou: number | null;
}

export function edgesOf({ x0, y0, x1, y1 }: CanvasBox): Edges {
  return [x0, y0, x1, y1];
}

/** The box others are measured against: the selected one if it was drawn by hand, else the newest such. */
export function referenceOf(all: readonly CanvasBox[], selected: string | null): CanvasBox | null {
  const drawn = all.filter(({ source }) => source === 'drawn');
  return drawn.find(({ id }) => id === selected) ?? drawn.at(-1) ?? null;
}

/** Boxes of the picture, a plan's left out: those are of a picture to come. */
export function rowsOf(
  all: readonly CanvasBox[],
  notes: PictureNotes | null,
  reference: CanvasBox | null,
): BoxRow[] {
  const known = new Map(notes?.boxes.map((box) => [box.id, box]));
  return all
    .filter(({ source }) => source !== 'plan')
    .map((box) => ({
      box,
      noted: known.get(box.id) ?? null,
      iou:
        reference && reference.id !== box.id ? intersectionOverUnion(edgesOf(reference), edgesOf(box)) : null,
    }));
}

/** Results of the newest grounding run that are no boxes, as the model wrote them. */
export function misses(notes: PictureNotes | null): GroundedBox[] {
  return notes?.groundings.at(-1)?.boxes.filter(({ problem }) => problem !== null) ?? [];
}

/** What is wrong with a result, in plain words. */
export function missWords({ problem, raw, bins }: GroundedBox): string {
  if (problem === 'inverted' && bins) {
    const [left, top, right, bottom] = bins;
    return right <= left ? t('ground.inverted.x', { left, right }) : t('ground.inverted.y', { top, bottom });
  }
  const tokens = raw.match(/<[^<>]*>|[^<>]+/gu)?.slice(1, -1) ?? [];
  const wrong = tokens.findIndex((token) => !/^<LOC_\d+>$/u.test(token));
  return t('ground.malformed', { n: Math.max(0, wrong) + 1, token: tokens[wrong] ?? '' });
}

const directions: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What an arrow key does to a box: by a pixel, by ten with Shift, its far corner alone with Ctrl or Command. */
export function nudgeBox(
  box: CanvasBox,
  key: { key: string; shiftKey: boolean; ctrlKey: boolean; metaKey: boolean },
): boolean {
  const direction = directions[key.key];
  const size = useNotes.getState().picture;
  if (!direction || !size) return false;
  const [dx, dy] = direction.map((way) => way * (key.shiftKey ? 10 : 1)) as [number, number];
  if (key.ctrlKey || key.metaKey) {
    const x1 = Math.min(size.width, Math.max(box.x0 + 1, box.x1 + dx));
    const y1 = Math.min(size.height, Math.max(box.y0 + 1, box.y1 + dy));
    updateBox(box.id, { x1, y1 }, true);
    return true;
  }
  const by = {
    x: Math.min(size.width - box.x1, Math.max(-box.x0, dx)),
    y: Math.min(size.height - box.y1, Math.max(-box.y0, dy)),
  };
  updateBox(box.id, { x0: box.x0 + by.x, x1: box.x1 + by.x, y0: box.y0 + by.y, y1: box.y1 + by.y }, true);
  return true;
}

/** The boxes of the picture in a format, as they are on the canvas now; null without a picture. */
function exported(format: ExportFormat): ExportedBoxes | null {
  const { picture, notes } = useNotes.getState();
  if (!picture) return null;
  const known = new Map(notes?.boxes.map((box) => [box.id, box]));
  const list = boxes().flatMap((box): NotedBox[] => {
    if (box.source === 'plan') return [];
    const { id, label, x0, y0, x1, y1, source } = box;
    const before = known.get(id);
    const { raw = null, confidence = null, original = null } = before ?? {};
    return [{ id, label, box: [x0, y0, x1, y1], origin: source, raw, confidence, original }];
  });
  return exportBoxes(format, picture, list);
}

export function canExport(): boolean {
  return useNotes.getState().picture !== null && useBoxes.getState().boxes.length > 0;
}

export async function copyBoxes(format: ExportFormat): Promise<void> {
  const made = exported(format);
  if (!made) return;
  try {
    await navigator.clipboard.writeText(made.text);
    showToast(t('ground.copied', { format: t(`ground.format.${format}`) }));
  } catch {
    showToast(t('copy.refused'), t('copy.refused.detail'));
  }
}

export function saveBoxes(format: ExportFormat): void {
  const made = exported(format);
  if (!made) return;
  saveFile(made.name, new Blob([made.text], { type: made.mediaType }));
}

/** The grounding run that found a box; its id begins with the run's. */
export function runOfBox(id: string): string {
  return id.split('.')[0] ?? id;
}
