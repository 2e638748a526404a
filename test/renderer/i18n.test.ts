import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../electron/contract/errors.ts';
import { en } from '../../renderer/i18n/en.ts';
import { t } from '../../renderer/i18n/index.ts';
import { zh } from '../../renderer/i18n/zh.ts';
import { engineDetails, errorTexts } from '../../renderer/i18n/zh/errors.ts';
import { projectRoot } from '../support/cli.ts';
import { parseSource, rendererSources, textLiterals, wordsOf } from './source-texts.ts';

const english: Record<string, string> = en;
const chinese: Record<string, string> = zh;

/** Texts that read the same in every language: names, units, formulas, and prompts for a model that reads English. */
const sameEverywhere =
  /^(app\.name|unit\.(gib|mib|billion|million|percent)|(ask\.)?example\.\d|ground\.(iou|percent|format\.\w+)|create\.(characters|cfg|topK|topP)|order\.mask_git|legend\.\w+\.(low|high)|cell\.id|run\.ofSteps|status\.zoom|models\.(precision\.(int8|int4|fp32)|ofBytes)|setting\.(language\.en|backend\.(webgpu|cuda|directml|coreml)))$/;

/** Whether words stand in it, and none of them Chinese; what is filled in does not count. */
function isEnglish(text: string): boolean {
  const own = text.replace(/\{\w+\}/gu, '');
  return /\p{L}/u.test(own) && !/\p{Script=Han}/u.test(own);
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name).sort();
}

test('every English text has its Chinese one, and no other', () => {
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
});

test('translations fill in the same names', () => {
  for (const [key, text] of Object.entries(english))
    expect(placeholders(chinese[key] ?? ''), key).toEqual(placeholders(text));
});

test('a number takes the word that fits it', () => {
  expect(['0', '1', '2', '1,000'].map((n) => t('gallery.count', { n }))).toEqual([
    '0 pictures',
    '1 picture',
    '2 pictures',
    '1,000 pictures',
  ]);
  expect(t('ask.facts', { tokens: 1, steps: 21, percent: 90 })).toBe('1 token · 21 steps · 90 % sure');
});

/** Numbers that are never one, or of a unit: sizes, limits, and counts with a text of their own for one. */
const neverOne =
  /^(status\.step|create\.prompt\.tooLong|sweep\.tooMany\w*|notices\.doneMany|gallery\.addTag\.many|legend\.(strata\.about|entropy\.high)|status\.tokens|ask\.block\.tooLong|ground\.tooMany)$/;

test('no English text puts a plural behind a number that may be one', () => {
  const wrong = Object.entries(english)
    .filter(
      ([key, text]) =>
        !neverOne.test(key) && /\{(n|most|steps|tokens|codes|slots|done)\} [a-z]+s\b/.test(text),
    )
    .map(([key, text]) => `${key}: ${text}`);
  expect(wrong).toEqual([]);
});

test('nothing is left in English', () => {
  const left = Object.entries(chinese)
    .filter(([key, text]) => !sameEverywhere.test(key) && isEnglish(text))
    .map(([key, text]) => `${key}: ${text}`);
  expect(left).toEqual([]);
});

test('every error of the catalogue has a Chinese sentence and a way out', () => {
  const missing = Object.keys(errorCatalogue).filter((code) => !(code in errorTexts));
  expect(missing).toEqual([]);
});

test('what the engine says it is doing has Chinese words', () => {
  const native = join(projectRoot, 'native');
  const said = readdirSync(native, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(join(native, name), 'utf8').matchAll(/(?:\bprogress\(|\bdetail: )'([^']+)'/gu),
    ])
    .map(([, words = '']) => words);
  expect(said.length).toBeGreaterThan(10);
  expect(said.filter((words) => !(words in engineDetails))).toEqual([]);
});

test('Chinese texts use Chinese punctuation', () => {
  const wrong = Object.entries(chinese)
    .filter(([, text]) => /\p{Script=Han}[,;:!?]|\p{Script=Han}\.(\s|$)/u.test(text))
    .map(([key, text]) => `${key}: ${text}`);
  expect(wrong).toEqual([]);
});

test('no text of the window stands outside the catalogue', () => {
  expect(rendererSources().flatMap(textLiterals)).toEqual([]);
});

test.each([
  ['<p>Hello there</p>', 'Hello there'],
  ["<p>{ready ? 'Ready' : t('app.name')}</p>", 'Ready'],
  ['<p>{`${n} steps`}</p>', 'steps'],
  ['<input placeholder="Type here" />', 'Type here'],
  ["<IconButton label={busy ? t('app.name') : 'Close it'} />", 'Close it'],
])('%s is found out', (markup, text) => {
  const found = textLiterals(parseSource('sample.tsx', `const part = ${markup};`));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(text);
});

test.each([
  "<p className={`a ${b}`}>{t('app.name')}</p>",
  '<svg viewBox="0 0 8 8" fill="none" />',
  '<Field label={t(\'app.name\')} name="seed" />',
])('%s passes', (markup) => {
  expect(textLiterals(parseSource('sample.tsx', `const part = ${markup};`))).toEqual([]);
});

test('every text of the catalogue is used', () => {
  const { whole, framed } = wordsOf(rendererSources());
  const unused = Object.keys(english).filter(
    (key) => !whole.has(key) && !framed.some(([head, tail]) => key.startsWith(head) && key.endsWith(tail)),
  );
  expect(unused).toEqual([]);
});
