import { create } from 'zustand';
import { maskedCells, selectedBox } from '../../canvas/selection-api.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { randomSeed } from '../create/generate.ts';
import { pictureRecordAt } from '../playback/frame.ts';
import type { RunRecord } from '../playback/record.ts';
import { shownFilm, usePlayback } from '../playback/store.ts';
import { enterRun } from '../runs/events.ts';
import { showError, showToast } from '../shell/toasts.ts';
import { useRuns } from '../runs/store.ts';
import { placeOf } from '../viewer/shown.ts';
import { isStaged } from '../viewer/staging.ts';

/** Where the region of a branch comes from. */
export type RegionSource = 'mask' | 'box' | 'token' | 'none';

interface BranchStore {
  open: boolean;
  /** Paint with a seed drawn anew instead of the parent's. */
  newSeed: boolean;
  /** Steps of the branch; null = as many as the parent would take. */
  steps: number | null;
  busy: boolean;
}

export const useBranch = create<BranchStore>(() => ({
  open: false,
  newSeed: true,
  steps: null,
  busy: false,
}));

/** The finished picture at the playhead and how many of its steps are done; null where no branch can begin. */
export function branchPoint(): { record: RunRecord; step: number } | null {
  const film = shownFilm();
  if (!film?.ended || !film.record) return null;
  if (!useRuns.getState().finished.some((run) => run.id === film.id && run.hasTrace)) return null;
  const { record, local } = pictureRecordAt(film, usePlayback.getState().position);
  return record === film.record ? { record, step: local } : null;
}

/** The tokens to paint again: those under the mask, else in the selected box, else the picked one. */
export function branchRegion(record: RunRecord): { source: RegionSource; cells: number[] } {
  const { shape } = record;
  const { grid, image } = shape;
  const { square } = placeOf(shape, shape.result ?? image, isStaged(record.id));
  const masked = maskedCells(grid, square);
  if (masked) {
    return { source: 'mask', cells: [...masked.keys()].filter((cell) => masked[cell] === 1) };
  }
  const box = selectedBox();
  if (box && record.shape.request.task === 'text-to-image') {
    const x = image.width / grid.width;
    const y = image.height / grid.height;
    const cells = Array.from({ length: record.codes }, (_, cell) => cell).filter((cell) => {
      const left = (cell % grid.width) * x;
      const top = Math.floor(cell / grid.width) * y;
      return left < box.x1 && left + x > box.x0 && top < box.y1 && top + y > box.y0;
    });
    return { source: 'box', cells };
  }
  const { picked } = usePlayback.getState();
  return picked !== null && picked < record.codes
    ? { source: 'token', cells: [picked] }
    : { source: 'none', cells: [] };
}

/** How many tokens would be open at the start of a branch. */
export function openTokens(record: RunRecord, step: number, cells: readonly number[]): number {
  const region = new Set(cells);
  let open = 0;
  for (let cell = 0; cell < record.codes; cell++) {
    const isOpen = !record.isGiven(cell) && (record.commitStep[cell] ?? 0) >= step;
    if (isOpen || region.has(cell)) open += 1;
  }
  return open;
}

/** Puts the branch into the queue; it comes into view as it runs. */
export async function startBranch(): Promise<void> {
  const point = branchPoint();
  if (!point) return;
  const { record, step } = point;
  const { newSeed, steps } = useBranch.getState();
  const { cells } = branchRegion(record);
  useBranch.setState({ busy: true });
  const reply = await studio.invoke('run.branch', {
    id: record.id,
    step,
    region: cells,
    ...(newSeed ? { seed: randomSeed() } : {}),
    ...(steps === null ? {} : { steps }),
  });
  useBranch.setState({ busy: false });
  if (!reply.ok) {
    showError(reply.error);
    return;
  }
  useBranch.setState({ open: false });
  usePlayback.setState({ follow: true, playing: false });
  enterRun(reply.value.id, reply.value.request);
  showToast(t('branch.started', { step }));
}
