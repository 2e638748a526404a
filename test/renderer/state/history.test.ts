import { beforeEach, expect, test } from 'vitest';
import {
  advanceCreate,
  editCreate,
  editDocument,
  emptyDocument,
  openDocument,
  useDocument,
} from '../../../renderer/state/document.ts';
import {
  asOneDeed,
  historyLimits,
  redo,
  remember,
  undo,
  useHistory,
} from '../../../renderer/state/history.ts';

const create = () => useDocument.getState().document.create;

beforeEach(() => {
  openDocument(emptyDocument);
});

test('edits are undone and redone one by one, and a new edit ends what was undone', () => {
  editCreate('prompt', { prompt: 'a red car' });
  editCreate('seed', { seed: 7 });
  undo();
  expect(create()).toMatchObject({ prompt: 'a red car', seed: 42 });
  undo();
  expect(useDocument.getState().document).toEqual(emptyDocument);
  redo();
  redo();
  expect(create()).toMatchObject({ prompt: 'a red car', seed: 7 });
  undo();
  editCreate('lock', { seedLocked: true });
  redo();
  expect(create()).toMatchObject({ prompt: 'a red car', seed: 42, seedLocked: true });
});

test('typing is one step, and undo brings back a setting that had not been set', () => {
  for (const prompt of ['a', 'a r', 'a re', 'a red']) editCreate('prompt', { prompt });
  expect(useHistory.getState().past).toHaveLength(1);
  editCreate('steps', { overrides: { steps: 12 } });
  undo();
  expect(Object.keys(create().overrides)).toEqual([]);
  undo();
  expect(create().prompt).toBe('');
});

test('undo takes back what the edit changed and nothing else', () => {
  editCreate('prompt', { prompt: 'a boat' });
  advanceCreate({ seed: 99 });
  undo();
  expect(create()).toMatchObject({ prompt: '', seed: 99 });
});

test('an edit that changes nothing is no step', () => {
  editDocument('title', (document) => document);
  expect(useHistory.getState().past).toHaveLength(0);
});

test('the history is bounded in steps and in memory; the oldest go first', () => {
  const deed = (kind: string, bytes: number) => ({
    kind,
    bytes,
    undo: () => undefined,
    redo: () => undefined,
  });
  for (let i = 0; i < historyLimits.deeds + 50; i++) remember(deed(String(i), 10));
  expect(useHistory.getState().past).toHaveLength(historyLimits.deeds);
  expect(useHistory.getState().past[0]?.kind).toBe('50');
  for (let i = 0; i < 4; i++) remember(deed(`large ${String(i)}`, historyLimits.bytes * 0.4));
  expect(useHistory.getState().past.map(({ kind }) => kind)).toEqual(['large 2', 'large 3']);
});

test('what changes nothing is no step, and an act of several changes is one', () => {
  editCreate('prompt', { prompt: 'a red car' });
  editCreate('nothing', { prompt: 'a red car' });
  expect(useHistory.getState().past).toHaveLength(1);
  asOneDeed('both', () => {
    editCreate('seed', { seed: 7 });
    editCreate('lock', { seedLocked: true });
  });
  asOneDeed('none', () => undefined);
  expect(useHistory.getState().past).toHaveLength(2);
  undo();
  expect(create()).toMatchObject({ prompt: 'a red car', seed: 42, seedLocked: false });
  redo();
  expect(create()).toMatchObject({ seed: 7, seedLocked: true });
});
