import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { exportFormats, type ExportSettings } from '../../electron/contract/traces.ts';
import { createEngine } from '../engine.ts';
import { LavidaError, toStudioError } from '../errors.ts';
import { exportRun } from '../export/export-run.ts';
import { checkWritable, writeFileSafely } from '../library/safe-file.ts';
import { defaultModelDirectory } from '../library/paths.ts';
import { namedModel } from '../store/named-model.ts';
import type { Decoder } from '../trace/step-picture.ts';
import { integer, number } from './arguments.ts';
import { errorText } from './output.ts';
import { ProgressLine } from './progress.ts';

interface ExportOptions {
  gif?: string;
  sheet?: string;
  json?: string;
  open: 'drafts' | 'blank';
  fps: number;
  pictures: number;
  model?: string;
  backend: string;
  threads?: number;
}

/** A decoder whose model is opened when the first picture is wanted: JSON needs none. */
function lazyDecoder(
  options: ExportOptions,
  say: (text: string) => void,
): Decoder & { close(): Promise<void> } {
  const engine = createEngine();
  const open = async (): ReturnType<typeof engine.open> =>
    engine.open(
      {
        modelDirectory: options.model ? await namedModel(options.model) : defaultModelDirectory(),
        backend: options.backend,
        threads: options.threads ?? availableParallelism(),
      },
      say,
    );
  let opened: ReturnType<typeof open> | null = null;
  return {
    ready: () => (opened ??= open()),
    decode: (ids, grid) => engine.decode(ids, grid),
    close: () => engine.close(),
  };
}

/** `lavida export`: a recorded run as GIF, sheet of pictures, JSON. Exit code 0 done, 1 error. */
async function exportTrace(file: string, options: ExportOptions): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const decoder = lazyDecoder(options, (text) => {
    progress.say(text);
  });
  try {
    const wanted = exportFormats.flatMap((format) => {
      const out = options[format];
      return out === undefined ? [] : [{ format, out: resolve(out) }];
    });
    if (wanted.length === 0) {
      throw new LavidaError('request.invalid', 'Say what to write: --gif, --sheet or --json.');
    }
    for (const { out } of wanted) await checkWritable(out);
    for (const { format, out } of wanted) {
      const settings: ExportSettings = {
        format,
        kind: options.open === 'drafts' ? 'x0' : 'committed',
        framesPerSecond: Math.min(50, Math.max(0.5, options.fps)),
        pictures: Math.min(400, Math.max(2, options.pictures)),
      };
      progress.say(`writing ${out}`);
      await writeFileSafely(out, await exportRun(resolve(file), settings, decoder));
      progress.clear();
      console.error(out);
    }
    return 0;
  } catch (error) {
    progress.clear();
    console.error(errorText(toStudioError(error)));
    return 1;
  } finally {
    await decoder.close();
  }
}

export function registerExport(program: Command): void {
  program
    .command('export')
    .summary('write a recorded run as a GIF, a sheet of pictures or JSON')
    .description(
      'Writes a recorded run as a GIF of all its steps, a PNG sheet of some, or JSON of all its numbers.',
    )
    .argument('<trace>', 'what --trace wrote, or a run of the studio')
    .option('--gif <file>', 'a film of the run')
    .option('--sheet <file>', 'a PNG of its steps side by side')
    .option('--json <file>', 'tokens, confidence, entropy and candidates of every step')
    .addOption(
      new Option('--open <what>', 'what open tokens show in pictures')
        .choices(['drafts', 'blank'])
        .default('drafts'),
    )
    .option('--fps <n>', 'pictures of the GIF a second', number, 12)
    .option('--pictures <n>', 'pictures of the sheet at most', integer, 25)
    .option(
      '-m, --model <model>',
      'model folder, or a name of `models list` (default: the nano model that comes with the program)',
    )
    .option('--backend <name>', 'auto, cpu, webgpu, cuda, …', 'cpu')
    .option('--threads <n>', 'processor threads (default: all)', integer)
    .addHelpText(
      'after',
      '\nExample:\n  lavida export car.trace.safetensors --gif car.gif --sheet car-steps.png',
    )
    .action(async (file: string, options: ExportOptions) => {
      process.exitCode = await exportTrace(file, options);
    });
}
