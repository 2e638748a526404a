import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findMetadata } from '../../../native/library/picture-metadata.ts';
import { readPngHead } from '../../../native/library/png.ts';
import { cellsOfBox } from '../../../native/imaging/grid-cells.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { lavida } from '../../support/cli.ts';
import { readGif } from '../../support/gif.ts';
import { nanoImageSize } from '../../support/nano.ts';

let folder: string;
let trace: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-branching-'));
  trace = at('car.trace.safetensors');
  const run = await lavida(
    ['generate', 'a red car', '--out', at('car.png'), '--trace', trace].concat([
      '--steps',
      '8',
      '--seed',
      '3',
    ]),
  );
  expect(run.code).toBe(0);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function finalCodes(path: string): Promise<Uint16Array> {
  const file = await TraceFile.open(path);
  const codes = await file.codesAt(file.head.steps);
  await file.close();
  return codes;
}

it('a branch of nano with nothing painted again is the parent, pixel by pixel', async () => {
  const run = await lavida(['branch', trace, '--step', '3', '--out', at('same.png')]);
  expect(run.stderr).toContain('seed 3');
  expect(run.code).toBe(0);
  const [parent, child] = [decode(await readFile(at('car.png'))), decode(await readFile(at('same.png')))];
  expect(Buffer.from(child.data as Uint8Array).equals(Buffer.from(parent.data as Uint8Array))).toBe(true);
});

it('a box is painted again with another seed, twice the same; the rest stays; the request says where it came from', async () => {
  const box = [64, 64, 128, 128] as const;
  const files = [at('one.png'), at('two.png')];
  for (const out of files) {
    const args = ['branch', trace, '--step', '8', '--box', box.join(','), '--seed', '9', '--steps', '4'];
    const run = await lavida([...args, '--out', out, '--trace', `${out}.trace.safetensors`]);
    expect(run.code).toBe(0);
  }
  const [one, two] = [await readFile(at('one.png')), await readFile(at('two.png'))];
  expect(one.equals(two)).toBe(true);
  const request = findMetadata(readPngHead(one, 'one.png').texts)?.request;
  expect(request?.branch).toMatchObject({ step: 8, parent: { run: 'car' } });
  const parent = await TraceFile.open(trace);
  const region = new Set(cellsOfBox(box, parent.head.image, parent.head.grid));
  await parent.close();
  expect(new Set(request?.branch?.region)).toEqual(region);
  const [before, after] = [await finalCodes(trace), await finalCodes(at('one.png.trace.safetensors'))];
  const changed = [...before.keys()].filter((p) => before[p] !== after[p]);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.every((p) => region.has(p))).toBe(true);
});

it('a run is exported as GIF, sheet and JSON', async () => {
  const [gif, sheet, json] = [at('car.gif'), at('car.sheet.png'), at('car.json')];
  const run = await lavida(
    ['export', trace, '--gif', gif, '--sheet', sheet, '--json', json].concat([
      '--fps',
      '10',
      '--pictures',
      '4',
    ]),
  );
  expect(run.stderr).toContain(gif);
  expect(run.code).toBe(0);
  expect(readGif(await readFile(gif)).delays).toEqual([...new Array<number>(8).fill(100), 1600]);
  expect(decode(await readFile(sheet)).width).toBe(2 * (await nanoImageSize()) + 3 * 8);
  const written = JSON.parse(await readFile(json, 'utf8')) as {
    request: { seed: number };
    picture: { rounds: { steps: { ids: number[] }[] }[] };
  };
  expect(written.request.seed).toBe(3);
  expect(written.picture.rounds[0]?.steps.at(-1)?.ids).toEqual([...(await finalCodes(trace))]);
});

it('what cannot be done is refused with a sentence, and nothing is written', async () => {
  const before = await readdir(folder);
  const cases: [string[], RegExp][] = [
    [['branch', trace, '--step', '9', '--out', at('no.png')], /there is no step 9/],
    [['branch', trace, '--step', '8', '--out', at('no.png')], /Nothing is left to paint/],
    [['branch', at('car.png'), '--step', '1', '--out', at('no.png')], /is damaged|not a trace/],
    [['branch', at('none'), '--step', '1', '--out', at('no.png')], /cannot be opened/],
    [['export', trace], /--gif, --sheet or --json/],
  ];
  for (const [args, says] of cases) {
    const run = await lavida(args);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toContain('try:');
  }
  expect(await readdir(folder)).toEqual(before);
});
