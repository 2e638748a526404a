import type { FitOfTask, FitTask } from '../../electron/contract/hardware.ts';
import { fitTasks, mostDemanding } from '../../electron/contract/hardware.ts';
import type { StoredPrecision } from '../../electron/contract/models.ts';
import { outlineOfConfigs, outlineOfFolder, type ModelOutline } from '../hardware/estimate.ts';
import { fitOf, type MemoryRoom } from '../hardware/fit.ts';
import { workOf } from '../hardware/work.ts';
import { officialConfig, officialVqConfig } from '../models/official.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** What the first task a model does, painting before all others, needs at a precision, and whether this machine has it. */
export interface PrecisionFit extends FitOfTask {
  precision: StoredPrecision;
  /** Of the tasks that have no room the one that needs most; null when all have. */
  lacking: FitOfTask | null;
}

function fitsOfOutline(outline: ModelOutline, room: MemoryRoom): Omit<PrecisionFit, 'precision'> {
  const fitFor = (task: FitTask) => ({ task, fit: fitOf(outline, workOf(task, outline.imageSize), room) });
  const fits = fitTasks.filter((task) => outline.trained?.includes(task) ?? true).map(fitFor);
  return { ...(fits[0] ?? fitFor('text-to-image')), lacking: mostDemanding(fits) };
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
    return outline ? [{ precision, ...fitsOfOutline(outline, room) }] : [];
  }
  if (!entry?.architecture) return [];
  return entry.precisions.map((wanted) => {
    const stored = wanted === 'original' ? 'published' : wanted;
    const outline = outlineOfConfigs(officialConfig, officialVqConfig, stored);
    return { precision: wanted, ...fitsOfOutline(outline, room) };
  });
}
