import { chmod, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPngHead } from '../../../native/library/png.ts';
import { findMetadata } from '../../../native/library/picture-metadata.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { lavida, nanoDirectory } from '../../support/cli.ts';
import { nanoImageSize } from '../../support/nano.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const quick = ['--steps', '6', '--seed', '7'];

/** A copy of nano that a test may damage. */
async function copyOfNano(name: string): Promise<string> {
  const copy = join(folder, name);
  await cp(nanoDirectory, copy, { recursive: true });
  return copy;
}

describe('lavida generate', () => {
  it('writes a picture that carries its request, and the same command writes the same bytes', async () => {
    const [first, second] = [join(folder, 'a.png'), join(folder, 'b.png')];
    const run = await lavida(['generate', 'a photo of a red car', '--out', first, ...quick]);
    expect(run.stderr).toContain('seed 7');
    expect(run.stderr).not.toContain('has not learnt');
    expect(run.code).toBe(0);
    await lavida(['generate', 'a photo of a red car', '--out', second, ...quick]);
    const bytes = await readFile(first);
    expect(bytes.equals(await readFile(second))).toBe(true);
    const side = await nanoImageSize();
    const picture = decode(bytes);
    expect([picture.width, picture.height]).toEqual([side, side]);
    const metadata = findMetadata(readPngHead(bytes, 'a.png').texts);
    expect(metadata?.request).toMatchObject({
      prompt: 'a photo of a red car',
      seed: 7,
      steps: 6,
      task: 'text-to-image',
    });
  });

  it('says which words the model has not learnt, and paints all the same', async () => {
    const run = await lavida([
      'generate',
      'a photo of a castle',
      '--out',
      join(folder, 'castle.png'),
      ...quick,
    ]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/Nano has not learnt “castle”;.*\n.*\bgiraffe\b/u);
  });

  it('another seed and another prompt make other pictures', async () => {
    const files = await Promise.all(
      [
        ['a photo of a red car', '1'],
        ['a photo of a red car', '2'],
        ['a photo of a blue dog', '1'],
      ].map(async ([prompt = '', seed = ''], i) => {
        const out = join(folder, `other-${i}.png`);
        await lavida(['generate', prompt, '--out', out, '--steps', '4', '--seed', seed]);
        return decode(await readFile(out)).data;
      }),
    );
    expect(Buffer.from(files[0] as Uint8Array).equals(Buffer.from(files[1] as Uint8Array))).toBe(false);
    expect(Buffer.from(files[0] as Uint8Array).equals(Buffer.from(files[2] as Uint8Array))).toBe(false);
  });

  it('prints the events of the run as JSON lines and writes a trace that replays to the same codes', async () => {
    const out = join(folder, 'json.png');
    const traceFile = join(folder, 'json.trace.safetensors');
    const run = await lavida([
      'generate',
      'two dogs',
      '--out',
      out,
      '--json',
      '--trace',
      traceFile,
      ...quick,
    ]);
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; step?: number; ids?: number[]; maskId?: number });
    const kinds = new Set(events.map((event) => event.type));
    for (const kind of [
      'run.start',
      'branches',
      'step.begin',
      'step.logits',
      'step.commit',
      'step.state',
      'run.done',
    ]) {
      expect(kinds).toContain(kind);
    }
    const states = events.filter((event) => event.type === 'step.state');
    expect(states).toHaveLength(6);
    const maskId = events.find((event) => event.type === 'run.start')?.maskId;
    expect(states.at(-1)?.ids?.includes(maskId ?? -1)).toBe(false);
    const trace = await TraceFile.open(traceFile);
    for (const state of states) {
      const step = await trace.readStep(state.step ?? -1);
      expect(Array.from(step.ids)).toEqual(state.ids);
    }
    await trace.close();
  });

  it('leaves nothing behind when interrupted in mid-run', async () => {
    const out = join(folder, 'interrupted', 'x.png');
    const empty = join(folder, 'interrupted');
    await rm(empty, { recursive: true, force: true });
    await cp(join(nanoDirectory, 'vqvae'), empty, { recursive: true });
    const before = await readdir(empty);
    let interrupted = false;
    const run = await lavida(
      ['generate', 'a cat', '--out', out, '--json', '--steps', '256'],
      (line, kill) => {
        if (interrupted || !line.includes('"step.state"')) return;
        // Once: a second interrupt does not wait.
        interrupted = true;
        kill('SIGINT');
      },
    );
    expect(run.code).toBe(130);
    expect(run.stdout).toContain('run.cancelled');
    expect(await readdir(empty)).toEqual(before);
  });
});

describe('lavida generate refuses bad input with a sentence, a cause and a way out', () => {
  const cases: [what: string, args: string[], says: RegExp][] = [
    ['an empty prompt', ['   '], /prompt is empty/],
    ['a prompt beyond the limit', ['dog '.repeat(400)], /characters; this model reads/],
    ['no steps', ['a dog', '--steps', '0'], /steps/],
    ['more steps than codes', ['a dog', '--steps', '4000'], /more than the \d+ image tokens/],
    ['a negative temperature', ['a dog', '--temperature', '-1'], /temperature/],
    ['a folder without a model', ['a dog', '--model', tmpdir()], /config\.json/],
  ];
  it.each(cases)('%s', async (_what, args, says) => {
    const out = join(folder, 'refused.png');
    const run = await lavida(['generate', ...args, '--out', out]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toContain('try:');
    expect(await readdir(folder)).not.toContain('refused.png');
  });

  it('a truncated weight file, named', async () => {
    const model = await copyOfNano('truncated');
    await truncate(join(model, 'model.safetensors'), 1_000_000);
    const run = await lavida(['generate', 'a dog', '--model', model, '--out', join(folder, 'refused.png')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('model.safetensors');
    expect(run.stderr).toContain('try:');
  });

  it('a config whose sizes disagree with the tensors, naming a tensor', async () => {
    const model = await copyOfNano('resized');
    const file = join(model, 'config.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, number>;
    await writeFile(
      file,
      JSON.stringify({ ...config, mlp_hidden_size: (config['mlp_hidden_size'] ?? 0) + 8 }),
    );
    const run = await lavida(['generate', 'a dog', '--model', model, '--out', join(folder, 'refused.png')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/ff_proj|up_proj|ff_out/);
  });

  it('a missing tokenizer', async () => {
    const model = await copyOfNano('wordless');
    await rm(join(model, 'tokenizer.json'));
    const run = await lavida(['generate', 'a dog', '--model', model, '--out', join(folder, 'refused.png')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('tokenizer');
  });

  it('an output folder that is not there or cannot be written', async () => {
    const missing = await lavida(['generate', 'a dog', '--out', join(folder, 'nowhere', 'x.png'), ...quick]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('cannot be written');
    const file = join(folder, 'plain-file');
    await writeFile(file, '');
    await chmod(file, 0o444);
    const inside = await lavida(['generate', 'a dog', '--out', join(file, 'x.png'), ...quick]);
    expect(inside.code).toBe(1);
    expect(inside.stderr).toContain('cannot be written');
  });

  it('a disk that is full', async () => {
    const run = await lavida(['generate', 'a dog', '--out', '/dev/full', ...quick]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('no room left');
  });
});
