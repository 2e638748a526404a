import { describe, expect, it } from 'vitest';
import { outlineOfConfigs } from '../../../native/hardware/estimate.ts';
import { graphicsFit } from '../../../native/hardware/graphics.ts';
import { fitOf, roomFor } from '../../../native/hardware/fit.ts';
import { adviceSentence, fitSentence } from '../../../native/hardware/words.ts';
import { workOf } from '../../../native/hardware/work.ts';
import { officialConfig, officialVqConfig } from '../../../native/models/official.ts';

const gib = 2 ** 30;
const int8 = outlineOfConfigs(officialConfig, officialVqConfig, 'int8');
const int4 = outlineOfConfigs(officialConfig, officialVqConfig, 'int4');
const paint = workOf('text-to-image', 1024);
const room = (limit: number, free = limit) => ({ limitBytes: limit * gib, freeBytes: free * gib });

describe('whether the full-size model fits', () => {
  it('does with room to spare, and then there is nothing to advise', () => {
    expect(fitOf(int8, paint, room(64))).toMatchObject({ verdict: 'fits', precision: 'int8', advice: [] });
  });

  it('is tight where weights have to be let go or other programs to give way, and says what needs less', () => {
    const fit = fitOf(int8, paint, room(11));
    expect(fit.verdict).toBe('tight');
    expect(fit.advice[0]).toMatchObject({ what: 'precision', precision: 'int4' });
    const busy = fitOf(int4, paint, room(16, 7));
    expect(busy.verdict).toBe('tight');
    expect(busy.advice.map(({ what }) => what)).toContain('close');
    expect(adviceSentence(busy)).toBe('Next: close other programs.');
  });

  it('will not where even the least is more than there is', () => {
    const fit = fitOf(int8, paint, room(4));
    expect(fit.verdict).toBe('will-not-fit');
    expect(fit.leastBytes).toBeGreaterThan(4 * gib);
    expect(fitSentence(fit)).toMatch(
      /It needs about 1\d\.\d GiB, at least \d\.\d GiB; 4\.0 GiB may be used/u,
    );
  });

  it('advises to leave out what was asked for besides', () => {
    const reflecting = { ...paint, sees: true, writes: true };
    const { advice } = fitOf(int4, reflecting, room(12));
    expect(advice.map(({ what }) => what)).toContain('reflection');
  });
});

it('on a graphics backend says what comes on top, and never more than is known', () => {
  const adapter = (name: string, memory: number | null) => ({
    name,
    vendor: 'x',
    memoryBytes: memory === null ? null : memory * gib,
    driver: null,
  });
  const words = (adapters: ReturnType<typeof adapter>[], backend: string | null = 'webgpu'): string => {
    const graphics = graphicsFit(int8, paint, room(64), backend, adapters);
    return fitSentence({ ...fitOf(int8, paint, room(64)), graphics });
  };
  expect(graphicsFit(int8, paint, room(64), 'cpu', [adapter('Card', 8)])).toBeNull();
  expect(graphicsFit(int8, paint, room(64), null, [])).toBeNull();
  // All weights of an eight-bit model of about ten thousand million numbers, and no more than the whole run takes.
  const needed = graphicsFit(int8, paint, room(64), 'webgpu', [])?.needBytes ?? 0;
  expect(needed).toBeGreaterThan(8 * gib);
  expect(needed).toBeLessThan(fitOf(int8, paint, room(64)).needBytes);
  expect(words([adapter('Card', 80)])).toMatch(
    /On webgpu up to \d+\.\d GiB .* come on top, an upper bound that was measured on no adapter yet; Card has 80\.0 GiB\.$/u,
  );
  expect(words([adapter('Card', 4)])).toContain(
    'If it fails, choose the CPU backend or a smaller precision.',
  );
  expect(words([adapter('Card', null)])).toContain('how much Card has, the system does not say.');
  expect(words([adapter('Card', 4), adapter('Other', 80)])).toContain('cannot be told.');
  expect(words([])).toContain('cannot be told.');
});

it('the cap stands below the machine, and what the engine holds counts as free for it', () => {
  const state = { totalBytes: 32 * gib, usableBytes: 16 * gib, availableBytes: 10 * gib, limitedBy: null };
  expect(roomFor(state, undefined, null)).toEqual(room(16, 10));
  expect(roomFor(state, undefined, 4 * gib)).toEqual(room(16, 14));
  expect(roomFor(state, 8 * gib, 4 * gib)).toEqual(room(8, 8));
});
