import { errorCatalogue } from '../../../electron/contract/errors.ts';
import { maxImportBytes } from '../../../electron/contract/pictures.ts';
import { studio } from '../../api/index.ts';
import { showLibraryPicture } from '../../canvas/selection-api.ts';
import { chooseFile } from '../../components/choose-file.ts';
import { formatNumber, t } from '../../i18n/index.ts';
import { setSession } from '../../state/session.ts';
import { showError, showToast } from '../shell/toasts.ts';

/** Kinds of picture files that can be brought in. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** Brings a picture file into the library and shows it; what went wrong, or was left out, is said. */
export async function bringIn(file: File): Promise<void> {
  const name = file.name || t('picture.pasted');
  if (file.size > maxImportBytes) {
    showError({
      code: 'file.invalid',
      message: t('picture.tooLarge', { name, n: formatNumber(maxImportBytes / 1e6) }),
      cause: '',
      action: errorCatalogue['file.invalid'].action,
    });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const reply = await studio.invoke('picture.import', { name, bytes });
  const shown = reply.ok ? await showLibraryPicture(reply.value.id) : reply;
  if (!shown.ok) {
    showError(shown.error);
    return;
  }
  if (reply.ok) for (const note of reply.value.notes) showToast(name, t(`picture.note.${note}`));
}

/** Puts a picture of the library on the canvas, or says why not. */
export async function showPicture(id: string): Promise<void> {
  const reply = await showLibraryPicture(id);
  if (!reply.ok) showError(reply.error);
}

/** Asks for a picture file, and shows it even where the gallery covered the canvas. */
export function openPictureFile(): void {
  chooseFile(pictureTypes.join(','), (file) => {
    setSession({ galleryOpen: false });
    void bringIn(file);
  });
}

/** The picture file among what was dropped or pasted; a file of another kind is handed on too, to be refused by name. */
export function pictureAmong(data: DataTransfer | null): File | null {
  const files = [...(data?.files ?? [])];
  return files.find(({ type }) => type.startsWith('image/')) ?? files[0] ?? null;
}

/** Listens for pictures pasted anywhere but into a text. */
export function listenForPaste(): void {
  window.addEventListener('paste', (event) => {
    const file = pictureAmong(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    void bringIn(file);
  });
}
