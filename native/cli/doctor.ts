import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { BackendTrial, FitOfTask, GraphicsFit, Machine } from '../../electron/contract/hardware.ts';
import { fitTasks } from '../../electron/contract/hardware.ts';
import { BackendTrials } from '../backends/choose.ts';
import { trialReport } from '../backends/trial-report.ts';
import { backends } from '../backends/table.ts';
import { toStudioError } from '../errors.ts';
import { outlineOfFolder, outlineOfSizes, type ModelOutline } from '../hardware/estimate.ts';
import { fitOf, roomFor } from '../hardware/fit.ts';
import { graphicsFit } from '../hardware/graphics.ts';
import { probeMachine } from '../hardware/machine.ts';
import { adviceSentence, graphicsSentence, sizeWords } from '../hardware/words.ts';
import { workOf } from '../hardware/work.ts';
import { defaultModelDirectory } from '../library/paths.ts';
import { inspectModel } from '../models/inspect.ts';
import { precisions, type Precision } from '../models/precision.ts';
import { positive } from './arguments.ts';
import { errorText } from './output.ts';
import { table } from './verb.ts';

interface DoctorOptions {
  model?: string;
  memory?: number;
  at?: Precision;
  trials: boolean;
  json?: boolean;
}

interface ModelFits {
  name: string;
  directory: string;
  /** Asked for, or as the folder has it. */
  precision: string;
  /** What the most demanding task takes of an adapter's own memory on the backends that work. */
  graphics: GraphicsFit[];
  fits: FitOfTask[];
  problems: string[];
}

const verdictWords = { fits: 'fits', tight: 'tight', 'will-not-fit': 'will not fit' } as const;

async function tryBackends(): Promise<BackendTrial[]> {
  const trials = new BackendTrials();
  const results: BackendTrial[] = [];
  const here = `${process.platform}-${process.arch}`;
  for (const { name, platforms } of backends) {
    if (!(platforms as readonly string[]).includes(here)) continue;
    results.push(await trialReport(trials, name));
  }
  return results;
}

async function fitsOf(
  machine: Machine,
  trials: readonly BackendTrial[],
  options: DoctorOptions,
): Promise<ModelFits> {
  const directory = resolve(options.model ?? defaultModelDirectory());
  const report = await inspectModel(directory);
  const stored = await outlineOfFolder(directory);
  const outline: ModelOutline = options.at
    ? { ...stored, ...outlineOfSizes(stored.sizes, options.at, stored.imageSize), trained: stored.trained }
    : stored;
  const cap = options.memory === undefined ? undefined : options.memory * 2 ** 30;
  const room = roomFor(machine.memory, cap, null);
  const possible = new Set<string>(report.tasks.filter((task) => task.possible).map(({ task }) => task));
  if (outline.sizes.imageTokens !== null) possible.add('plan');
  const tasks = fitTasks.filter((task) => possible.has(task) && (outline.trained?.includes(task) ?? true));
  const works = tasks.map((task) => workOf(task, outline.imageSize));
  const graphics = trials.flatMap(({ backend, usable }) => {
    if (!usable) return [];
    const needs = works.flatMap((work) => graphicsFit(outline, work, room, backend, machine.adapters) ?? []);
    return needs.sort((one, other) => other.needBytes - one.needBytes).slice(0, 1);
  });
  const fits = tasks.map((task) => ({ task, fit: fitOf(outline, workOf(task, outline.imageSize), room) }));
  const precision = options.at ?? fits[0]?.fit.precision ?? 'unknown';
  return { name: report.name, directory, precision, graphics, fits, problems: report.problems };
}

function describeMachine({
  processor,
  usableThreads,
  threads,
  memory,
  adapters,
  adapterNotes,
  ...system
}: Machine): string {
  const used = usableThreads < threads ? `${usableThreads} of ${threads} threads` : `${threads} threads`;
  const limit = memory.limitedBy ? ` (of ${sizeWords(memory.totalBytes)}: the container's limit)` : '';
  return table([
    ['system', `${system.platform} ${system.release}, ${system.arch}`],
    ['processor', `${processor}, ${used}`],
    ['memory', `${sizeWords(memory.usableBytes)}${limit}, ${sizeWords(memory.availableBytes)} free now`],
    ...(adapters.length === 0 ? [['graphics', 'no adapter found']] : []),
    ...adapters.map(({ name, memoryBytes, driver }) => [
      'graphics',
      [name, memoryBytes === null ? '' : sizeWords(memoryBytes), driver ?? ''].filter(Boolean).join(', '),
    ]),
    ...adapterNotes.map((note) => ['', note]),
  ]);
}

function describeTrials(trials: readonly BackendTrial[]): string {
  return table([
    ['backend', 'works', 'one layer', 'speed', ''],
    ...trials.map(({ backend, usable, layerMs, gflops, reason }) => [
      backend,
      usable ? 'yes' : 'no',
      layerMs === null ? '' : `${layerMs.toFixed(0)} ms`,
      gflops === null ? '' : `${gflops.toFixed(0)} GFLOP/s`,
      usable ? '' : reason,
    ]),
  ]);
}

function describeFits({ name, precision, directory, graphics, fits, problems }: ModelFits): string {
  const rows = fits.map(({ task, fit }) => [
    task,
    sizeWords(fit.needBytes),
    sizeWords(fit.leastBytes),
    verdictWords[fit.verdict],
    adviceSentence(fit),
  ]);
  const wrong = problems.map((problem) => `- ${problem}`);
  return [
    `${name} (${precision === 'published' ? 'half precision' : precision})  ${directory}`,
    table([['task', 'needs', 'at least', '', ''], ...rows]),
    ...graphics.map(graphicsSentence),
    ...(wrong.length > 0 ? [`Problems:\n${wrong.join('\n')}`] : []),
  ].join('\n');
}

async function doctor(options: DoctorOptions): Promise<void> {
  try {
    const machine = await probeMachine();
    const trials = options.trials ? await tryBackends() : [];
    const model = await fitsOf(machine, trials, options);
    if (options.json) {
      console.log(JSON.stringify({ machine, backends: trials, model }));
    } else {
      const parts = [
        describeMachine(machine),
        ...(options.trials ? [describeTrials(trials)] : []),
        describeFits(model),
      ];
      console.log(parts.join('\n\n'));
    }
    const sound = model.fits.some(({ fit }) => fit.verdict !== 'will-not-fit') && model.problems.length === 0;
    process.exitCode = sound ? 0 : 1;
  } catch (thrown) {
    console.error(errorText(toStudioError(thrown)));
    process.exitCode = 1;
  }
}

/** `lavida doctor`: what this machine has, what works on it, and what a model needs. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('what this machine has, which backends work, what fits into memory')
    .description(
      'Looks at the machine, tries every backend with a small real run in a process of its own, and says what each task of a model needs of memory.',
    )
    .option(
      '-m, --model <model>',
      'model folder, or a name of `models list` (default: the nano model that comes with the program)',
    )
    .addOption(new Option('--at <precision>', 'as if the model were converted').choices(precisions))
    .option('--memory <gib>', 'memory it may take, in GiB (default: what the machine has)', positive)
    .option('--no-trials', 'do not try the backends')
    .option('--json', 'print one JSON object')
    .action(doctor);
}
