import type { StudioError } from '../../electron/contract/errors.ts';
import { currentLanguage } from './index.ts';
import { engineDetails, errorTexts } from './zh/errors.ts';
import { chineseSentence } from './zh/sentences.ts';

/**
 * An error in the language of the window. The studio itself speaks English: its sentences are known by their form, and
 * one that is not becomes the technical cause below the sentence of its kind, so that nothing it says is lost.
 */
export function errorWords(error: StudioError): { message: string; action: string; cause: string } {
  const texts = currentLanguage() === 'zh' ? errorTexts[error.code] : undefined;
  if (!texts) return error;
  const [kind, action] = texts;
  const known = chineseSentence(error.message);
  const causes = known === null ? [error.message, error.cause] : [error.cause];
  return { message: known ?? kind, action, cause: causes.filter(Boolean).map(studioWords).join('\n') };
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
