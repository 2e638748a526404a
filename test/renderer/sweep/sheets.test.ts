import { expect, it } from 'vitest';
import {
  publishedDefaults,
  type SheetPlace,
  type TextToImageRequest,
} from '../../../electron/contract/request.ts';
import type { RunSummary } from '../../../electron/contract/runs.ts';
import { sheetsOf } from '../../../renderer/features/sweep/sheets.ts';

const axes = [
  { name: 'Steps', values: ['2', '4', '6'] },
  { name: 'Seed', values: ['1', '2'] },
];

function request(sheet?: SheetPlace): TextToImageRequest {
  const origin = sheet ? { origin: { template: 'a __dog__', sheet } } : {};
  return { version: 1, task: 'text-to-image', prompt: 'a pug', seed: 1, ...publishedDefaults, ...origin };
}

function finished(id: string, sheet?: SheetPlace): RunSummary {
  const model = { name: 'toy', fingerprint: 'f' };
  const size = { width: 8, height: 8, file: '', hasTrace: false };
  return { id, createdAt: '', request: request(sheet), model, backend: 'cpu', ...size };
}

it('sheets are put together from their runs, newest sheet first, every picture in its place', () => {
  const at = (id: string, ...place: number[]): SheetPlace => ({ id, axes, at: place });
  const runs = {
    finished: [
      finished('20300101-000009-000-aaaa', at('new', 1, 1)),
      finished('20300101-000008-000-aaaa'),
      finished('20300101-000007-000-aaaa', at('old', 0, 0)),
      finished('20300101-000006-000-aaaa', at('new', 0, 0)),
      finished('20300101-000005-000-aaaa', at('new', 0, 0)),
    ],
    live: {},
    left: [
      {
        id: '20300101-000004-000-aaaa',
        request: request(at('new', 2, 0)),
        reason: 'failed' as const,
        error: null,
      },
    ],
  };
  const [first, second, ...more] = sheetsOf(runs);
  expect(more).toEqual([]);
  expect([first?.id, first?.title, first?.done, first?.total]).toEqual(['new', 'a __dog__', 2, 6]);
  expect(first?.rows.map((row) => row.map(({ state }) => state))).toEqual([
    ['done', 'empty', 'left'],
    ['empty', 'done', 'empty'],
  ]);
  const [corner] = first?.rows[0] ?? [];
  expect(corner).toMatchObject({ run: { id: '20300101-000006-000-aaaa' } });
  expect(second?.id).toBe('old');
});

it('a place outside its own sheet, as a damaged file may name, is passed over', () => {
  const place = { id: 'odd', axes: axes.slice(0, 1), at: [7, 3] };
  const [sheet] = sheetsOf({ finished: [finished('20300101-000001-000-aaaa', place)], live: {}, left: [] });
  expect([sheet?.done, sheet?.rows.length]).toEqual([0, 1]);
});

it('a sheet keeps the name of its first place, whatever finished first or last', () => {
  const cell = (id: string, prompt: string, ...at: number[]): RunSummary => {
    const run = finished(id);
    return {
      ...run,
      request: { ...request(), prompt, origin: { template: prompt, sheet: { id: 'words', axes, at } } },
    };
  };
  const runs = [
    cell('20300101-000003-000-aaaa', 'a blue dog', 2, 1),
    cell('20300101-000002-000-aaaa', 'a green cat', 1, 1),
    cell('20300101-000001-000-aaaa', 'a red car', 0, 0),
  ];
  for (const order of [runs, runs.toReversed()]) {
    expect(sheetsOf({ finished: order, live: {}, left: [] }).map(({ title }) => title)).toEqual([
      'a red car',
    ]);
  }
});
