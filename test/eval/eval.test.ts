import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../support/cli.ts';
import { fullBundle, fullImageSize } from '../support/full-bundle.ts';
import { temporaryFolder, type TemporaryFolder } from '../engine/network/random-bundle.ts';
import { exampleSets } from './example-sets.ts';
import { frechetDistance } from './report/frechet.ts';
import { figures } from './report/tables.ts';
import { caseRecordSchema, taskNames, type CaseRecord } from './run/case.ts';

let bundle: TemporaryFolder;
let folder: TemporaryFolder;

beforeAll(async () => {
  bundle = await fullBundle({
    says: 'This image is correct',
    config: { lavida_studio: { name: 'Full', image_size: fullImageSize, defaults: { t2i: { steps: 4 } } } },
  });
  folder = await temporaryFolder();
  await folder.write('sets.json', JSON.stringify(exampleSets(fullImageSize)));
});

afterAll(async () => {
  await bundle.remove();
  await folder.remove();
});

/** Runs `npm run eval:nano` with the test's files. */
function evaluate(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const options = {
    model: bundle.path,
    sets: join(folder.path, 'sets.json'),
    out: join(folder.path, 'eval.json'),
  };
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, 'test', 'eval', 'main.ts'), ...given, ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

test('every task of a bundle is measured, shown, and not measured twice', { timeout: 600_000 }, async () => {
  const sheet = join(folder.path, 'sheet.png');
  const first = await evaluate('--limit', '1', '--rounds', '2', '--sheet', sheet);
  expect(first.stderr).not.toContain('cause:');
  expect(first.code).toBe(0);
  const report = z
    .object({ model: z.string(), cases: z.array(caseRecordSchema) })
    .parse(JSON.parse(await readFile(join(folder.path, 'eval.json'), 'utf8')));
  expect(report.model).toBe('Full');
  expect(new Set(report.cases.map(({ task }) => task))).toEqual(new Set(taskNames));
  const of = (task: string): CaseRecord[] => report.cases.filter((one) => one.task === task);
  expect(of('checker').find(({ variant }) => variant === 'drawn')?.correct).toBe(true);
  // A model that finds everything correct accepts its first picture, and catches no mistake.
  expect(of('reflect').every(({ values }) => values['rounds'] === 1)).toBe(true);
  const [critique] = of('critique');
  expect(critique?.correct).toBe(critique?.group === 'right pictures');
  for (const kind of ['t2i-base', 'edit-edit', 'ground-dense']) {
    expect(existsSync(join(folder.path, `sheet.${kind}.png`))).toBe(true);
  }
  expect(await readFile(join(folder.path, 'eval.json.md'), 'utf8')).toContain(first.stdout.trim());

  const again = await evaluate('--limit', '2', '--task', 'ask,critique');
  expect(again.stdout).toContain('| count | 1 | 0.00 |');
  expect(again.stderr).toContain('2/2');
  // One of two right: the wrong picture was let through.
  expect(again.stdout).toMatch(/\| drawn scenes \| 2 \| 0\.50 \| – \| 0\.00 \|/u);

  // Nothing is run of a group that is not there, and what there is is said.
  const unknown = await evaluate('--limit', '2', '--task', 'ask', '--group', 'count,weight');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/No case is of weight; there are .*count/u);
  const chosen = await evaluate('--task', 't2i', '--group', 'own/position');
  expect(chosen.code).toBe(0);
  expect(chosen.stdout).toContain('overall | position (1) |');

  // Two processes share what is left, and only that: the phrases that were read by one alone are not read again.
  const shared = await evaluate(
    '--jobs',
    '2',
    '--task',
    'ground,critique,samplers',
    '--limit',
    'ground=all,0',
  );
  expect(shared.stderr).not.toContain('cause:');
  expect(shared.code).toBe(0);
  expect(shared.stderr).toContain('3/3');
  expect(shared.stdout).toMatch(/\| dense \| 2 \|/u);

  const other = await evaluate('--seed', '2', '--task', 'ask');
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('holds verdicts on another model, other sets or other settings');
});

test('bad sets are refused with a sentence that says where', { timeout: 120_000 }, async () => {
  const sets = exampleSets(fullImageSize);
  const refused = async (bad: object): Promise<string> => {
    await folder.write('bad.json', JSON.stringify({ ...sets, ...bad }));
    const { code, stderr } = await evaluate('--sets', join(folder.path, 'bad.json'));
    expect(code).toBe(1);
    return stderr;
  };
  const [phrase] = sets.ground;
  expect(await refused({ ground: [{ ...phrase, item: 7 }] })).toContain(
    'at ground[0].item: Scene 0 has no item 7.',
  );
  const [prompt] = sets.t2i;
  const include = [{ class: 'car', count: 1, size: 'huge' }];
  expect(await refused({ t2i: [{ ...prompt, include }] })).toContain(
    'at t2i[0].include[0].size: "huge" is not among the sizes.',
  );
});

const record = (part: Partial<CaseRecord>): CaseRecord => ({
  task: 't2i',
  variant: 'base',
  group: 'geneval/single_object',
  heldOut: false,
  label: '',
  index: 0,
  correct: true,
  reason: '',
  values: {},
  detail: null,
  seconds: 1,
  picture: null,
  ...part,
});

test('the overall figure is the mean of the classes, not of the pictures', () => {
  const cases = [
    ...Array.from({ length: 3 }, (_, index) => record({ index, values: { clean: index > 0 ? 1 : 0 } })),
    record({ index: 3, group: 'geneval/counting', correct: false }),
    record({ index: 4, group: 'own/held_out', heldOut: true, correct: false }),
    record({ index: 5, group: 'own/size' }),
    record({ task: 'reflect', variant: 'reflection', correct: true, values: { N1: 0, N2: 1, rounds: 2 } }),
  ];
  const text = figures(cases, { geneval: { used: 4, total: 553 }, distances: {} });
  expect(text).toContain('4 of GenEval');
  expect(text).toContain('| overall | held-out combinations (1) | size (1) | clean |');
  expect(text).toContain('| base | 1.00 | – | 0.00 | – | – | – | 0.50 | 0.00 | 1.00 | 0.67 |');
  expect(text).toContain('| with reflection, N = 1 | 0.00 |');
  expect(text).toContain('| with reflection, N = 2 | 1.00 |');
});

test('the Fréchet distance is that of two Gaussians', () => {
  // Diagonal covariances: |μ₁ − μ₂|² + Σ (σ₁ − σ₂)².
  const cloud = (x: number, a: number, b: number): Float64Array[] =>
    [-1, 1].flatMap((s) => [-1, 1].map((t) => Float64Array.of(x + s * a, t * b)));
  const deviation = Math.sqrt(4 / 3);
  expect(frechetDistance(cloud(0, 1, 2), cloud(0, 1, 2))).toBeCloseTo(0, 10);
  expect(frechetDistance(cloud(0, 1, 2), cloud(3, 1, 2))).toBeCloseTo(9, 10);
  expect(frechetDistance(cloud(0, 1, 2), cloud(0, 3, 2))).toBeCloseTo((2 * deviation) ** 2, 10);
});
