import type { GenerationRequest, TextToImageRequest } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';

/** One line that stands for a request. */
export function titleOf(request: GenerationRequest): string {
  switch (request.task) {
    case 'ground':
      return request.phrases.join(', ');
    case 'caption':
      return t('ask.caption');
    case 'plan':
      return t('queue.planOf', { prompt: request.prompt });
    default:
      return request.prompt;
  }
}

/** The request as one for a picture from text, or null when it asks for something else. */
export function asTextToImage(request: GenerationRequest | null | undefined): TextToImageRequest | null {
  return request?.task === 'text-to-image' ? request : null;
}

export function seedOf(request: GenerationRequest): number | null {
  return 'seed' in request ? request.seed : null;
}
