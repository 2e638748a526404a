import { expect, test, vi } from 'vitest';
import { canShareKey } from '../../renderer/actions/context.ts';
import { actionById, actions } from '../../renderer/actions/registry.ts';

// The registry is read, not used: nothing is asked of the studio behind this window.
vi.hoisted(() => {
  Object.assign(globalThis, {
    window: globalThis,
    studio: { invoke: () => new Promise(() => undefined), on: () => () => undefined },
  });
});

test('no key means two things at once', () => {
  const quarrels = actions.flatMap((action, i) =>
    actions
      .slice(i + 1)
      .filter((other) => action.keys.some((key) => other.keys.includes(key)) && !canShareKey(action, other))
      .map((other) => `${action.id} and ${other.id}: ${action.keys.join(', ')}`),
  );
  expect(quarrels).toEqual([]);
});

test('an action that lets another go first shares a key with it and stands behind it', () => {
  for (const [i, action] of actions.entries())
    for (const id of action.after ?? []) {
      const first = actionById(id);
      expect(
        first?.keys.some((key) => action.keys.includes(key)),
        `${action.id} after ${id}`,
      ).toBe(true);
      expect(actions.findIndex((other) => other.id === id)).toBeLessThan(i);
    }
});

test('every action has an id of its own, and keys written as events are', () => {
  expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
  for (const key of actions.flatMap(({ keys }) => keys))
    expect(key, key).toMatch(/^(mod\+)?(alt\+)?(shift\+)?([^+\sA-Z]+|\+)$/);
});
