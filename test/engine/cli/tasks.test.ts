import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodePng, readPngHead } from '../../../native/library/png.ts';
import { findMetadata } from '../../../native/library/picture-metadata.ts';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import { lavida } from '../../support/cli.ts';
import { testPicture } from '../../support/engine-runs.ts';
import { fullBundle } from '../../support/full-bundle.ts';

const incorrect = 'This image is incorrect.';
const picture = testPicture(48, 36);

let folder: string;
let model: string;
let cleanUp: () => Promise<void>;
beforeAll(async () => {
  const bundle = await fullBundle({ says: incorrect });
  folder = await mkdtemp(join(tmpdir(), 'lavida-tasks-'));
  await writeFile(join(folder, 'in.png'), encodePng(picture, []));
  model = bundle.path;
  cleanUp = async () => {
    await bundle.remove();
    await rm(folder, { recursive: true, force: true });
  };
});
afterAll(() => cleanUp());

const at = (name: string): string => join(folder, name);
const run = (...args: string[]) => lavida([...args, '--model', model, '--threads', '1']);

function eventTypes(stdout: string): string[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
}

describe('lavida ask and caption', () => {
  it('print the answer alone on standard output', async () => {
    const asked = await run('ask', at('in.png'), 'What is it?', '--length', '8', '--block', '8');
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(
      asked.stdout
        .trim()
        .split('.')
        .map((part) => part.trim()),
    ).toEqual([...Array<string>(8).fill('This image is incorrect'), '']);
    const described = await run('caption', at('in.png'), '--length', '16');
    expect(described.code).toBe(0);
    expect(described.stdout).toContain(incorrect);
  });

  it('print every token as JSON and write them to a trace', async () => {
    const args = ['--length', '8', '--block', '8', '--json', '--trace', at('ask.trace')];
    const { stdout, code } = await run('ask', at('in.png'), 'What is it?', ...args);
    expect(code).toBe(0);
    const types = eventTypes(stdout);
    expect(types.filter((type) => type === 'token.commit')).toHaveLength(8);
    expect(types.slice(-3)).toEqual(['text.done', 'run.answer', 'run.done']);
    const trace = await SafetensorsFile.open(at('ask.trace'));
    const head = JSON.parse(trace.metadata['lavida_text_trace'] ?? '{}') as Record<string, unknown>;
    expect(head['request']).toMatchObject({ task: 'ask', prompt: 'What is it?', image: { name: 'in.png' } });
    expect(JSON.stringify(head)).not.toContain('bytes');
    expect([...(await trace.readInt32('text.0.positions'))].sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(trace.entry('text.0.confidence').shape).toEqual([8]);
    await trace.close();
  });
});

describe('lavida ground', () => {
  it('prints a line a phrase and draws the boxes into a copy of the picture', async () => {
    const { stdout, code } = await run(
      'ground',
      at('in.png'),
      'a car',
      'the dog',
      '--restrict',
      '--out',
      at('boxes.png'),
    );
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => line.split('\t')[2])).toEqual(['a car', 'the dog']);
    const drawn = decode(await readFile(at('boxes.png')));
    expect([drawn.width, drawn.height]).toEqual([48, 36]);
    expect(Buffer.from(drawn.data as Uint8Array).equals(Buffer.from(picture.rgb))).toBe(false);
  });

  it('takes several steps for one phrase at a time only', async () => {
    expect((await run('ground', at('in.png'), 'a', '--steps', '2', '--json')).code).toBe(0);
    const wrong = await run('ground', at('in.png'), 'a', '--steps', '2', '--mode', 'dense');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('one phrase at a time');
    expect((await run('ground', at('in.png'), 'a', '--steps', '3')).stderr).toContain('1, 2 or 4');
  });
});

