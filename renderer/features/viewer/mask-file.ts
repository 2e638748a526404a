import { errorCatalogue } from '../../../electron/contract/errors.ts';
import { currentPicture, maskPng, setMaskFromFile } from '../../canvas/selection-api.ts';
import { chooseFile } from '../../components/choose-file.ts';
import { saveFile } from '../../components/save-file.ts';
import { t } from '../../i18n/index.ts';
import { showError } from '../shell/toasts.ts';
import { pictureTypes } from './bring-in.ts';

/** Saves the mask as a PNG of the picture's size, white where change is allowed: the form `lavida edit --mask` takes. */
export async function saveMask(): Promise<void> {
  const picture = currentPicture();
  const png = picture && (await maskPng(picture.width, picture.height));
  if (!png) return;
  const name = picture.name.replace(/\.(png|jpe?g|webp)$/iu, '');
  saveFile(`${name}.mask.png`, new Blob([png], { type: 'image/png' }));
}

/** Asks for a picture file and makes its white parts the mask. */
export function openMask(): void {
  chooseFile(pictureTypes.join(','), (file) => void takeMask(file));
}

async function takeMask(file: File): Promise<void> {
  if (await setMaskFromFile(file)) return;
  showError({
    code: 'file.invalid',
    message: t('mask.unreadable', { name: file.name }),
    cause: '',
    action: errorCatalogue['file.invalid'].action,
  });
}
