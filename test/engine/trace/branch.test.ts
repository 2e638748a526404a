import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packCodes, unpackCodes } from '../../../electron/contract/branch.ts';
import type { RunEvent } from '../../../electron/contract/events.ts';
import type { PictureRequest, Region } from '../../../electron/contract/request.ts';
import type { EngineApi } from '../../../native/engine-api.ts';
import { branchCounts, branchRequest, type BranchWish } from '../../../native/trace/branch-request.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { RunRecorder } from '../../../native/trace/run-recorder.ts';
import {
  asSource,
  editRequest,
  finalCodes,
  only,
  openFullEngine,
  paintRequest,
  runAll,
  testPicture,
  the,
} from '../../support/engine-runs.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-branch-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a request and opens what its recorder would have put on the disk. */
async function recorded(engine: EngineApi, request: PictureRequest, name: string) {
  const events = await runAll(engine, request);
  the(events, 'run.done');
  const recorder = new RunRecorder();
  for (const event of events) recorder.consume(event);
  const path = join(folder, `${name}.trace.safetensors`);
  await writeFile(path, recorder.encode(request) ?? new Uint8Array());
  return { events, path };
}

async function branchOf(path: string, wish: BranchWish, name: string | null = 'parent') {
  const trace = await TraceFile.open(path);
  try {
    return await branchRequest(trace, name, wish);
  } finally {
    await trace.close();
  }
}

function errorOf(events: readonly RunEvent[]): string {
  return the(events, 'run.error').error.code;
}

const block = [0, 1, 2, 8, 9, 10, 16, 17, 18];

