import type { ParityContext } from './case.ts';
import { listFixtures, openFixture } from './fixture.ts';
import { caseFor } from './registry.ts';
import type { Row } from './report.ts';

/** A row of the table, or the name of a fixture no case is written for. */
export type SuiteEvent = { fixture: string; row: Row } | { fixture: string; uncovered: true };

/** Runs every fixture of a folder; one that throws yields a failed row and the next goes on. */
export async function* runSuite(
  directory: string,
  context: ParityContext,
  only?: string,
): AsyncGenerator<SuiteEvent> {
  for (const base of await listFixtures(directory)) {
    if (only !== undefined && base !== only) continue;
    let fixture;
    try {
      fixture = await openFixture(directory, base);
    } catch (error) {
      yield { fixture: base, row: failure(base, error) };
      continue;
    }
    try {
      const kind = caseFor(fixture);
      if (!kind) {
        yield { fixture: base, uncovered: true };
        continue;
      }
      let rows = 0;
      for await (const row of kind.run(fixture, context)) {
        rows++;
        yield { fixture: base, row };
      }
      if (rows === 0)
        yield { fixture: base, row: failure(base, new Error('the fixture holds nothing to compare')) };
    } catch (error) {
      yield { fixture: base, row: failure(base, error) };
    } finally {
      await fixture.tensors.close();
    }
  }
}

function failure(base: string, error: unknown): Row {
  const message = error instanceof Error ? error.message : String(error);
  return { case: base, what: 'run', result: message, pass: false };
}
