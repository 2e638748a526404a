import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** Memory as this process may use it, in bytes. */
export interface MemoryState {
  /** Of the machine. */
  totalBytes: number;
  /** What the process may take at most: the machine's, or less where a container sets a limit. */
  usableBytes: number;
  /** Not in use now, or easily given back by the system. */
  availableBytes: number;
  /** Who set a limit below the machine's memory. */
  limitedBy: 'container' | null;
}

/** Reads a small text file of the system; null where there is none. */
export type ReadText = (path: string) => string | null;

export const readSystemText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** A limit of 2⁶² bytes and more is how control groups say "none". */
const noLimit = 2 ** 62;

function bytesIn(text: string | null): number | null {
  const value = text === null ? NaN : Number(text.trim());
  return Number.isFinite(value) && value >= 0 && value < noLimit ? value : null;
}

/** Bytes of a line such as `MemAvailable:  123 kB`. */
export function kilobytesOf(text: string | null, name: string): number | null {
  const found = text === null ? null : new RegExp(`^${name}:\\s+(\\d+) kB`, 'mu').exec(text);
  return found ? Number(found[1]) * 1024 : null;
}

interface GroupMemory {
  limit: number;
  /** In use and not to be given back: page cache of files read once is not counted. */
  used: number;
}

function groupMemory(
  read: ReadText,
  folder: string,
  names: { limit: string; used: string },
): GroupMemory | null {
  const limit = bytesIn(read(`${folder}/${names.limit}`));
  if (limit === null) return null;
  const used = bytesIn(read(`${folder}/${names.used}`)) ?? 0;
  const cache = /^(?:total_)?inactive_file (\d+)$/mu.exec(read(`${folder}/memory.stat`) ?? '');
  return { limit, used: Math.max(0, used - Number(cache?.[1] ?? 0)) };
}

/** The tightest control group this process lies in, of version 2 or 1; null without a limit. */
function controlGroup(read: ReadText): GroupMemory | null {
  const groups = read('/proc/self/cgroup') ?? '';
  const candidates: GroupMemory[] = [];
  const collect = (root: string, path: string, names: { limit: string; used: string }): void => {
    const parts = path.split('/').filter(Boolean);
    for (let length = parts.length; length >= 0; length--) {
      const found = groupMemory(read, [root, ...parts.slice(0, length)].join('/'), names);
      if (found) candidates.push(found);
    }
  };
  for (const line of groups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/u.exec(line) ?? [];
    if (path === undefined || controllers === undefined) continue;
    if (controllers === '') {
      collect('/sys/fs/cgroup', path, { limit: 'memory.max', used: 'memory.current' });
    } else if (controllers.split(',').includes('memory')) {
      const names = { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes' };
      collect('/sys/fs/cgroup/memory', path, names);
    }
  }
  candidates.sort((one, other) => one.limit - other.limit);
  return candidates[0] ?? null;
}

/** What the machine and its container leave to this process now. */
export function memoryState(read: ReadText = readSystemText): MemoryState {
  const totalBytes = totalmem();
  const free = kilobytesOf(read('/proc/meminfo'), 'MemAvailable') ?? freemem();
  const group = controlGroup(read);
  if (!group || group.limit >= totalBytes) {
    return { totalBytes, usableBytes: totalBytes, availableBytes: free, limitedBy: null };
  }
  const availableBytes = Math.max(0, Math.min(free, group.limit - group.used));
  return { totalBytes, usableBytes: group.limit, availableBytes, limitedBy: 'container' };
}

/** Processes the system has ended for lack of memory since it started; null where it does not say. */
export function memoryKills(read: ReadText = readSystemText): number | null {
  const found = /^oom_kill (\d+)$/mu.exec(read('/proc/vmstat') ?? '');
  return found ? Number(found[1]) : null;
}

/** Largest resident memory this process has had, in bytes. */
export function peakResidentBytes(): number {
  // The system's own figure for a child begins with its parent's; the mark in /proc is of this program alone.
  return kilobytesOf(readSystemText('/proc/self/status'), 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}
