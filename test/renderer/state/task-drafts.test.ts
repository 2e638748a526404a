import { expect, test } from 'vitest';
import { emptyTaskDrafts, parseTaskDrafts, type TaskDrafts } from '../../../renderer/state/task-drafts.ts';

const drafts: TaskDrafts = {
  edit: {
    intent: 'expand',
    instruction: 'make it green',
    words: { fill: 'a cat', expand: 'a cat on grass', remove: '', background: 'in the snow' },
    context: 'frame',
    padding: 80,
    frame: { left: -8, top: 16, side: 64 },
    added: { left: 0, top: 8, right: 128, bottom: 0 },
    seed: 7,
    seedLocked: true,
    region: 'box',
    plan: true,
    phrase: 'the car',
    overrides: { steps: 12, fit: 'pad', editMode: 3 },
  },
  ask: {
    question: 'Why?',
    reasoning: true,
    overrides: { length: 32, parallel: { factor: 1, threshold: null } },
  },
  ground: { phrases: 'a\nb', mode: 'expression', steps: 4, restrictToBins: false },
};

test('drafts come back as they were kept', () => {
  expect(parseTaskDrafts(JSON.parse(JSON.stringify(drafts)))).toEqual(drafts);
});

test('drafts of before there were frames and intents keep what they had', () => {
  const { instruction, seed, seedLocked, region, plan, phrase, overrides } = drafts.edit;
  const edit = { instruction, seed, seedLocked, region, plan, phrase, overrides };
  expect(parseTaskDrafts({ ...drafts, edit }).edit).toEqual({ ...emptyTaskDrafts.edit, ...edit });
  const damaged = { ...drafts.edit, frame: { left: 0, top: 0, side: 0 }, intent: 'paint', padding: -1 };
  expect(parseTaskDrafts({ ...drafts, edit: damaged }).edit).toEqual({
    ...drafts.edit,
    frame: null,
    intent: 'edit',
    padding: emptyTaskDrafts.edit.padding,
  });
});

test('a damaged field falls back alone, and a session without drafts begins with empty ones', () => {
  const damaged = {
    edit: { ...drafts.edit, seed: null, region: 'moon', overrides: { steps: 0, fit: 'pad', colour: 'red' } },
    ask: { ...drafts.ask, question: 5, overrides: 'none' },
    ground: 'lost',
  };
  expect(parseTaskDrafts(damaged)).toEqual({
    edit: { ...drafts.edit, seed: emptyTaskDrafts.edit.seed, region: null, overrides: { fit: 'pad' } },
    ask: { question: '', reasoning: true, overrides: {} },
    ground: emptyTaskDrafts.ground,
  });
  for (const nothing of [undefined, null, 'x', {}]) expect(parseTaskDrafts(nothing)).toEqual(emptyTaskDrafts);
});
