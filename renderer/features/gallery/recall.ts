import type { PictureRequest, TextToImageRequest } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import { editCreate, useDocument } from '../../state/document.ts';
import { setSession } from '../../state/session.ts';
import { recallSeed, recallSettings } from '../create/generate.ts';
import { recallEdit } from '../edit/edit.ts';
import { asTextToImage } from '../runs/request-words.ts';
import { showToast } from '../shell/toasts.ts';

/** What can be taken over from a picture into the draft. */
export const recallParts = ['all', 'prompt', 'seed', 'size'] as const;
export type RecallPart = (typeof recallParts)[number];

/** What a picture says about how it was made, wherever it came from. */
export interface Recallable {
  request: PictureRequest | null;
  foreign: { prompt: string; seed: number | null } | null;
  width: number;
  height: number;
}

/** Whether a picture has this part to give. */
export function canRecall({ request, foreign }: Recallable, part: RecallPart): boolean {
  switch (part) {
    case 'all':
      return request !== null;
    case 'prompt':
      return (request?.prompt ?? foreign?.prompt ?? '') !== '';
    case 'seed':
      return request !== null || typeof foreign?.seed === 'number';
    case 'size':
      return true;
  }
}

/** Takes a part of a picture's request over into the draft; undo brings back what was there. */
export function recall(from: Recallable, part: RecallPart): void {
  const { request, foreign } = from;
  if (!canRecall(from, part)) {
    showToast(t('recall.nothing'), t(`recall.nothing.${part}`));
    return;
  }
  const made = asTextToImage(request);
  if (part === 'all' && request?.task === 'edit') {
    recallEdit(request);
    return;
  }
  // The draft that takes it should be in sight.
  setSession({ task: 'create' });
  if (part === 'all' && made) recallSettings(made);
  else if (part === 'all' && request?.task === 'edit') recallEdit(request);
  else if (part === 'prompt') {
    editCreate('recall prompt', { prompt: request?.prompt ?? foreign?.prompt ?? '' });
    showToast(t('recall.prompt'), t('results.recalled.detail'));
  } else if (part === 'seed') recallSeedOf(request?.seed ?? foreign?.seed ?? 0);
  else if (part === 'size') recallSize(from, made);
}

function recallSeedOf(seed: number): void {
  recallSeed({ seed } as TextToImageRequest);
}

/** The model paints in one size; what can be taken over is the size it is told the picture had. */
function recallSize({ width, height }: Recallable, made: TextToImageRequest | null): void {
  const { overrides } = useDocument.getState().document.create;
  const before = overrides.microConditions ?? {};
  const told = made?.microConditions;
  const microConditions = {
    ...before,
    originalWidth: told?.originalWidth ?? width,
    originalHeight: told?.originalHeight ?? height,
  };
  editCreate('recall size', { overrides: { ...overrides, microConditions } });
  const { originalWidth, originalHeight } = microConditions;
  showToast(t('recall.size', { w: originalWidth, h: originalHeight }), t('results.recalled.detail'));
}
