import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listFixtures } from '../parity/fixture.ts';
import { defaultTolerance } from '../parity/report.ts';
import { runSuite } from '../parity/suite.ts';

const golden = fileURLToPath(new URL('../fixtures/golden', import.meta.url));
const context = { backend: 'cpu', threads: 2, tolerance: defaultTolerance };

describe('parity with the recorded runs', async () => {
  for (const fixture of await listFixtures(golden)) {
    it(fixture, async () => {
      const failures: string[] = [];
      for await (const event of runSuite(golden, context, fixture)) {
        if ('uncovered' in event) failures.push('no case is written for this fixture');
        else if (!event.row.pass) failures.push(`${event.row.case}, ${event.row.what}: ${event.row.result}`);
      }
      expect(failures).toEqual([]);
    });
  }
});
