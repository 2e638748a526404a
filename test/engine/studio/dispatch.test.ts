import { expect, test } from 'vitest';
import { dispatch, type Handlers } from '../../../native/studio/dispatch.ts';
import { heapLeft, nestedJson } from '../../support/heap-left.ts';

test('a call nested thousands deep is refused, and nothing of it stays in memory', async () => {
  const session: unknown = JSON.parse(nestedJson(6000));
  const save = (): Promise<unknown> => dispatch({} as Handlers, 'session.save', { session });
  expect(await save()).toMatchObject({
    ok: false,
    error: { code: 'request.invalid', message: 'What was sent is nested too deeply.' },
  });
  expect(await heapLeft(save)).toBeLessThan(4e6);
});
