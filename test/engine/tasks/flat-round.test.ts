import { expect, it, onTestFinished, vi } from 'vitest';
import type { RunEvent } from '../../../electron/contract/events.ts';
import { textToImage } from '../../../native/tasks/text-to-image.ts';
import { only, openContext, paintRequest, the } from '../../support/engine-runs.ts';
import { fullBundle } from '../../support/full-bundle.ts';

it('a later round that comes out as one flat colour is judged like any other, and the rounds before it stay', async () => {
  const bundle = await fullBundle({ says: 'This image is incorrect.' });
  onTestFinished(() => bundle.remove());
  const context = await openContext(bundle.path);
  const { network } = context;
  onTestFinished(() => network.release());
  const decode = network.vq.decode.bind(network.vq);
  let pictures = 0;
  vi.spyOn(network.vq, 'decode').mockImplementation(async (...args) => {
    const planes = await decode(...args);
    return ++pictures === 2 ? planes.fill(1) : planes;
  });
  const reflection = { rounds: 3, mode: 'reflection', history: 3 } as const;
  const options = { signal: new AbortController().signal, previews: false };
  const events: RunEvent[] = [];
  for await (const event of textToImage(paintRequest({ reflection, steps: 2 }), context, options)) {
    events.push(event);
  }
  const images = only(events, 'round.image').map(({ image }) => image);
  expect(images.map(({ rgb }) => new Set(rgb).size === 1)).toEqual([false, true, false]);
  expect(only(events, 'critique.verdict').map(({ round }) => round)).toEqual([1, 2, 3]);
  expect(the(events, 'run.image').image).toEqual(images[2]);
});
