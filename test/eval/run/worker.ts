/** A process that runs cases of an evaluation for the one that forked it: `worker.ts OPTIONS`, which are JSON. */
import { toStudioError } from '../../../native/errors.ts';
import { readSets } from '../sets.ts';
import { allCases } from './all-cases.ts';
import { Bench } from './bench.ts';
import { keyOf, taskNames } from './case.ts';
import { Limits } from './limits.ts';
import { runCase } from './loop.ts';
import { Subject } from './subject.ts';
import { jobSchema, workerOptionsSchema, type WorkerAnswer } from './worker-messages.ts';

const tell = (message: WorkerAnswer): void => {
  process.send?.(message);
};
const fail = (thrown: unknown): void => {
  tell({ type: 'failure', error: toStudioError(thrown) });
};

// Ctrl-C reaches the whole group of processes; the one that forked this one says when to end.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

const options = workerOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
try {
  const { sets } = await readSets(options.sets);
  const subject = await Subject.open({ ...options, threads: 1 });
  const bench = await Bench.create(subject, sets, { ...options, limits: new Limits() });
  const cases = new Map(allCases(bench, taskNames).map((one) => [keyOf(one), one]));
  process.on('message', (message) => {
    const { key } = jobSchema.parse(message);
    const one = cases.get(key);
    if (!one) fail(new RangeError(`There is no case ${key}.`));
    else
      runCase(one).then((verdict) => {
        tell({ type: 'verdict', verdict: { values: {}, detail: null, image: null, ...verdict } });
      }, fail);
  });
  tell({ type: 'ready' });
} catch (error) {
  fail(error);
}
