import { toStudioError } from '../errors.ts';
import { errorText } from './output.ts';
import { formatSeconds, ProgressLine } from './progress.ts';

/** Bytes as a reader sizes them up. */
export function size(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 10).toFixed(1)} KiB`;
}

/** Rows as aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(i < row.length - 1 ? (widths[i] ?? 0) : 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Runs a verb to an exit code: 0 done, 1 error, 130 interrupted. */
export async function verb(
  work: (signal: AbortSignal, progress: ProgressLine) => Promise<number>,
  interrupted = 'finished files stay and need not be made again.',
): Promise<void> {
  const abort = new AbortController();
  const progress = new ProgressLine(process.stderr);
  const interrupt = (): void => {
    abort.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    process.exitCode = await work(abort.signal, progress);
  } catch (thrown) {
    progress.clear();
    if (abort.signal.aborted) {
      console.error(`lavida: interrupted; ${interrupted}`);
      process.exitCode = 130;
    } else {
      console.error(errorText(toStudioError(thrown)));
      process.exitCode = 1;
    }
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Says how far a long copy is, with the time left. */
export function progressTo(line: ProgressLine): (file: string, done: number, total: number) => void {
  const started = performance.now();
  return (file, done, total) => {
    const seconds = (performance.now() - started) / 1000;
    const left = done > 0 ? `, ${formatSeconds((seconds / done) * (total - done))} left` : '';
    line.say(`${file}  ${size(done)} of ${size(total)}${left}`);
  };
}
