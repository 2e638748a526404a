import { afterEach, describe, expect, it } from 'vitest';
import { openNetwork, type Network } from '../../../native/network/index.ts';
import { CanvasSlots } from '../../../native/tasks/canvas-slots.ts';
import { maxAbsoluteDifference } from '../../parity/report.ts';
import { codes, randomArray, randomBundle, smallSizes, type BundleSizes } from './random-bundle.ts';
import { ReferenceMot } from './reference.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(sizes: BundleSizes): Promise<{ network: Network; reference: ReferenceMot }> {
  const folder = await randomBundle(sizes, { seed: 4 });
  cleanups.push(folder.remove);
  const network = await openNetwork(folder.path, { backend: 'cpu', threads: 1 });
  cleanups.push(() => network.release());
  return { network, reference: await ReferenceMot.load(sizes, network.weights) };
}

const grid = { width: 6, height: 4 };
const maskId = codes + 1;
const first = Array.from({ length: 24 }, (_, i) => (i % 5 === 0 ? maskId : (i * 7) % codes));
const second = Array.from({ length: 24 }, (_, i) => (i * 11) % codes);

describe('image tokens against their definition in float64', () => {
  for (const downsample of [true, false]) {
    const title = downsample ? 'with 2×2 compression' : 'without compression';
    it(`embeds codes and predicts logits on a grid that is not square, ${title}`, async () => {
      const sizes = { ...smallSizes, downsample };
      const { network, reference } = await open(sizes);
      const slots = await network.imageInput.embed([...first, ...second], grid);
      const expectedSlots = [first, second].flatMap((ids) => reference.embed(ids, grid.width));
      expect(maxAbsoluteDifference(slots, expectedSlots.flat())).toBeLessThan(2e-5);

      const perPicture = downsample ? 6 : 24;
      const states = randomArray(2 * perPicture * sizes.d_model_gen, 77);
      const rows = Array.from({ length: 2 * perPicture }, (_, i) =>
        Array.from(states.subarray(i * sizes.d_model_gen, (i + 1) * sizes.d_model_gen)),
      );
      const logits = await network.imageOutput.logits(states, 2, grid);
      const expected = [0, 1].flatMap((i) =>
        reference.predict(rows.slice(i * perPicture, (i + 1) * perPicture), grid.width),
      );
      expect(logits).toHaveLength(2 * 24 * codes);
      expect(maxAbsoluteDifference(logits, expected.flat())).toBeLessThan(2e-5);
    });
  }

  for (const downsample of [true, false]) {
    const title = downsample ? 'with 2×2 compression' : 'without compression';
    it(`weighs the logits of several rows at chosen codes, ${title}`, async () => {
      const sizes = { ...smallSizes, downsample };
      const { network, reference } = await open(sizes);
      const perPicture = downsample ? 6 : 24;
      const width = sizes.d_model_gen;
      const states = randomArray(3 * perPicture * width, 78);
      const rows = Array.from({ length: 3 }, (_, row) =>
        reference.predict(
          Array.from({ length: perPicture }, (_, i) => {
            const start = (row * perPicture + i) * width;
            return Array.from(states.subarray(start, start + width));
          }),
          grid.width,
        ),
      );
      const [weights, contrast, positions] = [
        [-1.2, -3.08, 5.28],
        [-1, 0, 1],
        [0, 7, 8, 23],
      ];
      const guided = await network.imageOutput.guided(states, weights, contrast, positions, grid);
      const mixed = (shares: number[]) =>
        positions.map((p) =>
          Array.from({ length: codes }, (_, v) =>
            shares.reduce((sum, share, row) => sum + share * (rows[row]?.[p]?.[v] ?? NaN), 0),
          ),
        );
      expect(maxAbsoluteDifference(guided.logits, mixed(weights).flat())).toBeLessThan(1e-4);
      const distances = mixed(contrast).map((row) => Math.hypot(...row));
      expect(maxAbsoluteDifference(guided.distance, distances)).toBeLessThan(1e-4);
      const outside = network.imageOutput.guided(states, weights, contrast, [24], grid);
      await expect(outside).rejects.toThrow('no position 24');
    });

    it(`embeds only the slots whose codes changed, and they are as if all were embedded, ${title}`, async () => {
      const { network } = await open({ ...smallSizes, downsample });
      const canvas = new CanvasSlots(network.imageInput, grid);
      const ids = first.slice();
      for (const change of [{}, { 7: 3 }, {}, { 0: 5, 8: maskId, 13: 2, 23: 9 }]) {
        Object.assign(ids, change);
        const whole = await network.imageInput.embed(ids, grid);
        expect(maxAbsoluteDifference(await canvas.embed(ids), whole)).toBeLessThan(1e-6);
      }
    });
  }

  it('refuses codes that are no row of the table, and grids that have no 2×2 slots', async () => {
    const { network } = await open(smallSizes);
    const ids = first.slice();
    ids[3] = codes + 256;
    await expect(network.imageInput.embed(ids, grid)).rejects.toThrow(`no row ${codes + 256}`);
    await expect(network.imageInput.embed(first, { width: 3, height: 8 })).rejects.toThrow('2×2');
    await expect(network.imageInput.embed(first.slice(1), grid)).rejects.toThrow('do not fill');
  });
});
