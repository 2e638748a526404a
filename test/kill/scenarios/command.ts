import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { inspectModel } from '../../../native/models/inspect.ts';
import { quantizeModel } from '../../../native/models/quantize.ts';
import { writeRandomModel } from '../../../native/models/random-model.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { smallConfig, smallVq } from '../../support/small-config.ts';
import { projectRoot } from '../../support/cli.ts';
import { nanoImageSize } from '../../support/nano.ts';
import type { Seeded } from '../../support/seeded.ts';
import { momentToKill } from '../moment.ts';
import { demand, removeAll, unfinished, type Killed, type Scenario } from '../scenario.ts';

interface Command {
  stdout: string;
  /** Null when it was killed. */
  code: number | null;
}

/** Runs `lavida` and kills it at a moment, unless it is done before. */
async function runKilled(
  args: readonly string[],
  random: Seeded,
  folder: string,
  span: number,
): Promise<Command> {
  const child = spawn(process.execPath, [join(projectRoot, 'native', 'cli', 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = new Promise<Command>((resolve) => {
    child.once('close', (code) => {
      resolve({ stdout, code });
    });
  });
  await Promise.race([momentToKill(random, [folder], span), closed]);
  child.kill('SIGKILL');
  return closed;
}

/** `lavida generate` with the model that comes with the program, writing over its last result again and again. */
export async function generateScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-kill-generate-'));
  const picture = join(folder, 'car.png');
  const traceFile = join(folder, 'car.trace.safetensors');
  const args = ['generate', 'a red car', '--steps', '2', '--json', '--out', picture, '--trace', traceFile];
  const side = await nanoImageSize();
  let finished = false;
  return {
    name: 'generate',
    async kill(random: Seeded): Promise<Killed> {
      const { stdout } = await runKilled(args, random, folder, 2500);
      finished ||= stdout.includes('"run.done"');
      const interrupted = (await unfinished(folder)).length;
      const png = await readFile(picture).catch(() => null);
      demand(png !== null || !finished, 'the picture was there and is gone');
      if (png) demand(decodePng(png, { checkCrc: true }).width === side, 'the picture is damaged');
      const trace = await TraceFile.open(traceFile).catch((error: unknown) => {
        if ((error as { code?: string }).code === 'file.missing' && !finished) return null;
        throw error;
      });
      await trace?.readStep(1);
      await trace?.close();
      return { interrupted };
    },
    close: () => removeAll(folder),
  };
}

/** `lavida models quantize`, killed and started again until it is done: the result must be the one of a single go. */
export async function quantizeScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-kill-quantize-'));
  const [source, whole, out] = ['source', 'whole', 'out'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeRandomModel(source, { config: smallConfig, vqConfig: smallVq, to: 'bf16', seed: 7, shards: 3 });
  const { files } = await quantizeModel(source, whole, { to: 'int8' });
  return {
    name: 'quantize',
    async kill(random: Seeded): Promise<Killed> {
      await mkdir(out, { recursive: true });
      const args = ['models', 'quantize', source, '--to', 'int8', '--out', out];
      const { code } = await runKilled(args, random, out, 900);
      const interrupted = (await unfinished(out)).length;
      const config = await readFile(join(out, 'config.json'), 'utf8').catch(() => null);
      demand(config !== null || code !== 0, 'the conversion was done and config.json is missing');
      if (config !== null) {
        const { problems } = await inspectModel(out, true);
        demand(problems.length === 0, problems.join(' '));
        for (const { name } of files) {
          const [now, before] = await Promise.all([out, whole].map((dir) => readFile(join(dir, name))));
          demand(
            now !== undefined && before?.equals(now) === true,
            `${name} differs from an undisturbed run`,
          );
        }
      }
      if (code === 0) {
        demand((await unfinished(out)).length === 0, 'a finished conversion left temporary files');
        await removeAll(out);
      }
      return { interrupted };
    },
    close: () => removeAll(folder),
  };
}
