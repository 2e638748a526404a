import { expect, test } from 'vitest';
import { sessionSchema } from '../../../electron/contract/app.ts';
import { parseJsonFile } from '../../../native/library/json-file.ts';
import { heapLeft, nestedJson } from '../../support/heap-left.ts';

test('a session nested thousands deep is damaged, and nothing of it stays in memory', async () => {
  const deep = nestedJson(6000);
  expect(parseJsonFile(deep, sessionSchema)).toBeNull();
  expect(parseJsonFile('{"a": [{"b": 1}]}', sessionSchema)).toEqual({ a: [{ b: 1 }] });
  expect(await heapLeft(() => parseJsonFile(deep, sessionSchema))).toBeLessThan(4e6);
});
