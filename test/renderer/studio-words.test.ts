import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { errorCatalogue, type ErrorCode, type StudioError } from '../../electron/contract/errors.ts';
import { setLanguage, t } from '../../renderer/i18n/index.ts';
import { errorWords } from '../../renderer/i18n/studio-words.ts';

// The language is told to the page, of which nothing else is needed here.
vi.hoisted(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: '' } } });
});

beforeAll(() => {
  setLanguage('zh');
});
afterAll(() => {
  setLanguage('en');
});

function error(code: ErrorCode, message: string, cause = ''): StudioError {
  return { code, message, cause, action: errorCatalogue[code].action };
}

test('what the window itself says of an error stays as it is in Chinese, with a Chinese way out', () => {
  const message = t('mask.unreadable', { name: 'torn.png' });
  expect(message).toContain('torn.png');
  const words = errorWords(error('file.invalid', message));
  expect(words).toEqual({ message, action: '请选择另一个文件。', cause: '', unknown: '' });
});

test('what the studio says is put into Chinese with the names in it', () => {
  const words = errorWords(error('file.invalid', '照片.png is cut short.', 'a PNG ends with an IEND chunk'));
  expect(words.message).toBe('照片.png 不完整，被截断了。');
  expect(words.cause).toBe('PNG 应以 IEND 块结尾');
});

test('a sentence that is not known stays readable below that of its kind', () => {
  const words = errorWords(error('internal', 'The moon is in the way.'));
  expect(words.message).toMatch(/\p{Script=Han}/u);
  expect(words.unknown).toBe('The moon is in the way.');
  expect(words.cause).toContain('The moon is in the way.');
});

test('each error of the catalogue says in Chinese what to do', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[])
    expect(errorWords(error(code, 'Something odd.')).action, code).toMatch(/\p{Script=Han}/u);
});
