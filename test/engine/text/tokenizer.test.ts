import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TextTokenizer } from '../../../native/text/tokenizer.ts';

const shipped = JSON.parse(
  readFileSync(new URL('../../../models/nano/tokenizer.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;
const open = (changed: object): TextTokenizer =>
  TextTokenizer.parse({ ...shipped, ...changed }, {}, 'tokenizer.json', 2 ** 20);

test('steps that published tokenizers have are taken', () => {
  const normalizers = [
    { type: 'Prepend', prepend: '▁' },
    { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    { type: 'NFKC' },
  ];
  expect(open({}).encode('a red car').length).toBeGreaterThan(0);
  expect(open({ normalizer: { type: 'Sequence', normalizers } }).size).toBe(open({}).size);
});

test.each([
  [
    'pre_tokenizer',
    {
      type: 'Sequence',
      pretokenizers: Array(40).fill({ type: 'ByteLevel', add_prefix_space: false, use_regex: false }),
    },
  ],
  [
    'normalizer',
    {
      type: 'Sequence',
      normalizers: Array(4).fill({
        type: 'Sequence',
        normalizers: Array(10).fill({ type: 'Replace', pattern: { String: 'a' }, content: 'aa' }),
      }),
    },
  ],
  [
    'decoder',
    {
      type: 'Sequence',
      decoders: Array(40).fill({ type: 'Replace', pattern: { String: 'a' }, content: 'aa' }),
    },
  ],
])('a %s that doubles every text forty times is refused before it fills the memory', (part, step) => {
  expect(() => open({ [part]: step })).toThrow(
    expect.objectContaining({
      code: 'model.tokenizer',
      detail: expect.stringContaining('times longer') as unknown,
    }) as Error,
  );
});

test('a text with pieces the vocabulary has no id for is refused, not given ids that are none', () => {
  const model = shipped['model'] as { vocab: Record<string, number> };
  const { Z: _left, ...vocab } = model.vocab;
  const without = open({ model: { ...model, vocab, merges: [], unk_token: '<gone>' } });
  expect(without.encode('a').length).toBe(1);
  for (const encode of [without.encode.bind(without), without.encodeMarkup.bind(without)]) {
    expect(() => encode('Zebra')).toThrow('cannot read this text');
  }
});
