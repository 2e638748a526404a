import { currentPicture, pictureSourceOf, type CanvasPicture } from '../../canvas/selection-api.ts';
import { t } from '../../i18n/index.ts';
import { showToast } from '../shell/toasts.ts';
import { finalKey, pictures, type Picture } from './pictures.ts';
import { usePlayback } from './store.ts';

/** The finished picture of the run on show. */
function shownPicture(): Picture | null {
  const { runId } = usePlayback.getState();
  return runId === null ? null : (pictures.get(finalKey(runId)) ?? null);
}

/** Whether there is a picture that could go on the clipboard: a finished run's, or one from elsewhere on the canvas. */
export function canCopyPicture(): boolean {
  return copyable() !== null;
}

function copyable(): (() => Promise<Blob>) | null {
  const run = shownPicture();
  if (run) return () => pngFrom(run.source);
  const picture = currentPicture();
  return picture && picture.kind !== 'blank' ? () => pngOfLibrary(picture) : null;
}

function pngFrom(source: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    source.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The picture could not be encoded.'));
    }, 'image/png');
  });
}

/** A picture from elsewhere, decoded and written as a PNG, the one form every clipboard takes. */
async function pngOfLibrary(picture: CanvasPicture): Promise<Blob> {
  const reply = await pictureSourceOf(picture);
  if (!reply.ok || !reply.value.bytes) throw new Error('The picture could not be read.');
  const bitmap = await createImageBitmap(new Blob([reply.value.bytes.slice()]));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Puts the picture in sight on the clipboard as a PNG. */
export async function copyPicture(): Promise<void> {
  const png = copyable()?.();
  if (!png) return;
  await told(navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]), t('copy.picture'));
}

export async function copyText(text: string, done = t('copy.prompt')): Promise<void> {
  await told(navigator.clipboard.writeText(text), done);
}

/** Says that the clipboard took something, or that it did not. */
export async function told(work: Promise<void>, done: string, detail = ''): Promise<void> {
  try {
    await work;
    showToast(done, detail);
  } catch {
    showToast(t('copy.refused'), t('copy.refused.detail'));
  }
}
