import { create } from 'zustand';
import type { CaptionRequest } from '../../../electron/contract/request.ts';
import { currentPicture, pictureSourceOf } from '../../canvas/selection-api.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { editCreate } from '../../state/document.ts';
import { answerSettings } from '../ask/settings.ts';
import { useEngine } from '../engine/store.ts';
import { startRuns } from '../runs/service.ts';
import { showError, showToast } from '../shell/toasts.ts';

/** The run that puts the picture into words for the prompt. */
export const useDescribe = create<{ asking: string | null }>(() => ({ asking: null }));

/** What describers said, in case the answer is quicker than the reply to the question. */
const answers = new Map<string, string>();

/** Whether there is a picture, and a model that can put it into words. */
export function canDescribe(): boolean {
  const able = useEngine.getState().model?.tasks.includes('caption') ?? false;
  const picture = currentPicture();
  return able && picture !== null && picture.kind !== 'blank';
}

/** Puts the picture on the canvas into words and makes them the prompt; undo brings the old prompt back. */
export async function describePicture(): Promise<void> {
  const picture = currentPicture();
  if (!picture || !canDescribe()) return;
  const image = await pictureSourceOf(picture);
  if (!image.ok) {
    showError(image.error);
    return;
  }
  const request: CaptionRequest = {
    version: 1,
    task: 'caption',
    ...answerSettings({}, 'caption'),
    image: image.value,
  };
  const [id] = await startRuns([request], true);
  if (id === undefined) return;
  useDescribe.setState({ asking: id });
  const early = answers.get(id);
  if (early !== undefined) take(early);
}

/** Listens for the words for as long as the window lives. */
export function listenToDescriptions(): void {
  studio.on('run.event', ({ id, event }) => {
    if (event.type === 'run.answer') {
      answers.set(id, event.text);
      for (const old of answers.keys()) {
        if (answers.size <= 4) break;
        answers.delete(old);
      }
      if (useDescribe.getState().asking === id) take(event.text);
    } else if (event.type === 'run.error' || event.type === 'run.cancelled') {
      if (useDescribe.getState().asking === id) useDescribe.setState({ asking: null });
    }
  });
}

function take(text: string): void {
  useDescribe.setState({ asking: null });
  const most = useEngine.getState().model?.maxCaptionCharacters ?? text.length;
  const prompt = [...text.trim()].slice(0, most).join('');
  if (prompt === '') {
    showToast(t('describe.nothing'));
    return;
  }
  editCreate('describe', { prompt });
  showToast(t('describe.done'), t('results.recalled.detail'));
}
