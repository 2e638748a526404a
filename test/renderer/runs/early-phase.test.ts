import { expect, test, vi } from 'vitest';
import type { AskRequest } from '../../../electron/contract/request.ts';

// The window's end of the studio is looked for when it is imported.
vi.stubGlobal('window', { studio: {} });
const { enterRun, receiveRunEvent } = await import('../../../renderer/features/runs/events.ts');
const { addLive, useRuns } = await import('../../../renderer/features/runs/store.ts');

const request = { version: 1, task: 'ask', prompt: 'What is it?', image: null } as unknown as AskRequest;

test('a run that began before the answer that names it came is under way, not waiting', () => {
  receiveRunEvent('early', { type: 'phase', phase: 'queue', detail: '' });
  receiveRunEvent('early', { type: 'phase', phase: 'answer', detail: 'now' });
  enterRun('early', request);
  expect(useRuns.getState().live['early']).toMatchObject({
    state: 'running',
    phase: 'answer',
    detail: 'now',
  });
});

test('a phase from before a run was known does not come back once a newer one was told', () => {
  receiveRunEvent('overtaken', { type: 'phase', phase: 'prepare', detail: 'reading' });
  // As its first step does, which may come before the answer, too.
  addLive('overtaken', request, 'running');
  receiveRunEvent('overtaken', { type: 'phase', phase: 'unmask', detail: '' });
  enterRun('overtaken', request);
  expect(useRuns.getState().live['overtaken']).toMatchObject({ state: 'running', phase: 'unmask' });
});

test('a run of which nothing was told yet waits', () => {
  enterRun('late', request);
  expect(useRuns.getState().live['late']).toMatchObject({ state: 'queued', phase: 'queue' });
});
