import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { candidateCount } from '../../../electron/contract/events.ts';
import { locBinCount } from '../../../electron/contract/ground.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import type { ExportSettings } from '../../../electron/contract/traces.ts';
import { exportRun, thinned } from '../../../native/export/export-run.ts';
import { TraceFile } from '../../../native/trace/reader.ts';
import { RunRecorder } from '../../../native/trace/run-recorder.ts';
import { readTextTrace } from '../../../native/trace/text-reader.ts';
import type { Decoder } from '../../../native/trace/step-picture.ts';
import {
  asSource,
  askRequest,
  only,
  openFullEngine,
  paintRequest,
  runAll,
  testPicture,
  the,
  type OpenedEngine,
} from '../../support/engine-runs.ts';
import { readGif } from '../../support/gif.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lavida-export-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const settings: ExportSettings = { format: 'gif', kind: 'x0', framesPerSecond: 20, pictures: 4 };

async function recorded({ engine, info }: OpenedEngine, request: GenerationRequest, name: string) {
  const events = await runAll(engine, request);
  the(events, 'run.done');
  const recorder = new RunRecorder();
  for (const event of events) recorder.consume(event);
  const path = join(folder, `${name}.trace.safetensors`);
  await writeFile(path, recorder.encode(request) ?? new Uint8Array());
  const decoder: Decoder = {
    ready: () => Promise.resolve(info),
    decode: (ids, grid) => engine.decode(ids, grid),
  };
  return { events, path, decoder };
}

const numbers = z.array(z.number());
const runSchema = z.object({
  format: z.literal('lavida-run'),
  version: z.literal(1),
  request: z.looseObject({ seed: z.int() }),
  picture: z
    .object({
      grid: z.object({ width: z.int(), height: z.int() }),
      maskId: z.int(),
      rounds: z.array(
        z.object({
          round: z.int(),
          seed: z.int(),
          verdict: z.object({ reply: z.string(), accepted: z.boolean() }).nullable(),
          initial: z.array(z.int()).length(64),
          steps: z.array(
            z.object({
              step: z.int(),
              ids: z.array(z.int()).length(64),
              drafted: z.array(z.int()).length(64),
              confidence: numbers.length(64),
              entropy: numbers.length(64),
              guidanceDelta: numbers.length(64).optional(),
              committed: z.array(
                z.object({
                  position: z.int(),
                  id: z.int(),
                  confidence: z.number(),
                  candidates: z.array(z.object({ id: z.int(), probability: z.number() })),
                }),
              ),
            }),
          ),
        }),
      ),
    })
    .nullable(),
  texts: z.array(z.looseObject({ text: z.string(), tokens: z.array(z.looseObject({ token: z.string() })) })),
});

it('a picture becomes a film of all its steps, a sheet of some, and JSON that says what the run said', async () => {
  const opened = await openFullEngine();
  const { events, path, decoder } = await recorded(opened, paintRequest({ steps: 5 }), 'picture');
  const gif = readGif(await exportRun(path, settings, decoder));
  expect(gif).toMatchObject({ width: 32, height: 32, loops: true });
  expect(gif.delays).toEqual([50, 50, 50, 50, 50, 1600]);
  const sheet = decode(await exportRun(path, { ...settings, format: 'sheet' }, decoder));
  expect([sheet.width, sheet.height]).toEqual([2 * 32 + 3 * 8, 8 + 2 * (32 + 10 + 8 + 8)]);

  const json = await exportRun(path, { ...settings, format: 'json' }, decoder);
  const { picture } = runSchema.parse(JSON.parse(new TextDecoder().decode(json)));
  const [round] = picture?.rounds ?? [];
  const logits = only(events, 'step.logits');
  only(events, 'step.state').forEach(({ ids }, step) => {
    const told = round?.steps[step];
    expect(told?.ids).toEqual([...ids]);
    expect(told?.drafted).toEqual([...(logits[step]?.drafted ?? [])]);
    const committed = only(events, 'step.commit')[step];
    expect(new Set(told?.committed.map(({ position }) => position))).toEqual(new Set(committed?.positions));
    for (const { id, confidence, candidates } of told?.committed ?? []) {
      expect(candidates).toHaveLength(candidateCount);
      const probabilities = candidates.map(({ probability }) => probability);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      const own = candidates.find((candidate) => candidate.id === id);
      if (own) expect(own.probability).toBeCloseTo(confidence, 5);
      else expect(confidence).toBeLessThanOrEqual(probabilities.at(-1) ?? 0);
    }
    expect(Math.max(...(told?.guidanceDelta ?? []))).toBeGreaterThan(0);
  });
});