describe('a branch of a recorded run', () => {
  it.each(['stratified', 'confidence', 'mask_git', 'uniform'] as const)(
    'with nothing masked again repeats the parent exactly, from any step, in the order %s',
    async (order) => {
      const { engine } = await openFullEngine();
      const request = paintRequest({
        order,
        steps: 6,
        guidanceScale: 2,
        guidanceInterval: [0.2, 0.7],
        topP: 0.95,
      });
      const parent = await recorded(engine, request, order);
      for (const step of [0, 2, 5]) {
        const branch = await branchOf(parent.path, { step, region: [] });
        const events = await runAll(engine, branch);
        expect(only(events, 'step.state')).toHaveLength(6 - step);
        expect(finalCodes(events)).toEqual(finalCodes(parent.events));
        expect(the(events, 'run.image').image.rgb).toEqual(the(parent.events, 'run.image').image.rgb);
        expect(only(events, 'step.logits').map(({ confidence }) => confidence)).toEqual(
          only(parent.events, 'step.logits')
            .slice(step)
            .map(({ confidence }) => confidence),
        );
      }
    },
  );

  it('of a later round of reflection is told what that round was told, and repeats it exactly', async () => {
    const { engine } = await openFullEngine({ says: 'This image is incorrect.' });
    const reflection = { rounds: 3, mode: 'reflection', history: 1 } as const;
    const parent = await recorded(engine, paintRequest({ reflection, steps: 4, seed: 7 }), 'rounds');
    const last = only(parent.events, 'round.start').at(-1);
    expect(last?.history).toHaveLength(1);
    const branch = await branchOf(parent.path, { step: 2, region: [] });
    expect(branch.branch?.feedback).toMatchObject([{ reply: last?.history[0]?.reply }]);
    const events = await runAll(engine, branch);
    expect(the(events, 'run.image').image.rgb).toEqual(the(parent.events, 'run.image').image.rgb);
    expect(only(events, 'step.logits').map(({ confidence }) => confidence)).toEqual(
      only(parent.events, 'step.logits')
        .slice(-2)
        .map(({ confidence }) => confidence),
    );
    const child = await recorded(engine, branch, 'rounds-child');
    expect((await branchOf(child.path, { step: 1, region: [] })).branch).toMatchObject({
      orderSeed: 7,
      feedback: branch.branch?.feedback,
    });
    const untold = { ...branch, branch: branch.branch && { ...branch.branch, feedback: [] } };
    expect(only(await runAll(engine, untold), 'step.logits')[0]?.confidence).not.toEqual(
      only(events, 'step.logits')[0]?.confidence,
    );
  });

  it('paints the region again and leaves every other token that was committed by then', async () => {
    const { engine } = await openFullEngine();
    const parent = await recorded(engine, paintRequest({ steps: 6 }), 'region');
    const before = only(parent.events, 'step.state')[3]?.ids ?? new Uint16Array();
    const maskId = the(parent.events, 'run.start').maskId;
    const branch = await branchOf(parent.path, { step: 4, region: block, seed: 99 });
    const [first, second] = [await runAll(engine, branch), await runAll(engine, branch)];
    expect(finalCodes(first)).toEqual(finalCodes(second));
    for (const { ids } of only(first, 'step.state')) {
      before.forEach((code, p) => {
        if (code !== maskId && !block.includes(p)) expect(ids[p]).toBe(code);
      });
    }
    const initial = the(first, 'run.start').initial;
    expect(block.every((p) => initial?.[p] === maskId)).toBe(true);
    const changed = block.filter((p) => finalCodes(first)[p] !== finalCodes(parent.events)[p]);
    expect(changed.length).toBeGreaterThan(0);
    expect(finalCodes(first).includes(maskId)).toBe(false);
  });

  it('starts from the finished picture too, and a branch has branches of its own', async () => {
    const { engine } = await openFullEngine();
    const parent = await recorded(engine, paintRequest({ steps: 6 }), 'grand');
    const child = await branchOf(parent.path, { step: 6, region: block, seed: 5, steps: 3 });
    expect(child.branch).toMatchObject({ step: 6, offset: 6, parent: { run: 'parent' } });
    const ran = await recorded(engine, child, 'child');
    expect(only(ran.events, 'step.state')).toHaveLength(3);
    const grandchild = await branchOf(ran.path, { step: 1, region: [] });
    expect(grandchild.branch?.offset).toBe(7);
    expect(finalCodes(await runAll(engine, grandchild))).toEqual(finalCodes(ran.events));
  });

  it('keeps what an edit keeps: the locked tokens and, byte for byte, the pixels around its region', async () => {
    const { engine } = await openFullEngine();
    const picture = testPicture(32, 32);
    const image = asSource(picture);
    const region: Region = { kind: 'box', box: [8, 8, 24, 24], feather: 0 };
    const parent = await recorded(engine, editRequest(image, { region }), 'edit');
    const everything = Array.from({ length: 64 }, (_, p) => p);
    const branch = await branchOf(parent.path, { step: 2, region: everything, seed: 3 });
    expect(errorOf(await runAll(engine, branch))).toBe('file.missing');
    if (branch.task !== 'edit') throw new Error('The branch of an edit is an edit.');
    const events = await runAll(engine, { ...branch, image });
    const { rgb } = the(events, 'run.image').image;
    for (let p = 0; p < 32 * 32; p++) {
      const inside = p % 32 >= 8 && p % 32 < 24 && p >= 8 * 32 && p < 24 * 32;
      if (inside) continue;
      expect(rgb.subarray(p * 3, p * 3 + 3)).toEqual(picture.rgb.subarray(p * 3, p * 3 + 3));
    }
  });

  it('refuses what does not fit, with a sentence', async () => {
    const { engine } = await openFullEngine();
    const { path } = await recorded(engine, paintRequest({ steps: 4 }), 'refused');
    await expect(branchOf(path, { step: 5, region: [] })).rejects.toThrow('there is no step 5');
    await expect(branchOf(path, { step: 4, region: [] })).rejects.toThrow('Nothing is left to paint');
    await expect(branchOf(path, { step: 1, region: [64] })).rejects.toThrow('names token 64');
    await expect(branchOf(path, { step: 4, region: [1, 2], steps: 3 })).rejects.toThrow('more than the 2');
    const good = await branchOf(path, { step: 2, region: block });
    const { branch } = good;
    if (!branch || good.task !== 'text-to-image') throw new Error('There is no branch.');
    const codes = unpackCodes(branch.codes);
    const wrong: [Partial<typeof branch>, string][] = [
      [{ parent: { run: null, fingerprint: 'other' } }, 'model.other'],
      [{ codes: packCodes(codes.subarray(1)) }, 'request.invalid'],
      [{ codes: packCodes(codes.fill(60_000)) }, 'request.invalid'],
      [{ counts: [...branch.counts, 1] }, 'request.invalid'],
      [{ region: [900] }, 'request.invalid'],
    ];
    for (const [change, code] of wrong) {
      expect(errorOf(await runAll(engine, { ...good, branch: { ...branch, ...change } }))).toBe(code);
    }
    const reflection = { rounds: 2, mode: 'reflection', history: 1 } as const;
    expect(errorOf(await runAll(engine, { ...good, reflection }))).toBe('request.invalid');
  });
});

describe('how many tokens each step of a branch commits', () => {
  const whole = [1, 2, 3, 4, 5, 6];

  it('is what was left when nothing is masked again', () => {
    expect(branchCounts(15, 15, [4, 5, 6], whole)).toEqual([4, 5, 6]);
  });

  it('is the end of the schedule of a whole picture for a larger region', () => {
    expect(branchCounts(6, 15, [6], whole)).toEqual([4, 5, 6]);
    const counts = branchCounts(0, 13, [], whole);
    expect(counts.reduce((sum, count) => sum + count)).toBe(13);
    expect(branchCounts(0, 1, [], whole)).toEqual([1]);
  });

  it('never takes fewer steps than were left', () => {
    expect(branchCounts(3, 4, [1, 1, 1], [50, 50]).reduce((sum, count) => sum + count)).toBe(4);
  });
});

it('codes survive their packing', () => {
  const codes = Uint16Array.of(0, 1, 255, 256, 8191, 8192, 65_535);
  expect(unpackCodes(packCodes(codes))).toEqual(codes);
});
