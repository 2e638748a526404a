import { t } from '../../i18n/index.ts';
import { showToast } from '../shell/toasts.ts';
import { finalKey, pictures, type Picture } from './pictures.ts';
import { usePlayback } from './store.ts';

/** The finished picture of the run on show. */
export function shownPicture(): Picture | null {
  const { runId } = usePlayback.getState();
  return runId === null ? null : (pictures.get(finalKey(runId)) ?? null);
}

/** Puts the finished picture on the clipboard as a PNG. */
export async function copyPicture(): Promise<void> {
  const picture = shownPicture();
  if (!picture) return;
  const png = new Promise<Blob>((resolve, reject) => {
    picture.source.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The picture could not be encoded.'));
    }, 'image/png');
  });
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
