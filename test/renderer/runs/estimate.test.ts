import { expect, it } from 'vitest';
import { publishedDefaults, type TextToImageRequest } from '../../../electron/contract/request.ts';
import { timeLeft } from '../../../renderer/features/runs/estimate.ts';
import type { LiveRun } from '../../../renderer/features/runs/store.ts';

function run(settings: Partial<TextToImageRequest>, left: number | null = null): LiveRun {
  const base = { version: 1, task: 'text-to-image', prompt: 'x', seed: 1, ...publishedDefaults } as const;
  return {
    id: 'x',
    request: { ...base, ...settings },
    state: left === null ? 'queued' : 'running',
    phase: '',
    detail: '',
    step: 0,
    steps: 0,
    revealed: 0,
    left,
    cancelling: false,
  };
}

it('the queue’s time is what the run under way has left and the steps of the others', () => {
  expect(timeLeft([], 10)).toBeNull();
  expect(timeLeft([run({ steps: 8 })], null)).toBeNull();
  expect(timeLeft([run({ steps: 99 }, 500), run({ steps: 8 })], 10)).toEqual({ ms: 580, atMost: false });
});

it('rounds of reflection may end early, so their time is the most it can be', () => {
  const reflection = { rounds: 4, mode: 'reflection', history: 3 } as const;
  expect(timeLeft([run({ steps: 8, reflection })], 10)).toEqual({ ms: 320, atMost: true });
});
