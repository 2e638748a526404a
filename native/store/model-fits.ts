import type { MemoryFit } from '../../electron/contract/hardware.ts';
import { fitTasks } from '../../electron/contract/hardware.ts';
import type { StoredPrecision } from '../../electron/contract/models.ts';
import { outlineOfConfigs, outlineOfFolder, type ModelOutline } from '../hardware/estimate.ts';
import { fitOf, type MemoryRoom } from '../hardware/fit.ts';
import { workOf } from '../hardware/work.ts';
import { officialConfig, officialVqConfig } from '../models/official.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** What a model needs at a precision, and whether this machine has it. */
export interface PrecisionFit {
  precision: StoredPrecision;
  fit: MemoryFit;
}

/** The fit of the first task the model does, painting before all others. */
function fitOfOutline(outline: ModelOutline, room: MemoryRoom): MemoryFit {
  const task = fitTasks.find((name) => outline.trained?.includes(name) ?? true) ?? 'text-to-image';
  return fitOf(outline, workOf(task, outline.imageSize), room);
}

/**
 * Whether a model has room in memory: one that is here by its files, one that can be had at each precision as far as
 * its sizes are known beforehand. Empty where nothing can be told.
 */
export async function fitsOfModel(
  directory: string | null,
  precision: StoredPrecision,
  entry: CatalogueEntry | null,
  room: MemoryRoom,
): Promise<PrecisionFit[]> {
  if (directory !== null) {
    const outline = await outlineOfFolder(directory).catch(() => null);
    return outline ? [{ precision, fit: fitOfOutline(outline, room) }] : [];
  }
  if (!entry?.architecture) return [];
  return entry.precisions.map((wanted) => {
    const stored = wanted === 'original' ? 'published' : wanted;
    const outline = outlineOfConfigs(officialConfig, officialVqConfig, stored);
    return { precision: wanted, fit: fitOfOutline(outline, room) };
  });
}
