import { createInterface } from 'node:readline/promises';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import {
  storedPrecisions,
  type ModelJob,
  type StoredModel,
  type StoredPrecision,
} from '../../electron/contract/models.ts';
import { LavidaError } from '../errors.ts';
import { freedesktopBin } from '../gallery/system-bin.ts';
import { defaultModelDirectory, studioPaths } from '../library/paths.ts';
import { SettingsStore } from '../library/settings-store.ts';
import { freeBytes } from '../store/disk-room.ts';
import { ModelStore } from '../store/model-store.ts';
import { finishMove, moveStore } from '../store/move-store.ts';
import { formatSeconds, type ProgressLine } from './progress.ts';
import { progressTo, size, table, verb } from './verb.ts';

const goesOn = 'what has arrived is kept, and the same command goes on.';

interface OpenStore {
  store: ModelStore;
  settings: SettingsStore;
  /** File that remembers a move under way. */
  moveRecord: string;
}

async function openStore(changed?: () => void): Promise<OpenStore> {
  const { data, settingsFile } = studioPaths();
  const settings = await SettingsStore.open(settingsFile);
  const store = new ModelStore({
    data,
    settings: () => settings.current,
    builtIn: defaultModelDirectory(),
    systemBin: freedesktopBin(),
    ...(changed ? { changed } : {}),
  });
  const moveRecord = join(data, 'store-move.json');
  await finishMove(moveRecord, store.folder);
  await store.open();
  return { store, settings, moveRecord };
}

