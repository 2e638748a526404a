import type { StudioError } from '../../electron/contract/errors.ts';
import { currentLanguage } from './index.ts';
import { engineDetails, errorTexts } from './zh/errors.ts';

/**
 * An error in the language of the window. The studio itself speaks English; in another language its own words become the
 * technical cause, so that nothing they say is lost.
 */
export function errorWords(error: StudioError): { message: string; action: string; cause: string } {
  const texts = currentLanguage() === 'zh' ? errorTexts[error.code] : undefined;
  if (!texts) return error;
  const [message, action] = texts;
  return { message, action, cause: [error.message, error.cause].filter(Boolean).join('\n') };
}

/** What the engine says it is doing, in the language of the window. */
export function engineDetail(detail: string): string {
  return (currentLanguage() === 'zh' ? engineDetails[detail] : undefined) ?? detail;
}
