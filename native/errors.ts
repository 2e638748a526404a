import { errorCatalogue, type ErrorCode, type StudioError } from '../electron/contract/errors.ts';

/** An error a user can understand: a sentence, its cause, and the way out from the closed catalogue. */
export class LavidaError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  /**
   * @param code entry of the catalogue, which supplies the action
   * @param message one sentence naming the file, setting or step at fault
   * @param detail the technical cause, may be empty
   */
  constructor(code: ErrorCode, message: string, detail = '') {
    super(message);
    this.name = 'LavidaError';
    this.code = code;
    this.detail = detail;
  }
}

/** How Node, V8 and ONNX Runtime say that an allocation failed. */
const memoryWords =
  /bad_alloc|array buffer allocation failed|failed to allocate memory|heap out of memory|cannot allocate memory|not enough memory|ENOMEM/iu;

/** Whether words of an error or of a dying process mean that there was no memory left. */
export function meansNoMemory(text: string): boolean {
  return memoryWords.test(text);
}

/** Any thrown value as the error that crosses process borders; unknown ones become `internal`. */
export function toStudioError(thrown: unknown): StudioError {
  if (thrown instanceof LavidaError) {
    return {
      code: thrown.code,
      message: thrown.message,
      cause: thrown.detail,
      action: errorCatalogue[thrown.code].action,
    };
  }
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  if (meansNoMemory(cause)) {
    return toStudioError(new LavidaError('engine.memory', 'The engine ran out of memory.', cause));
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside the studio.',
    cause,
    action: errorCatalogue.internal.action,
  };
}
