import { readdir, statfs } from 'node:fs/promises';
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import { extname } from 'node:path';
import type { EngineStatus } from '../../electron/contract/engine.ts';
import { withoutPictures } from '../../electron/contract/request.ts';
import type { ActiveRun } from '../../electron/contract/runs.ts';
import type { Settings } from '../../electron/contract/settings.ts';
import { personalNames, redact } from '../library/redact.ts';
import type { DiaryEntry } from './diary.ts';

/** Where a report takes its facts from. */
export interface DiagnosticsSources {
  version: string;
  shell: string;
  outputs: string;
  engine: () => EngineStatus;
  settings: () => Settings;
  queue: () => readonly ActiveRun[];
  diary: () => readonly DiaryEntry[];
}

async function outputFolder(path: string): Promise<Record<string, unknown>> {
  try {
    const names = await readdir(path);
    const kinds: Record<string, number> = {};
    for (const name of names) kinds[extname(name) || 'other'] = (kinds[extname(name) || 'other'] ?? 0) + 1;
    const { bavail, bsize } = await statfs(path);
    return { path, files: kinds, freeBytes: bavail * bsize };
  } catch (error) {
    return { path, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Addresses may carry a name and a password. */
function withoutPasswords({ mirror, proxy, ...rest }: Settings): Settings {
  const bare = (address: string): string => address.replace(/\/\/[^/@]*@/u, '//<name>@');
  return { ...rest, mirror: bare(mirror), proxy: bare(proxy) };
}

/** A report about this studio. It is made here, goes nowhere, and names nobody. */
export async function collectDiagnostics(
  { version, shell, outputs, engine, settings, queue, diary }: DiagnosticsSources,
  prompts: boolean,
): Promise<{ report: string; fileName: string }> {
  const madeAt = new Date().toISOString();
  const facts = {
    report: 'Lavida Studio diagnostics',
    madeAt,
    studio: { version, shell },
    runtime: { ...process.versions },
    machine: {
      platform: platform(),
      release: release(),
      arch: arch(),
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
    },
    process: { uptimeSeconds: Math.round(process.uptime()), memory: process.memoryUsage() },
    engine: engine(),
    settings: withoutPasswords(settings()),
    outputFolder: await outputFolder(outputs),
    queue: queue().map(({ id, state, request }) => ({ id, state, request: withoutPictures(request) })),
    diary: diary(),
  };
  const report = `${JSON.stringify(redact(facts, personalNames(), prompts), null, 2)}\n`;
  return { report, fileName: `lavida-studio-diagnostics-${madeAt.slice(0, 19).replaceAll(':', '-')}.json` };
}
