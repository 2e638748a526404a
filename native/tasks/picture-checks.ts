import type { PictureRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import type { TaskContext } from './context.ts';

/** The trimmed prompt or instruction of a picture. @throws LavidaError prompt.empty, prompt.too-long */
export function checkedPrompt(prompt: string, { info }: TaskContext): string {
  const text = prompt.trim();
  if (text === '') throw new LavidaError('prompt.empty', 'The prompt is empty.');
  const characters = [...text].length;
  if (characters > info.maxCaptionCharacters) {
    throw new LavidaError(
      'prompt.too-long',
      `The prompt has ${characters} characters; this model reads ${info.maxCaptionCharacters}.`,
    );
  }
  return text;
}

/** @throws LavidaError request.steps, request.invalid */
export function checkPictureSettings(request: PictureRequest, { info }: TaskContext): void {
  const codes = info.grid.width * info.grid.height;
  if (request.steps > codes) {
    throw new LavidaError(
      'request.steps',
      `${request.steps} steps are more than the ${codes} image tokens of this model.`,
      'Each step has to reveal at least one token.',
    );
  }
  const [from, to] = request.guidanceInterval;
  if (from > to)
    throw new LavidaError('request.invalid', `The guidance interval starts at ${from} and ends at ${to}.`);
}
