import type { StudioError } from '../../electron/contract/errors.ts';
import { LavidaError, meansNoMemory, toStudioError } from '../errors.ts';
import { memoryState } from '../hardware/memory.ts';
import { sizeWords } from '../hardware/words.ts';
import type { EngineExit } from './launcher.ts';

/** An engine process that ended by itself. */
export interface EngineDeath {
  exit: EngineExit;
  /** Whether a model was open. */
  wasOpen: boolean;
  /** The last lines it wrote, oldest first. */
  lastWords: readonly string[];
  /** Its resident memory when it was last heard of. */
  residentBytes: number | null;
  /** Whether the system ended processes for lack of memory while this one lived. */
  systemKilled: boolean;
}

/** Windows's codes of a process that got no memory. */
const noMemoryCodes = [0xc0000017, 0xc000012d];

/** Whether an engine died of memory: the system killed it for that, or its last words say so. */
export function diedOfMemory({ exit, lastWords, systemKilled }: EngineDeath): boolean {
  if (exit.signal === 'SIGKILL') return systemKilled;
  if (exit.code !== null && noMemoryCodes.includes(exit.code >>> 0)) return true;
  return lastWords.some(meansNoMemory);
}

function sentenceOf({ exit, wasOpen }: EngineDeath, ofMemory: boolean): string {
  const { code, signal } = exit;
  if (ofMemory)
    return wasOpen ? 'The engine ran out of memory.' : 'The engine ran out of memory while it was starting.';
  const when = wasOpen ? 'The engine died' : 'The engine died while it was starting';
  if (signal === 'SIGKILL') return `${when}: it was killed, by someone or by the system for lack of memory.`;
  if (signal) return `${when} (${signal}).`;
  return `${when} (exit code ${String(code)}).`;
}

/** The error of an engine's death: a sentence, and as its cause how it ended, its memory and its last words. */
export function errorOfDeath(death: EngineDeath): StudioError {
  const { exit, lastWords, residentBytes } = death;
  const ofMemory = diedOfMemory(death);
  const lines = [exit.signal ? `signal ${exit.signal}` : `exit code ${String(exit.code)}`];
  if (residentBytes !== null)
    lines.push(`resident memory was ${String(Math.round(residentBytes / 2 ** 20))} MiB`);
  if (ofMemory) {
    const { usableBytes, availableBytes } = memoryState();
    lines.push(`of ${sizeWords(usableBytes)} memory ${sizeWords(availableBytes)} are free now`);
  }
  const code = ofMemory ? 'engine.memory' : 'engine.died';
  const cause = [...lines, ...lastWords.slice(-8)].join('\n');
  return toStudioError(new LavidaError(code, sentenceOf(death, ofMemory), cause));
}
