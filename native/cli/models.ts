import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { LavidaError } from '../errors.ts';
import { inspectModel, type ModelReport } from '../models/inspect.ts';
import { officialConfig, officialVqConfig } from '../models/official.ts';
import { precisions, type Precision } from '../models/precision.ts';
import { quantizeModel } from '../models/quantize.ts';
import { writeRandomModel } from '../models/random-model.ts';
import { readConfig } from '../network/bundle-config.ts';
import { readVqConfig } from '../network/vq-config.ts';
import { namedModel } from '../store/named-model.ts';
import { integer } from './arguments.ts';
import { formatSeconds } from './progress.ts';
import { registerStoreVerbs } from './store-verbs.ts';
import { progressTo, size, table, verb } from './verb.ts';

function describe(report: ModelReport): string {
  const millions = (n: number) => (n >= 1e9 ? `${(n / 1e9).toFixed(2)} B` : `${(n / 1e6).toFixed(2)} M`);
  const dtypes = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([dtype, n]) => `${n} ${dtype}`)
      .join(', ');
  const sections = [
    `${report.name}  ${report.directory}\n${millions(report.parameters)} parameters, ${size(report.bytes)} in ${report.files.length} weight files`,
    table([
      ['part', 'state', 'parameters', 'on disk', 'tensors'],
      ...report.parts.map((part) => [
        part.part,
        part.state,
        part.parameters > 0 ? millions(part.parameters) : '',
        part.bytes > 0 ? size(part.bytes) : '',
        dtypes(part.dtypes),
      ]),
    ]),
    table([
      ['task', 'possible', 'lacks'],
      ...report.tasks.map(({ task, possible, lacking }) => [
        task,
        possible ? 'yes' : 'no',
        lacking.join(', '),
      ]),
    ]),
  ];
  if (report.memory.length > 0) {
    sections.push(
      table([
        ['memory for', 'at', 'weights', 'work', 'at the peak'],
        ...report.memory.map(({ task, precision, weights, activations, peak }) => [
          task,
          precision,
          size(weights),
          size(activations),
          size(peak),
        ]),
      ]),
    );
  }
  if (report.unknown.length > 0) {
    sections.push(
      `${report.unknown.length} tensors belong to no part and are ignored, such as "${report.unknown[0] ?? ''}".`,
    );
  }
  sections.push(
    report.problems.length === 0
      ? 'No problems found.'
      : `Problems:\n${report.problems.map((text) => `- ${text}`).join('\n')}`,
  );
  return sections.join('\n\n');
}

function peakMemory(): string {
  return size(process.resourceUsage().maxRSS * 1024);
}

async function convert(
  directory: string,
  options: { to: Precision; out: string; block?: number; json?: boolean },
): Promise<void> {
  await verb(async (signal, line) => {
    const started = performance.now();
    const say = progressTo(line);
    const out = resolve(options.out);
    const result = await quantizeModel(await namedModel(directory), out, {
      to: options.to,
      ...(options.block === undefined ? {} : { block: options.block }),
      signal,
      progress: ({ file, number, files, done, total }) => {
        say(`${options.to} ${number}/${files} ${file}`, done, total);
      },
    });
    line.clear();
    const seconds = (performance.now() - started) / 1000;
    if (options.json) {
      const peakBytes = process.resourceUsage().maxRSS * 1024;
      console.log(JSON.stringify({ ...result, out, seconds, peakBytes }));
    } else {
      const kept = result.files.filter((file) => file.kept).length;
      console.error(
        `${options.out}  ${options.to}  ${size(result.sourceBytes)} → ${size(result.bytes)} in ${formatSeconds(seconds)}, ` +
          `peak memory ${peakMemory()}${kept > 0 ? `, ${kept} files were already done` : ''}`,
      );
    }
    return 0;
  });
}

interface RandomOptions {
  like: string;
  to: Precision | 'bf16';
  seed: number;
  shards: number;
  separateVq?: boolean;
}

/** Configs of the published model, or of another model folder. */
async function configsLike(
  like: string,
): Promise<{ config: Record<string, unknown>; vqConfig: Record<string, unknown> }> {
  if (like === 'official') return { config: officialConfig, vqConfig: officialVqConfig };
  const directory = resolve(like);
  return {
    config: await readConfig(directory),
    vqConfig: (await readVqConfig(directory)) ?? officialVqConfig,
  };
}

async function random(directory: string, options: RandomOptions): Promise<void> {
  await verb(async (signal, line) => {
    const started = performance.now();
    if (options.shards < 1) throw new LavidaError('request.invalid', 'A model needs at least one shard.');
    const { like, ...rest } = options;
    const { bytes } = await writeRandomModel(resolve(directory), {
      ...(await configsLike(like)),
      ...rest,
      signal,
      progress: progressTo(line),
    });
    line.clear();
    const seconds = (performance.now() - started) / 1000;
    console.error(`${directory}  ${size(bytes)} in ${formatSeconds(seconds)}, peak memory ${peakMemory()}`);
    return 0;
  });
}

/** `lavida models …`: looking into model folders and converting them. */
export function registerModels(program: Command): void {
  const models = program
    .command('models')
    .summary('get, check and convert models')
    .description(
      'Gets and checks models, looks into model folders and converts them to precisions that fit your memory.',
    );

  registerStoreVerbs(models);

  models
    .command('inspect')
    .summary('what a model folder holds, lacks and needs')
    .description(
      'Says what a model folder holds and lacks, which tasks that allows, and what memory they need.',
    )
    .argument('<model>', 'model folder, or a name of the list')
    .option('--verify', 'also compare converted files with the SHA-256 they were written with')
    .option('--json', 'print one JSON object')
    .action(async (directory: string, options: { verify?: boolean; json?: boolean }) => {
      await verb(async () => {
        const report = await inspectModel(await namedModel(directory), options.verify);
        console.log(options.json ? JSON.stringify(report) : describe(report));
        return report.problems.length === 0 ? 0 : 1;
      });
    });

  models
    .command('quantize')
    .summary('convert a model to int4, int8 or fp32')
    .description(
      'Converts a model, file by file in little memory. Started again after an interruption it goes on where it stopped.',
    )
    .argument('<model>', 'model folder to read, or a name of the list')
    .addOption(
      new Option('--to <precision>', 'int4: smallest; int8: nearly exact; fp32: exact')
        .choices(precisions)
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --out <dir>', 'folder for the converted model')
    .option('--block <n>', 'columns that share a scale: 16, 32, 64, 128 or 256', integer)
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', '\nExample:\n  lavida models quantize LaViDa-O-v1.0 --to int8 --out LaViDa-O-int8')
    .action(convert);

  models
    .command('random', { hidden: true })
    .description('Writes a model of random weights with the shapes of another: for measurements and tests.')
    .argument('<dir>', 'folder to write')
    .option('--like <name>', '"official", or a model folder whose configs to follow', 'official')
    .addOption(
      new Option('--to <precision>', 'precision to write').choices([...precisions, 'bf16']).default('bf16'),
    )
    .option('--seed <n>', 'random seed', integer, 1)
    .option('--shards <n>', 'number of weight files', integer, 5)
    .option('--separate-vq', 'put the VQ autoencoder into vqvae/')
    .action(random);
}