/** One line of what a job is doing. */
function lineOf({
  state,
  phase,
  file,
  done,
  total,
  bytesPerSecond,
  secondsLeft,
  error,
  retryAt,
}: ModelJob): string {
  if (state === 'waiting' && retryAt !== null) {
    const seconds = Math.max(0, (Date.parse(retryAt) - Date.now()) / 1000);
    return `waiting ${formatSeconds(seconds)}: ${error?.message ?? ''} ${error?.cause ?? ''}`.trimEnd();
  }
  const share = total === null ? size(done) : `${size(done)} of ${size(total)}`;
  const speed = bytesPerSecond === null ? '' : `, ${size(bytesPerSecond)}/s`;
  const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`;
  return `${phase}${file === '' ? '' : ` ${file}`}  ${share}${speed}${left}`;
}

/** Follows one job to its end: one line renewed on a terminal, else a plain line for each part of the work. */
async function follow(
  id: string,
  signal: AbortSignal,
  line: ProgressLine,
  begin: (open: OpenStore) => Promise<void> | void,
): Promise<OpenStore> {
  let told = '';
  const show = (): void => {
    const job = open.store.models().find((model) => model.id === id)?.job;
    if (!job || (job.state !== 'running' && job.state !== 'waiting')) return;
    const part = `${job.state} ${job.phase} ${job.file} ${job.retryAt ?? ''}`;
    if (process.stderr.isTTY) line.say(lineOf(job));
    else if (part !== told) console.error(lineOf(job));
    told = part;
  };
  const open = await openStore(() => {
    show();
  });
  const { store } = open;
  await begin(open);
  const stop = (): void => void store.pause(id);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const left = await store.settled(id);
  signal.removeEventListener('abort', stop);
  line.clear();
  signal.throwIfAborted();
  if (left?.error) throw new LavidaError(left.error.code, left.error.message, left.error.cause);
  return open;
}

function stateOf({ state, job, installed }: StoredModel): string {
  if (job) return job.state === 'failed' ? `${job.kind} failed` : `${job.kind} ${job.state}`;
  return state === 'installed' && installed?.verifiedAt ? 'verified' : state;
}

function list(models: readonly StoredModel[]): string {
  return table([
    ['name', 'state', 'size', 'precision', 'licence'],
    ...models.map((model) => [
      model.id,
      stateOf(model),
      size2(model.installed?.bytes ?? model.downloadBytes),
      model.installed?.precision ?? model.precisions.join(' '),
      model.licence ? `${model.licence.name}${model.licence.noncommercial ? ' (noncommercial)' : ''}` : '',
    ]),
  ]);
}

function size2(bytes: number | null): string {
  return bytes === null ? 'not known yet' : size(bytes);
}

/** Shows a licence and asks; returns the hash of what was shown once it is accepted. */
async function acceptedLicence(model: StoredModel, accepts: boolean): Promise<string | null> {
  const { licence } = model;
  if (!licence || licence.acceptedAt !== null) return null;
  console.error(
    `${model.name} is under the ${licence.name}${licence.noncommercial ? ', for noncommercial use' : ''}.\n${licence.text.en}\n${licence.url}\n`,
  );
  if (accepts) return licence.sha256;
  if (!process.stdin.isTTY) return null;
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question('Do you accept it? Type yes: ').finally(() => {
    ask.close();
  });
  return /^(y|yes)$/iu.test(answer.trim()) ? licence.sha256 : null;
}

interface GetOptions {
  to: StoredPrecision;
  keepOriginal?: boolean;
  acceptLicence?: boolean;
}

async function get(id: string, options: GetOptions): Promise<void> {
  await verb(async (signal, line) => {
    const { store } = await follow(id, signal, line, async ({ store: opened }) => {
      const model = opened.model(id);
      const licence = await acceptedLicence(model, options.acceptLicence === true);
      await opened.get(id, options.to, options.keepOriginal === true, licence);
    });
    const got = store.model(options.to === 'original' ? id : `${id}-${options.to}`);
    console.log(got.installed?.directory ?? '');
    return 0;
  }, goesOn);
}

async function importFolder(folder: string, options: { link?: boolean; name?: string }): Promise<void> {
  await verb(async (signal, line) => {
    const { store } = await openStore();
    const id = await store.import(folder, options.link ? 'link' : 'copy', options.name);
    const watch = setInterval(() => {
      const job = store.models().find((model) => model.id === id)?.job;
      if (job && process.stderr.isTTY) line.say(lineOf(job));
    }, 200);
    const stop = (): void => void store.cancel(id);
    signal.addEventListener('abort', stop, { once: true });
    const left = await store.settled(id).finally(() => {
      clearInterval(watch);
    });
    line.clear();
    signal.throwIfAborted();
    if (left?.error) throw new LavidaError(left.error.code, left.error.message, left.error.cause);
    console.log(id);
    return 0;
  }, 'nothing was imported.');
}

async function move(folder: string): Promise<void> {
  await verb(async (signal, line) => {
    const { store, settings, moveRecord } = await openStore();
    if (store.isBusy) throw new LavidaError('store.busy', 'Some models are being worked on.');
    const say = progressTo(line);
    await moveStore(store.folder, resolve(folder), {
      signal,
      record: moveRecord,
      reserveBytes: store.limits.reserveBytes,
      progress: say,
      switchTo: (to) => settings.save({ ...settings.current, modelFolder: to }),
    });
    line.clear();
    console.log(store.folder);
    return 0;
  }, 'the models stay where they were.');
}

/** Verbs of `lavida models` about the models of this user. */
export function registerStoreVerbs(models: Command): void {
  models
    .command('list')
    .summary('models that are here, and those that can be had')
    .option('--json', 'print one JSON object')
    .action(async (options: { json?: boolean }) => {
      await verb(async () => {
        const { store } = await openStore();
        const all = store.models();
        if (options.json) {
          console.log(
            JSON.stringify({ folder: store.folder, freeBytes: await freeBytes(store.folder), models: all }),
          );
        } else console.log(`${list(all)}\n\n${store.folder}, ${size2(await freeBytes(store.folder))} free`);
        return 0;
      });
    });

  models
    .command('get')
    .summary('download a model')
    .description(
      'Downloads a model of the catalogue. Interrupted, it goes on where it stopped when the same command is given again.',
    )
    .argument('<name>', 'name in the list')
    .addOption(
      new Option('--to <precision>', 'convert on arrival').choices(storedPrecisions).default('original'),
    )
    .option('--keep-original', 'keep the files as they came beside the converted ones')
    .option('--accept-licence', 'you have read the licence shown and accept it')
    .action(get);

  models
    .command('verify')
    .summary('read a model whole and compare its hashes')
    .argument('<name>', 'name in the list')
    .action(async (id: string) => {
      await verb(async (signal, line) => {
        await follow(id, signal, line, ({ store }) => {
          store.verify(id);
        });
        console.error(`${id}: every file is as it came.`);
        return 0;
      }, 'nothing was changed.');
    });

  models
    .command('repair')
    .summary('fetch the damaged files of a model again')
    .argument('<name>', 'name in the list')
    .action(async (id: string) => {
      await verb(async (signal, line) => {
        await follow(id, signal, line, ({ store }) => {
          store.repair(id);
        });
        console.error(`${id}: every file is as it should be.`);
        return 0;
      }, goesOn);
    });

  models
    .command('import')
    .summary('bring in a model folder')
    .argument('<dir>', 'folder with config.json, tokenizer and safetensors files')
    .option('--link', 'use it where it lies instead of copying it')
    .option('--name <name>', 'name in the list (default: the folder’s)')
    .action(importFolder);

  models
    .command('move')
    .summary('move all models to another folder')
    .argument('<dir>', 'new folder')
    .action(move);

  models
    .command('remove')
    .summary('put a model into the system’s bin')
    .argument('<name>', 'name in the list')
    .action(async (id: string) => {
      await verb(async () => {
        const { store, settings } = await openStore();
        await store.remove(id);
        if (settings.current.model === id) await settings.save({ ...settings.current, model: '' });
        return 0;
      });
    });

  models
    .command('use')
    .summary('the model the studio starts with')
    .argument('<name>', 'name in the list')
    .action(async (id: string) => {
      await verb(async () => {
        const { store, settings } = await openStore();
        const isBuiltIn = store.model(id).origin === 'built-in';
        console.log(store.directory(id));
        await settings.save({ ...settings.current, model: isBuiltIn ? '' : id });
        return 0;
      });
    });

  models
    .command('token')
    .summary('keep an access token, read from standard input')
    .description(
      'Keeps an access token for the host models come from, in a file only you may read. LAVIDA_HUB_TOKEN or HF_TOKEN in the environment are used without keeping anything.',
    )
    .option('--forget', 'forget the kept token')
    .action(async (options: { forget?: boolean }) => {
      await verb(async () => {
        const { store } = await openStore();
        if (options.forget) {
          await store.tokens.keep(store.host, null);
          return 0;
        }
        const ask = createInterface({ input: process.stdin });
        const [token = ''] = await ask[Symbol.asyncIterator]()
          .next()
          .then(({ value }) => [String(value ?? '').trim()]);
        ask.close();
        if (token === '') throw new LavidaError('request.invalid', 'There was no token on standard input.');
        await store.tokens.keep(store.host, token);
        console.error(`Kept for ${store.host} in a file only you may read.`);
        return 0;
      });
    });
}