it('a run with rounds keeps every round, its plan and what was said of each picture', async () => {
  const opened = await openFullEngine({ says: 'This image is incorrect.' });
  const request = paintRequest({
    steps: 3,
    plan: { mode: 'auto', length: 16 },
    reflection: { rounds: 2, mode: 'reflection', history: 1 },
  });
  const { events, path, decoder } = await recorded(opened, request, 'rounds');
  const trace = await TraceFile.open(path);
  expect(trace.rounds.map(({ round, seed, steps }) => [round, seed, steps])).toEqual([
    [1, 7, 3],
    [2, 8, 3],
  ]);
  const verdicts = only(events, 'critique.verdict').map(({ reply, accepted }) => ({ reply, accepted }));
  expect(trace.rounds.map(({ verdict }) => verdict)).toEqual(verdicts);
  const states = only(events, 'step.state').map(({ ids }) => ids);
  for (const [i, ids] of states.entries()) {
    expect((await trace.readStep(i % 3, i < 3 ? 1 : 2)).ids).toEqual(ids);
  }
  expect((await trace.readStep(2, 1)).candidates).toBeUndefined();
  expect((await trace.readStep(2)).candidates).toBeDefined();
  await expect(trace.readStep(0, 3)).rejects.toThrow('no round 3');
  await trace.close();
  const { texts } = await readTextTrace(path);
  expect(texts.map(({ purpose, round }) => [purpose, round])).toEqual([
    ['plan', 1],
    ['critique', 1],
    ['plan', 2],
    ['critique', 2],
  ]);
  expect(readGif(await exportRun(path, settings, decoder)).delays).toHaveLength(8);
});

it('an answer keeps its tokens in the order they were revealed, with candidates, and has no film', async () => {
  const opened = await openFullEngine();
  const request = askRequest(null, { temperature: 0.5 });
  const { events, path, decoder } = await recorded(opened, request, 'answer');
  const { texts, request: kept } = await readTextTrace(path);
  expect(kept).toMatchObject({ task: 'ask', prompt: 'What is this?' });
  const commits = only(events, 'token.commit');
  const [text] = texts;
  expect(text?.blockLength).toBe(8);
  expect(text?.tokens.map(({ position }) => position)).toEqual(commits.flatMap(({ positions }) => positions));
  expect(text?.tokens.map(({ token }) => token)).toEqual(commits.flatMap(({ tokens }) => tokens));
  text?.tokens.forEach(({ candidates, entropy, confidence, id }, i) => {
    expect(candidates).toHaveLength(candidateCount);
    expect(entropy).toBeGreaterThan(0);
    const own = candidates.find((candidate) => candidate.id === id);
    if (own) expect(own.probability).toBeCloseTo(confidence, 5);
    expect(candidates.map(({ token }) => token)).toEqual(
      commits.flatMap((commit) => commit.candidates ?? [])[i]?.map(({ token }) => token),
    );
  });
  const json = JSON.parse(
    new TextDecoder().decode(await exportRun(path, { ...settings, format: 'json' }, decoder)),
  ) as unknown;
  const parsed = runSchema.parse(json);
  expect(parsed.picture).toBeNull();
  expect(parsed.texts[0]?.tokens).toHaveLength(text?.tokens.length ?? -1);
  await expect(exportRun(path, settings, decoder)).rejects.toThrow('no steps with a picture');
});

it('grounded boxes keep the distribution of each coordinate', async () => {
  const opened = await openFullEngine();
  const request: GenerationRequest = {
    version: 1,
    task: 'ground',
    mode: 'expression',
    phrases: ['a car'],
    steps: 2,
    restrictToBins: true,
    prompt: 'published',
    loop: 'fixed',
    image: asSource(testPicture(40, 32)),
  };
  const { events, path } = await recorded(opened, request, 'ground');
  const { boxes } = await readTextTrace(path);
  const updates = only(events, 'box.update');
  expect(boxes).toHaveLength(updates.length);
  boxes.forEach(({ coordinates, result }, i) => {
    expect(result).toEqual(updates[i]?.result);
    coordinates.forEach(({ distribution, bin }, c) => {
      expect(distribution).toHaveLength(locBinCount);
      expect(distribution).toEqual(updates[i]?.coordinates[c]?.distribution);
      expect(bin).toBe(updates[i]?.coordinates[c]?.bin);
    });
  });
});

it('pictures of a sheet are taken at even distances, ends included', () => {
  const list = Array.from({ length: 25 }, (_, i) => i);
  expect(thinned(list, 4)).toEqual([0, 8, 16, 24]);
  expect(thinned(list, 30)).toEqual(list);
});
