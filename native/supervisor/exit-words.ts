import type { EngineExit } from './launcher.ts';

/** One sentence that says how the engine process ended. */
export function describeExit({ code, signal }: EngineExit, wasOpen: boolean): string {
  const when = wasOpen ? 'The engine died' : 'The engine died while it was starting';
  if (signal === 'SIGKILL') return `${when}: it was killed, by someone or by the system for lack of memory.`;
  if (signal) return `${when} (${signal}).`;
  return `${when} (exit code ${String(code)}).`;
}

/** The technical cause: how much memory it had last, and the last lines it wrote. */
export function wordsOfExit(
  { code, signal }: EngineExit,
  lastWords: readonly string[],
  residentBytes: number | null,
): string {
  const lines = [signal ? `signal ${signal}` : `exit code ${String(code)}`];
  if (residentBytes !== null)
    lines.push(`resident memory was ${String(Math.round(residentBytes / 2 ** 20))} MiB`);
  return [...lines, ...lastWords.slice(-8)].join('\n');
}
