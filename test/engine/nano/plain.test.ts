import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../../native/engine.ts';
import { nanoDirectory } from '../../support/cli.ts';
import { runAll, the } from '../../support/engine-runs.ts';

it('an empty background is painted as one, not refused as a flat picture', async () => {
  const engine = createEngine();
  onTestFinished(() => engine.close());
  const info = await engine.open(
    { modelDirectory: nanoDirectory, backend: 'cpu', threads: 1 },
    () => undefined,
  );
  for (const seed of [1, 2, 3]) {
    const request = {
      version: 1,
      task: 'text-to-image',
      prompt: 'a photo of an empty background',
      seed,
      ...info.defaults,
    } as const;
    const { rgb } = the(await runAll(engine, request), 'run.image').image;
    expect(new Set(rgb).size).toBeGreaterThan(1);
  }
});
