import { expect, test } from 'vitest';
import type { RunEvent } from '../../electron/contract/events.ts';
import { publishedDefaults, type TextToImageRequest } from '../../electron/contract/request.ts';
import { RunFilm } from '../../renderer/features/playback/film.ts';

const request: TextToImageRequest = {
  version: 1,
  task: 'text-to-image',
  prompt: 'a red car',
  seed: 1,
  ...publishedDefaults,
  steps: 2,
};
const model = { name: 'toy', fingerprint: 'f' };
const maskId = 9;

function text(purpose: 'plan' | 'critique', tokens: number): RunEvent[] {
  const start: RunEvent = {
    type: 'text.start',
    purpose,
    model,
    backend: 'cpu',
    segments: [],
    length: tokens,
    blockLength: tokens,
    maskId: 0,
  };
  const commits = Array.from({ length: tokens }, (_, step): RunEvent => ({
    type: purpose === 'plan' ? 'plan.token' : 'critique.token',
    step,
    block: 0,
    positions: [step],
    ids: [step],
    tokens: [`t${step}`],
    texts: [`t${step}`],
    confidence: [0.5],
    text: '',
  }));
  return [
    start,
    ...commits,
    { type: 'text.done', purpose, text: purpose, ids: [], pieces: [], forwards: tokens },
  ];
}

function picture(): RunEvent[] {
  const ids = [Uint16Array.of(1, maskId), Uint16Array.of(1, 2)];
  return ids.flatMap((after, step): RunEvent[] => [
    {
      type: 'step.logits',
      step,
      drafted: Uint16Array.of(1, 2),
      confidence: Float32Array.of(0.5, 0.25),
      entropy: Float32Array.of(1, 2),
    },
    {
      type: 'step.commit',
      step,
      positions: Uint16Array.of(step),
      ids: Uint16Array.of(step + 1),
      confidence: Float32Array.of(0.5),
    },
    { type: 'step.state', step, ids: after, milliseconds: 1 },
  ]);
}

function start(initial?: Uint16Array): RunEvent {
  return {
    type: 'run.start',
    request,
    model,
    backend: 'cpu',
    segments: [],
    grid: { width: 2, height: 1 },
    image: { width: 2, height: 1 },
    codebookSize: 4,
    maskId,
    transferCounts: [1, 1],
    order: null,
    ...(initial ? { initial } : {}),
    temperatures: [1, 1],
    selectionTemperatures: [1, 1],
  };
}

function round(n: number): RunEvent {
  return { type: 'round.start', round: n, rounds: 2, seed: n, history: [] };
}

function told(events: readonly RunEvent[]): RunFilm {
  const film = new RunFilm('run', request);
  for (const event of events) film.consume(event);
  return film;
}

const branches: RunEvent = { type: 'branches', rows: [] };

test('a run with a plan and rounds becomes scenes in the order they happened', () => {
  const film = told([
    round(1),
    ...text('plan', 3),
    start(),
    branches,
    ...picture(),
    ...text('critique', 4),
    { type: 'critique.verdict', round: 1, reply: 'no', accepted: false },
    round(2),
    ...text('plan', 3),
    branches,
    ...picture(),
    ...text('critique', 4),
    { type: 'critique.verdict', round: 2, reply: 'yes', accepted: true },
  ]);
  const names = film.scenes.map((scene) =>
    scene.kind === 'text' ? `${scene.record.purpose} ${scene.round}` : `picture ${scene.round}`,
  );
  expect(names).toEqual(['plan 1', 'picture 1', 'critique 1', 'plan 2', 'picture 2', 'critique 2']);
  expect(film.steps).toBe(18);
  expect(film.reached).toBe(18);
  expect(film.verdicts.get(2)).toEqual({ reply: 'yes', accepted: true });
  expect([0, 3, 4, 5, 6, 18].map((position) => film.place(position))).toMatchObject([
    { index: 0, local: 0 },
    { index: 0, local: 3 },
    { index: 1, local: 1 },
    { index: 1, local: 2 },
    { index: 2, local: 1 },
    { index: 5, local: 4 },
  ]);
  for (let position = 0; position <= film.steps; position++) {
    expect(film.positionAt(film.shareOf(position))).toBe(position);
  }
});

test('a text shows its tokens in place, as many as were revealed by then', () => {
  const film = told(text('plan', 3));
  const [scene] = film.scenes;
  if (scene?.kind !== 'text') throw new Error('There is no text.');
  expect(scene.record.placesAt(2).map((token) => token?.token ?? null)).toEqual(['t0', 't1', null]);
  expect(scene.record.meanByStep(({ confidence }) => confidence)).toEqual([0.5, 0.5, 0.5]);
});

test('codes that were given count as committed from the start', () => {
  const film = told([start(Uint16Array.of(3, maskId)), branches]);
  expect(film.record?.isGiven(0)).toBe(true);
  expect(film.record?.isGiven(1)).toBe(false);
});
