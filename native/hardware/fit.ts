import type { MemoryFit } from '../../electron/contract/hardware.ts';
import { precisions, type Precision } from '../models/precision.ts';
import { estimateMemory, outlineOfSizes, type ModelOutline } from './estimate.ts';
import type { MemoryState } from './memory.ts';
import type { EstimateWork } from './work.ts';

/** Share of what is free now that a run may take before it counts as tight. */
const comfortable = 0.95;

/** The memory a run is held against. */
export interface MemoryRoom {
  /** The user's cap, or what the machine and its container allow. */
  limitBytes: number;
  /** Free now, with what the engine holds already. */
  freeBytes: number;
}

/** @param capBytes the user's setting, if any; @param engineBytes what the running engine holds */
export function roomFor(
  state: MemoryState,
  capBytes: number | undefined,
  engineBytes: number | null,
): MemoryRoom {
  const limitBytes = Math.min(capBytes ?? Infinity, state.usableBytes);
  const freeBytes = Math.min(limitBytes, state.availableBytes + (engineBytes ?? 0));
  return { limitBytes, freeBytes };
}

/** Smallest first. */
const order: readonly (Precision | 'published')[] = [...precisions, 'published'];

/** The precision of most of a model's transformer. */
function precisionOf({ weights }: ModelOutline): Precision | 'published' {
  const layers = weights.filter(({ name }) => name.includes('.transformer.blocks.'));
  const bytes = (stored: string): number =>
    layers.filter((tensor) => tensor.stored === stored).reduce((sum, { elements }) => sum + elements, 0);
  if (bytes('quantised') < Math.max(bytes('half'), bytes('float32'))) {
    return bytes('half') > bytes('float32') ? 'published' : 'fp32';
  }
  const packed = layers.filter(({ stored }) => stored === 'quantised');
  const perElement =
    packed.reduce((sum, { fileBytes }) => sum + fileBytes, 0) /
    packed.reduce((sum, { elements }) => sum + elements, 0);
  return perElement < 0.9 ? 'int4' : 'int8';
}

/** The largest smaller precision with which the work needs less. */
function smallerPrecision(
  outline: ModelOutline,
  work: EstimateWork,
  room: MemoryRoom,
): { precision: Precision; bytes: number } | null {
  const now = estimateMemory(outline, work, room.limitBytes);
  const smaller = order.slice(0, order.indexOf(precisionOf(outline))).reverse();
  for (const precision of smaller) {
    if (precision === 'published') continue;
    const { peak, least } = estimateMemory(
      outlineOfSizes(outline.sizes, precision, outline.imageSize),
      work,
      room.limitBytes,
    );
    if (least <= room.limitBytes && peak < now.peak * 0.95) return { precision, bytes: peak };
  }
  return null;
}

/**
 * Whether a work fits: it does when all of it has room in what is free; it is tight when it has not, so that weights are
 * read from the disk again and again or other programs have to give way; it will not fit when the limit is below the
 * least it needs. What to do comes from the same estimate with less of each.
 */
export function fitOf(outline: ModelOutline, work: EstimateWork, room: MemoryRoom): MemoryFit {
  const estimate = estimateMemory(outline, work, room.limitBytes);
  const verdict =
    estimate.least > room.limitBytes
      ? 'will-not-fit'
      : estimate.peak > room.freeBytes * comfortable
        ? 'tight'
        : 'fits';
  return {
    verdict,
    needBytes: Math.round(estimate.peak),
    leastBytes: Math.round(estimate.least),
    limitBytes: Math.round(room.limitBytes),
    freeBytes: Math.round(room.freeBytes),
    precision: precisionOf(outline),
    advice: verdict === 'fits' ? [] : adviceFor(outline, work, room),
    graphics: null,
  };
}

function adviceFor(outline: ModelOutline, work: EstimateWork, room: MemoryRoom): MemoryFit['advice'] {
  const { limitBytes } = room;
  const now = estimateMemory(outline, work, limitBytes);
  const less = (change: Partial<EstimateWork>) => estimateMemory(outline, { ...work, ...change }, limitBytes);
  const advice: MemoryFit['advice'] = [];
  const smaller = smallerPrecision(outline, work, room);
  if (smaller)
    advice.push({ what: 'precision', precision: smaller.precision, needBytes: Math.round(smaller.bytes) });
  const changes = [
    ['reflection', work.paints && work.sees && !work.edits, { sees: false, writes: false }],
    ['plan', work.paints && work.writes, { writes: false }],
    ['guidance', work.paints && work.rows > 1, { rows: 1 }],
  ] as const;
  for (const [what, applies, change] of changes) {
    const changed = less(change);
    if (applies && changed.peak < now.peak * 0.95) advice.push({ what, needBytes: Math.round(changed.peak) });
  }
  if (now.peak > room.freeBytes && room.freeBytes < limitBytes)
    advice.push({ what: 'close', needBytes: Math.round(now.peak) });
  return advice;
}