describe('lavida edit', () => {
  it('changes nothing outside the box and says in the file how it was made', async () => {
    const args = ['--box', '12,8,30,28', '--feather', '2', '--steps', '3', '--seed', '5'];
    const { code, stderr } = await run('edit', at('in.png'), 'make it blue', '--out', at('out.png'), ...args);
    expect(stderr).toContain('48×36');
    expect(code).toBe(0);
    const bytes = await readFile(at('out.png'));
    const { data } = decode(bytes);
    let inside = 0;
    picture.rgb.forEach((value, i) => {
      if (data[i] === value) return;
      const x = Math.floor(i / 3) % 48;
      const y = Math.floor(i / 3 / 48);
      expect(x >= 12 && x < 30 && y >= 8 && y < 28).toBe(true);
      inside++;
    });
    expect(inside).toBeGreaterThan(0);
    const request = findMetadata(readPngHead(bytes, 'out.png').texts)?.request;
    expect(request).toMatchObject({
      task: 'edit',
      prompt: 'make it blue',
      seed: 5,
      region: { kind: 'box', box: [12, 8, 30, 28], feather: 2 },
      image: { name: 'in.png' },
    });
    expect(request).not.toHaveProperty('image.bytes');
  });

  it('paints beside the picture, and inside a frame, and says so in the file', async () => {
    const base = ['--steps', '2', '--reads', 'description'];
    const wide = await run(
      'edit',
      at('in.png'),
      'a car',
      '--out',
      at('wide.png'),
      '--extend',
      '0,0,20,0',
      ...base,
    );
    expect(wide).toMatchObject({ code: 0 });
    expect(wide.stderr).toContain('68×36');
    const bytes = await readFile(at('wide.png'));
    expect(findMetadata(readPngHead(bytes, 'wide.png').texts)?.request).toMatchObject({
      reads: 'description',
      extend: { left: 0, top: 0, right: 20, bottom: 0, feather: 0 },
      frame: { left: 28, top: -2, side: 40 },
    });
    const around = ['--box', '4,4,12,12', '--frame', 'auto', '--steps', '2', '--trace', at('near.trace')];
    expect((await run('edit', at('in.png'), 'x', '--out', at('near.png'), ...around)).code).toBe(0);
    const near = findMetadata(readPngHead(await readFile(at('near.png')), 'near.png').texts)?.request;
    expect(near).toMatchObject({ frame: { left: 0, top: 0, side: 32 } });
    // A box of a branch counts from the picture too: a token of this frame is four pixels wide.
    const again = ['--step', '2', '--box', '8,8,12,12', '--image', at('in.png')];
    expect((await run('branch', at('near.trace'), ...again, '--out', at('again.png'))).code).toBe(0);
    const branched = findMetadata(readPngHead(await readFile(at('again.png')), 'again.png').texts)?.request;
    expect(branched?.branch?.region).toEqual([18]);
  });

  it('says what is wrong with its input and writes nothing', async () => {
    const before = await readdir(folder);
    const edit = (...args: string[]) => run('edit', at('in.png'), 'x', '--out', at('never.png'), ...args);
    expect((await edit('--box', '1,2,3')).stderr).toContain('four numbers');
    expect((await edit('--box', '0,0,90,90')).stderr).toContain('leaves the picture of 48 × 36 pixels');
    expect((await edit('--mask', at('none.png'))).stderr).toContain('none.png cannot be read');
    expect((await edit('--mask', at('in.png'), '--box', '1,1,2,2')).stderr).toContain('cannot both');
    expect((await edit('--frame', 'auto')).stderr).toContain('--frame auto needs');
    expect((await edit('--frame', '1,2')).stderr).toContain('left,top,side');
    expect((await edit('--frame', '60,0,16')).stderr).toContain('beside the picture');
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('lavida generate', () => {
  it('keeps the picture of every round when the model never accepts its own', async () => {
    const args = [
      '--out',
      at('car.png'),
      '--steps',
      '2',
      '--reflect',
      '2',
      '--json',
      '--trace',
      at('car.trace'),
    ];
    const { code, stdout } = await run('generate', 'a red car', ...args);
    expect(code).toBe(0);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { result: unknown };
    expect(last.result).toMatchObject({ accepted: false, imageFile: at('car.png') });
    const [first, second] = [await readFile(at('car.round-1.png')), await readFile(at('car.png'))];
    expect(first.equals(second)).toBe(false);
    const trace = await SafetensorsFile.open(at('car.trace'));
    // The steps are those of the last round, the critiques those of both.
    expect(trace.entry('drafted').shape).toEqual([2, 64]);
    expect([...trace.entries.keys()]).toContain('text.1.ids');
    await trace.close();
  });

  it('tells a round what was wrong or not, as the model is best asked, and as typed', async () => {
    const bundle = await fullBundle({ says: incorrect });
    onTestFinished(() => bundle.remove());
    const file = join(bundle.path, 'config.json');
    const config = JSON.parse(await readFile(file, 'utf8')) as { lavida_studio: { defaults?: object } };
    const told = async (reflect: object, ...flags: string[]): Promise<unknown> => {
      config.lavida_studio.defaults = { ...config.lavida_studio.defaults, reflect };
      await writeFile(file, JSON.stringify(config));
      const args = ['--out', at('told.png'), '--steps', '1', '--reflect', '2', '--json', ...flags];
      const { code, stdout } = await lavida(['generate', 'a car', ...args, '--model', bundle.path]);
      expect(code, stdout).toBe(0);
      const events = stdout.trim().split('\n');
      const rounds = events.map((line) => JSON.parse(line) as { type: string; history?: unknown[] });
      return rounds.filter(({ type }) => type === 'round.start').at(-1)?.history?.length;
    };
    expect(await told({})).toBe(1);
    expect(await told({ mode: 'self-verify' })).toBe(0);
    expect(await told({ mode: 'self-verify' }, '--no-self-verify')).toBe(1);
    expect(await told({}, '--self-verify')).toBe(0);
    config.lavida_studio.defaults = { ...config.lavida_studio.defaults, plan: { weight: 0.5 } };
    await writeFile(at('own.json'), JSON.stringify([{ name: 'dog', box: [1, 2, 300, 400] }]));
    await writeFile(file, JSON.stringify(config));
    const layout = ['--plan-boxes', at('own.json'), '--out', at('told.png'), '--steps', '1', '--json'];
    const { stdout } = await lavida(['generate', 'a car', ...layout, '--model', bundle.path]);
    expect(stdout).toContain('"promptOnly"');
    config.lavida_studio.defaults = { ...config.lavida_studio.defaults, plan: { weight: 0.5, given: 1 } };
    await writeFile(file, JSON.stringify(config));
    const whole = await lavida(['generate', 'a car', ...layout, '--model', bundle.path]);
    expect(whole.code).toBe(0);
    expect(whole.stdout).not.toContain('"promptOnly"');
    await expect(told({ mode: 'shout' })).rejects.toThrow('unreadable defaults of reflection');
    const { code, stderr } = await run('generate', 'a car', '--out', at('told.png'), '--no-self-verify');
    expect(code).toBe(1);
    expect(stderr).toContain('--no-self-verify needs --reflect');
  }, 60_000);

  it('follows a layout from a file', async () => {
    await writeFile(at('boxes.json'), JSON.stringify([{ name: 'dog', box: [1, 2, 300, 400] }]));
    const args = ['--out', at('dog.png'), '--steps', '2', '--json'];
    const { code, stdout } = await run('generate', 'a dog', '--plan-boxes', at('boxes.json'), ...args);
    expect(code).toBe(0);
    expect(eventTypes(stdout)).toContain('plan.parsed');
    const plain = await readFile(at('dog.png'));
    const weighed = await run(
      'generate',
      'a dog',
      '--plan-boxes',
      at('boxes.json'),
      '--plan-weight',
      '0',
      ...args,
    );
    expect(weighed.code).toBe(0);
    expect((await readFile(at('dog.png'))).equals(plain)).toBe(false);
    const lost = await run('generate', 'a dog', '--plan-weight', '0.5', '--out', at('dog.png'));
    expect(lost.stderr).toContain('--plan-weight needs --plan or --plan-boxes');
    await writeFile(at('bad.json'), JSON.stringify([{ name: 'dog', box: [1, 2, 3] }]));
    const bad = await run('generate', 'a dog', '--plan-boxes', at('bad.json'), ...args);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('bad.json');
  });
});
