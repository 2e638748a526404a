import { Seeded } from '../support/seeded.ts';
import type { Scenario } from './scenario.ts';
import { generateScenario, quantizeScenario } from './scenarios/command.ts';
import { engineScenario } from './scenarios/engine.ts';
import { serveScenario } from './scenarios/serve.ts';
import { shellScenario } from './scenarios/shell.ts';

/** Of ten kills, how many each kind of process gets. */
const rotation: readonly (readonly [open: () => Promise<Scenario>, share: number])[] = [
  [serveScenario, 3],
  [engineScenario, 2],
  [shellScenario, 3],
  [generateScenario, 1],
  [quantizeScenario, 1],
];

export interface KillReport {
  kills: Record<string, number>;
  /** Kills that came while a file was being written. */
  interrupting: Record<string, number>;
}

/**
 * Kills real processes at random moments and looks at everything on the disk after each.
 *
 * @throws Error naming the scenario, the seed and the number of the kill after which something was lost
 */
export async function runKills(
  kills: number,
  seed: number,
  tell: (line: string) => void = () => undefined,
): Promise<KillReport> {
  const order = rotation.flatMap(([open, share]) => Array.from({ length: share }, () => open));
  const opened = new Map<() => Promise<Scenario>, Scenario>();
  const report: KillReport = { kills: {}, interrupting: {} };
  try {
    for (let n = 0; n < kills; n++) {
      const open = order[(n * 7) % order.length] as () => Promise<Scenario>;
      const scenario = opened.get(open) ?? (await open());
      opened.set(open, scenario);
      const { name } = scenario;
      try {
        const { interrupted } = await scenario.kill(new Seeded(seed * 100_003 + n));
        report.kills[name] = (report.kills[name] ?? 0) + 1;
        report.interrupting[name] = (report.interrupting[name] ?? 0) + (interrupted > 0 ? 1 : 0);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${name}, seed ${String(seed)}, kill ${String(n)}: ${reason}`, { cause: error });
      }
      if ((n + 1) % 10 === 0) tell(`${String(n + 1)} of ${String(kills)} kills`);
    }
    for (const [open, scenario] of opened) {
      opened.delete(open);
      await scenario.close();
    }
  } finally {
    await Promise.allSettled([...opened.values()].map((scenario) => scenario.close()));
  }
  return report;
}
