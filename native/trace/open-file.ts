import { LavidaError } from '../errors.ts';
import { SafetensorsFile } from '../tensor/safetensors.ts';

/** Opens the file of a trace. @throws LavidaError file.missing or file.invalid naming the file */
export async function openTraceFile(path: string): Promise<SafetensorsFile> {
  try {
    return await SafetensorsFile.open(path);
  } catch (error) {
    const missing = error instanceof LavidaError && error.code === 'model.missing';
    throw new LavidaError(
      missing ? 'file.missing' : 'file.invalid',
      `The trace ${path} ${missing ? 'cannot be opened' : 'is damaged'}.`,
      error instanceof LavidaError ? error.detail || error.message : String(error),
    );
  }
}

/** What a file that opens but does not hold what it should is told. */
export function notATrace(path: string, error: unknown): LavidaError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LavidaError('file.invalid', `${path} is not a trace this program can read.`, reason);
}
