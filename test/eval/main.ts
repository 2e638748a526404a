/** `npm run eval:nano`: measures a bundle on every task, through the engine, with a checker that does not use it. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { integer } from '../../native/cli/arguments.ts';
import { errorText } from '../../native/cli/output.ts';
import { LavidaError, toStudioError } from '../../native/errors.ts';
import { nanoDirectory, projectRoot } from '../support/cli.ts';
import { allCases } from './run/all-cases.ts';
import { Bench } from './run/bench.ts';
import { taskNames, type EvalCase, type TaskName } from './run/case.ts';
import { Limits } from './run/limits.ts';
import { runCase, runCases, type Runner } from './run/loop.ts';
import { Recording, type Identity } from './run/record.ts';
import { Subject, type SubjectOptions } from './run/subject.ts';
import { WorkerProcess } from './run/worker-process.ts';
import { writeReport, writeSheets } from './report/write-report.ts';
import { readSets } from './sets.ts';

interface EvalOptions {
  task: TaskName[];
  limit?: Limits;
  group?: string[];
  model: string;
  sets: string;
  out: string;
  sheet?: string;
  seed: number;
  rounds: number;
  jobs: number;
  threads?: number;
  promptForm: SubjectOptions['promptForm'];
  steps?: number;
  report?: boolean;
}

function tasks(text: string): TaskName[] {
  return text.split(',').map((word) => {
    const task = taskNames.find((name) => name === word.trim());
    if (!task) throw new InvalidArgumentError(`There is no task ${word}; there are ${taskNames.join(', ')}.`);
    return task;
  });
}

/** The cases of some groups. @throws LavidaError request.invalid for a group that has none */
function ofGroups(cases: EvalCase[], wanted: string[] | undefined): EvalCase[] {
  const known = new Set(cases.map(({ group }) => group));
  const missing = wanted?.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw new LavidaError('request.invalid', `No case is of ${missing}; there are ${[...known].join(', ')}.`);
  }
  return wanted ? cases.filter(({ group }) => wanted.includes(group)) : cases;
}

/** What runs the cases: this process, or as many others as asked for with one thread each. */
async function startRunners(options: EvalOptions): Promise<{ runners: Runner[]; stop: () => void }> {
  if (options.jobs === 1) return { runners: [runCase], stop: () => undefined };
  const started = await Promise.allSettled(
    Array.from({ length: options.jobs }, () => WorkerProcess.start(options)),
  );
  const workers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = (): void => {
    for (const worker of workers) worker.stop();
  };
  const failure = started.find((one) => one.status === 'rejected');
  if (failure) {
    stop();
    throw failure.reason;
  }
  return { runners: workers.map((worker) => (one) => worker.run(one)), stop };
}

function positive(text: string): number {
  const count = integer(text);
  if (count < 1) throw new InvalidArgumentError('At least one is needed.');
  return count;
}

async function evaluate(options: EvalOptions): Promise<void> {
  const { sets, sha256 } = await readSets(options.sets);
  const threads = options.threads ?? Math.max(1, Math.floor(availableParallelism() / options.jobs));
  const subject = await Subject.open({ ...options, threads });
  let stopped = false;
  let stopRunners = (): void => undefined;
  const stop = (): void => {
    stopped = true;
    subject.stop();
    stopRunners();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const bench = await Bench.create(subject, sets, { ...options, limits: options.limit ?? new Limits() });
    const { name, fingerprint } = subject.info;
    const { seed, promptForm, steps } = options;
    const identity: Identity = {
      model: name,
      fingerprint,
      sets: sha256,
      seed,
      promptForm,
      ...(steps === undefined ? {} : { steps }),
    };
    const recording = new Recording(options.out, identity);
    if (!options.report) {
      const all = allCases(bench, options.task, (task, needs) => {
        console.error(`${task}: left out, ${name} does not have the task ${needs}.`);
      });
      const cases = ofGroups(all, options.group);
      const started = await startRunners(options);
      stopRunners = started.stop;
      await runCases(cases, recording, () => stopped, started.runners).finally(started.stop);
    }
    console.log(await writeReport(options.out, bench, recording, identity));
    if (options.sheet !== undefined) {
      for (const file of await writeSheets(options.sheet, recording)) console.error(file);
    }
    await bench.close();
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await subject.close();
  }
}

const times = `
Time of a case on two idle cores, in seconds, with a nano of 8 M parameters at 128 px (with 14 M at 256 px three times that):
  checker 0.1 (0.2 through the VQ)   t2i 0.5, with a plan 1   samplers 0.5   plan 0.5
  reflect 2 to 12 in each of two modes (a round paints, plans and judges)
  ground 0.1 (0.3 in 4 steps)   ask, critique 0.3   caption 0.6   edit 1.5
Small bundles are measured fastest with as many jobs as there are cores. Variants are named in lower case with dashes, as
in ground/rec-4-steps=20 or reflect/self-verify=0.
Ctrl-C writes what there is; the same command goes on from there. Verdicts and pictures lie in FILE.parts.

Examples:
  npm run -s eval:nano -- --limit 20
  npm run -s eval:nano -- --jobs 2 --limit t2i/plan=120,reflect=40,samplers=60
  npm run -s eval:nano -- --task t2i,reflect --out figures.json --sheet sheet.png
  npm run -s eval:nano -- --task t2i,reflect --group own/several,own/held_out
  npm run -s eval:nano -- --report --out figures.json`;

await new Command('eval:nano')
  .description(
    'Measures a bundle on every task and prints the figures in Markdown; FILE gets every verdict, FILE.md the figures.',
  )
  .option('--task <names>', `tasks with commas between them: ${taskNames.join(', ')}`, tasks, [...taskNames])
  .option(
    '--limit <n>',
    'cases of each task and variant at most, as many of each kind: 20, or t2i=all,t2i/plan=60,30',
    (text) => Limits.parse(text),
  )
  .option('--group <names>', 'of these, only cases of some groups: geneval/position,own/several', (text) =>
    text.split(',').map((name) => name.trim()),
  )
  .option('--model <dir>', 'model folder', nanoDirectory)
  .option(
    '--sets <file>',
    'scenes, prompts, questions and edits',
    join(projectRoot, 'models', 'train', 'eval', 'sets.json'),
  )
  .option('--out <file>', 'verdicts', join(projectRoot, '.cache', 'eval', 'nano.json'))
  .option('--sheet <file>', 'also write a contact sheet of each task and variant (PNG)')
  .option('--seed <n>', 'seed of the first case', integer, 1)
  .option('--steps <n>', 'steps of pictures painted from text (default: as the bundle says)', positive)
  .option('--rounds <n>', 'rounds of reflection at most', integer, 8)
  .option('--jobs <n>', 'cases that run at once, each in a process of one thread', positive, 1)
  .option('--threads <n>', 'processor threads of a single job (default: all)', integer)
  .addOption(
    new Option('--prompt-form <name>', 'how prompts are written')
      .choices(['published', 'trained'])
      .default('published'),
  )
  .option('--report', 'run nothing; write the report of the verdicts there are')
  .addHelpText('after', times)
  .action(async (options: EvalOptions) => {
    try {
      await evaluate(options);
    } catch (error) {
      console.error(errorText(toStudioError(error)));
      process.exitCode = 1;
    }
  })
  .parseAsync();
