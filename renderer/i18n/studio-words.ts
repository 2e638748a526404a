import type { StudioError } from '../../electron/contract/errors.ts';
import { currentLanguage } from './index.ts';
import { engineDetails, errorTexts } from './zh/errors.ts';
import { chineseSentence } from './zh/sentences.ts';

interface ErrorWords {
  message: string;
  action: string;
  cause: string;
  /** What the studio said, where that is not known in the language of the window. */
  unknown: string;
}

/**
 * An error in the language of the window. The studio itself speaks English: its sentences are known by their form, and
 * one that is not becomes the technical cause below the sentence of its kind, so that nothing it says is lost. What the
 * window itself says is Chinese already.
 */
export function errorWords(error: StudioError): ErrorWords {
  const texts = currentLanguage() === 'zh' ? errorTexts[error.code] : undefined;
  if (!texts) return { message: error.message, action: error.action, cause: error.cause, unknown: '' };
  const [kind, action] = texts;
  const known = error.message.endsWith('。') ? error.message : chineseSentence(error.message);
  const unknown = known === null ? error.message : '';
  const cause = [unknown, error.cause].filter(Boolean).map(studioWords).join('\n');
  return { message: known ?? kind, action, cause, unknown };
}

/** What the studio says, line by line and sentence by sentence, in the language of the window as far as it is known. */
export function studioWords(text: string): string {
  if (currentLanguage() !== 'zh') return text;
  return text
    .split('\n')
    .map((line) => chineseSentence(line) ?? line)
    .join('\n');
}

/** What the engine says it is doing, in the language of the window. */
export function engineDetail(detail: string): string {
  return (currentLanguage() === 'zh' ? engineDetails[detail] : undefined) ?? detail;
}
