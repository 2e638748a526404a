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

/** The line that stands for a request, short enough for a name. */
export function nameOf(request: GenerationRequest): string {
  return shorten(titleOf(request));
}

/** A text on one line of at most so many characters, cut between words where that loses little. */
export function shorten(text: string, most = 80): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const letters = [...line];
  if (letters.length <= most) return line;
  const cut = letters.slice(0, most - 1).join('');
  const word = cut.lastIndexOf(' ');
  return `${word > cut.length * 0.6 ? cut.slice(0, word) : cut}…`;
}

/** The request as one for a picture from text, or null when it asks for something else. */
export function asTextToImage(request: GenerationRequest | null | undefined): TextToImageRequest | null {
  return request?.task === 'text-to-image' ? request : null;
}

export function seedOf(request: GenerationRequest): number | null {
  return 'seed' in request ? request.seed : null;
}
