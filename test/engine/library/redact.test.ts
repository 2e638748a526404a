import { expect, test } from 'vitest';
import { redact, redactText } from '../../../native/library/redact.ts';

const mine = { home: '/home/maria', user: 'maria', host: 'workshop' };

test('paths, the user’s name and the machine’s name are left out wherever they stand', () => {
  expect(redactText('cannot write /home/maria/outputs/a.png on workshop', mine)).toBe(
    'cannot write ~/outputs/a.png on <host>',
  );
  expect(redactText('/media/Maria/disk is full', mine)).toBe('/media/<user>/disk is full');
  expect(redactText('marianne likes workshops', mine)).toBe('marianne likes workshops');
});

test('short names that occur in ordinary words change nothing', () => {
  expect(redactText('go to the shop', { home: '/', user: 'go', host: '' })).toBe('go to the shop');
});

test('what the user wrote is told by its length, unless it is asked for', () => {
  const run = { request: { prompt: 'my secret garden', seed: 7 }, file: '/home/maria/x.png' };
  expect(redact(run, mine, false)).toEqual({
    request: { prompt: '<16 characters>', seed: 7 },
    file: '~/x.png',
  });
  expect(redact(run, mine, true)).toEqual({
    request: { prompt: 'my secret garden', seed: 7 },
    file: '~/x.png',
  });
});

test('bytes are counted, not shown', () => {
  expect(redact([new Uint8Array(9), null, true], mine, false)).toEqual(['<9 bytes>', null, true]);
});
