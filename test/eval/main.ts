/** `npm run eval:nano`: measures a bundle on every task, through the engine, with a checker that does not use it. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { integer } from '../../native/cli/arguments.ts';
import { errorText } from '../../native/cli/output.ts';
import { toStudioError } from '../../native/errors.ts';
import { nanoDirectory, projectRoot } from '../support/cli.ts';
import { Bench } from './run/bench.ts';
import { taskNames, type EvalCase, type TaskName } from './run/case.ts';
import { runCases } from './run/loop.ts';
import { Recording, type Identity } from './run/record.ts';
import { Subject, type SubjectOptions } from './run/subject.ts';
import { writeReport, writeSheets } from './report/write-report.ts';
import { readSets } from './sets.ts';
import { captionCases, critiqueCases, questionCases } from './tasks/answers.ts';
import { checkerCases } from './tasks/checker-accuracy.ts';
import { editCases } from './tasks/editing.ts';
import { groundingCases } from './tasks/grounding.ts';
import { planCases } from './tasks/plans.ts';
import { reflectionCases, samplerCases, textToImageCases } from './tasks/text-to-image.ts';

interface EvalOptions {
  task: TaskName[];
  limit?: number;
  model: string;
  sets: string;
  out: string;
  sheet?: string;
  seed: number;
  rounds: number;
  threads: number;
  promptForm: SubjectOptions['promptForm'];
  report?: boolean;
}

/** The cases of each task, and the ability of the bundle they need. */
const makers: Record<TaskName, { needs: string | null; make: (bench: Bench) => EvalCase[] }> = {
  checker: { needs: null, make: checkerCases },
  t2i: { needs: 'text-to-image', make: textToImageCases },
  reflect: { needs: 'reflect', make: reflectionCases },
  samplers: { needs: 'text-to-image', make: samplerCases },
  plan: { needs: 'plan', make: planCases },
  ground: { needs: 'ground', make: groundingCases },
  ask: { needs: 'ask', make: questionCases },
  caption: { needs: 'caption', make: captionCases },
  critique: { needs: 'reflect', make: critiqueCases },
  edit: { needs: 'edit', make: editCases },
};

function tasks(text: string): TaskName[] {
  return text.split(',').map((word) => {
    const task = taskNames.find((name) => name === word.trim());
    if (!task) throw new InvalidArgumentError(`There is no task ${word}; there are ${taskNames.join(', ')}.`);
    return task;
  });
}

/** All cases of the chosen tasks; says which tasks the bundle cannot do. */
function casesOf(bench: Bench, chosen: readonly TaskName[]): EvalCase[] {
  return taskNames
    .filter((task) => chosen.includes(task))
    .flatMap((task) => {
      const { needs, make } = makers[task];
      if (needs === null || bench.subject.can(needs)) return make(bench);
      console.error(`${task}: left out, ${bench.subject.info.name} does not have the task ${needs}.`);
      return [];
    });
}

async function evaluate(options: EvalOptions): Promise<void> {
  const { sets, sha256 } = await readSets(options.sets);
  const subject = await Subject.open(options);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    subject.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const bench = await Bench.create(subject, sets, { ...options, limit: options.limit });
    const { name, fingerprint } = subject.info;
    const { seed, promptForm } = options;
    const identity: Identity = { model: name, fingerprint, sets: sha256, seed, promptForm };
    const recording = new Recording(options.out, identity);
    if (!options.report) await runCases(casesOf(bench, options.task), recording, () => stopped);
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
Time of a case on two idle cores with a nano of 8 M parameters at 128 px, in seconds:
  checker 0.1 (0.2 through the VQ)   t2i 0.5, with a plan 1   samplers 0.5   plan 0.5
  reflect 2 to 12 in each of two modes (a round paints, plans and judges)
  ground 0.1 (0.3 in 4 steps)   ask, critique 0.3   caption 0.6   edit 1.5
Ctrl-C writes what there is; the same command goes on from there. Verdicts and pictures lie in FILE.parts.

Examples:
  npm run -s eval:nano -- --limit 20
  npm run -s eval:nano -- --task t2i,reflect --out figures.json --sheet sheet.png
  npm run -s eval:nano -- --report --out figures.json`;

await new Command('eval:nano')
  .description(
    'Measures a bundle on every task and prints the figures in Markdown; FILE gets every verdict, FILE.md the figures.',
  )
  .option('--task <names>', `tasks with commas between them: ${taskNames.join(', ')}`, tasks, [...taskNames])
  .option('--limit <n>', 'cases of each task and variant at most, as many of each kind', integer)
  .option('--model <dir>', 'model folder', nanoDirectory)
  .option(
    '--sets <file>',
    'scenes, prompts, questions and edits',
    join(projectRoot, 'models', 'train', 'eval', 'sets.json'),
  )
  .option('--out <file>', 'verdicts', join(projectRoot, '.cache', 'eval', 'nano.json'))
  .option('--sheet <file>', 'also write a contact sheet of each task and variant (PNG)')
  .option('--seed <n>', 'seed of the first case', integer, 1)
  .option('--rounds <n>', 'rounds of reflection at most', integer, 8)
  .option('--threads <n>', 'processor threads', integer, availableParallelism())
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
