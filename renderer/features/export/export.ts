import { create } from 'zustand';
import type { ExportFormat } from '../../../electron/contract/traces.ts';
import { studio } from '../../api/index.ts';
import { saveFile } from '../../components/save-file.ts';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../state/session.ts';
import { shownFilm } from '../playback/store.ts';
import { showError, showToast } from '../shell/toasts.ts';

/** Which export is being written, if any. */
export const useExport = create<{ busy: ExportFormat | null }>(() => ({ busy: null }));

/** Pictures of a sheet at most. */
const sheetPictures = 25;
/** Frames a second of a film at playback speed 1. */
const usualPace = 12;

/** Whether the run on the timeline can be exported in a format. */
export function canExport(format: ExportFormat): boolean {
  const film = shownFilm();
  if (!film?.ended || useExport.getState().busy !== null) return false;
  return format === 'json' || film.pictures.length > 0;
}

/** Writes the run on the timeline as a file the browser saves; pictures show open tokens as the timeline does. */
export async function exportRun(format: ExportFormat): Promise<void> {
  const film = shownFilm();
  if (!film || !canExport(format)) return;
  const { pictureKind: kind, speed } = useSession.getState();
  useExport.setState({ busy: format });
  const framesPerSecond = Math.min(50, Math.max(0.5, usualPace * speed));
  const reply = await studio.invoke('trace.export', {
    id: film.id,
    settings: { format, kind, framesPerSecond, pictures: sheetPictures },
  });
  useExport.setState({ busy: null });
  if (!reply.ok) {
    showError(reply.error);
    return;
  }
  const { name, mime, bytes } = reply.value;
  saveFile(name, new Blob([bytes.slice()], { type: mime }));
  showToast(t('export.done', { name }));
}
