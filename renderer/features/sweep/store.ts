import { create } from 'zustand';
import { t } from '../../i18n/index.ts';
import { useDocument } from '../../state/document.ts';
import { setSession, useSession } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';
import { loadFinal } from '../playback/loader.ts';
import { finalKey, pictures } from '../playback/pictures.ts';
import { startRuns } from '../runs/service.ts';
import { showToast } from '../shell/toasts.ts';
import { saveFile } from '../../components/save-file.ts';
import { buildSheet, type AxisDraft } from './build.ts';
import { axisIds, axisOf, type AxisId } from './axes.ts';
import { drawContactSheet } from './contact-sheet.ts';
import type { Sheet } from './sheets.ts';

interface SweepUi {
  /** The form of a new sheet, or a sheet by its id. */
  open: 'form' | { sheet: string } | null;
  problem: string | null;
  starting: boolean;
}

export const useSweep = create<SweepUi>(() => ({ open: null, problem: null, starting: false }));

export function openSweep(): void {
  useSweep.setState({ open: 'form', problem: null });
}

/** The axes as they were last filled in. */
export function axesOf(kept: readonly { id: string; text: string }[]): AxisDraft[] {
  const known = kept.flatMap(({ id, text }) => {
    const axis = axisIds.find((name) => name === id);
    return axis ? [{ id: axis, text }] : [];
  });
  return known.length > 0 ? known : [startAxis('steps'), startAxis('guidanceScale')];
}

export function startAxis(id: AxisId): AxisDraft {
  const { start, kind } = axisOf(id);
  if (kind !== 'words') return { id, text: start };
  return { id, text: useDocument.getState().document.create.prompt.trim().split(/\s+/u).at(-1) ?? '' };
}

export function setAxes(sweepAxes: AxisDraft[]): void {
  setSession({ sweepAxes });
  useSweep.setState({ problem: null });
}

/** Queues the pictures of a sheet and shows it. */
export async function startSheet(): Promise<void> {
  const { create: draft } = useDocument.getState().document;
  useSweep.setState({ starting: true, problem: null });
  const built = await buildSheet(draft, useEngine.getState().model, axesOf(useSession.getState().sweepAxes));
  if (typeof built === 'string') {
    useSweep.setState({ starting: false, problem: built });
    return;
  }
  await startRuns(built);
  const sheet = built[0]?.origin?.sheet?.id;
  useSweep.setState({ starting: false, open: sheet === undefined ? null : { sheet } });
}

/** Saves a sheet as one labelled picture. */
export async function exportSheet(sheet: Sheet): Promise<void> {
  const rows = [];
  for (const row of sheet.rows) {
    const cells = [];
    for (const cell of row) {
      if (cell.state === 'done') await loadFinal(cell.run.id);
      cells.push(cell.state === 'done' ? (pictures.get(finalKey(cell.run.id)) ?? null) : null);
    }
    rows.push(cells);
  }
  const canvas = drawContactSheet({ title: sheet.title, axes: sheet.axes, rows });
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (!blob) {
    showToast(t('sweep.exportFailed'), t('sweep.exportFailed.detail'));
    return;
  }
  const name = sheet.title
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replace(/^-|-$/gu, '');
  saveFile(`${name || 'sheet'}-sheet.png`, blob);
}
