import { towerPrefix, type VisionConfig } from '../../../native/network/vision/vision-config.ts';
import type { BundleWeights } from '../../../native/tensor/bundle-weights.ts';

/** Rows of numbers in double precision. */
type Matrix = number[][];

/** erf by its series, which converges fast enough for the arguments that occur here. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return Math.abs(x) > 5 ? Math.sign(x) : (2 / Math.sqrt(Math.PI)) * sum;
}

const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
const geluTanh = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const add = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((v, j) => v + (b[i]?.[j] ?? 0)));

/** Tokens of one view [3, S, S], written from MODEL §5 without regard to speed. */
export async function referenceTower(
  weights: BundleWeights,
  config: VisionConfig,
  pixels: Float32Array,
): Promise<number[]> {
  const { imageSize, patchSize, patches, width, heads, pool, side } = config;
  const vector = async (name: string): Promise<number[]> => [...(await weights.readFloat32(name))];
  const matrix = async (name: string): Promise<Matrix> => {
    const data = await vector(name);
    const columns = data.length / (weights.entry(name).shape[0] ?? 1);
    return Array.from({ length: data.length / columns }, (_, i) =>
      data.slice(i * columns, (i + 1) * columns),
    );
  };
  const linear = async (x: Matrix, module: string): Promise<Matrix> => {
    const [w, b] = [await matrix(`${module}.weight`), await vector(`${module}.bias`)];
    return x.map((row) => w.map((weight, i) => dot(row, weight) + (b[i] ?? 0)));
  };
  const norm = async (x: Matrix, module: string): Promise<Matrix> => {
    const [w, b] = [await vector(`${module}.weight`), await vector(`${module}.bias`)];
    return x.map((row) => {
      const mean = row.reduce((sum, v) => sum + v, 0) / row.length;
      const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / row.length;
      return row.map(
        (v, i) => ((v - mean) / Math.sqrt(variance + config.normEpsilon)) * (w[i] ?? 0) + (b[i] ?? 0),
      );
    });
  };
  /** The values under a kernel, channels first: a convolution is a linear map of them. */
  const under = (
    planes: (c: number, y: number, x: number) => number,
    channels: number,
    kernel: number,
    y: number,
    x: number,
  ): number[] =>
    Array.from({ length: channels * kernel * kernel }, (_, i) => {
      const c = Math.floor(i / (kernel * kernel));
      const inside = i % (kernel * kernel);
      return planes(c, y + Math.floor(inside / kernel), x + (inside % kernel));
    });
  const grid = <T>(size: number, make: (y: number, x: number) => T): T[] =>
    Array.from({ length: size * size }, (_, i) => make(Math.floor(i / size), i % size));

  const pixel = (c: number, y: number, x: number): number => pixels[(c * imageSize + y) * imageSize + x] ?? 0;
  const patchRows = grid(patches, (y, x) => under(pixel, 3, patchSize, y * patchSize, x * patchSize));
  let rows = add(
    await linear(patchRows, `${towerPrefix}embeddings.patch_embedding`),
    await matrix(`${towerPrefix}embeddings.position_embedding.weight`),
  );
  for (let i = 0; i < config.layers; i++) {
    const layer = `${towerPrefix}encoder.layers.${i}`;
    const normed = await norm(rows, `${layer}.layer_norm1`);
    const [q, k, v] = [
      await linear(normed, `${layer}.self_attn.q_proj`),
      await linear(normed, `${layer}.self_attn.k_proj`),
      await linear(normed, `${layer}.self_attn.v_proj`),
    ];
    const head = width / heads;
    const mixed = q.map((query) => {
      const out: number[] = [];
      for (let h = 0; h < heads; h++) {
        const part = (row: readonly number[]): number[] => row.slice(h * head, (h + 1) * head);
        const scores = k.map((key) => dot(part(query), part(key)) / Math.sqrt(head));
        const highest = Math.max(...scores);
        const shares = scores.map((score) => Math.exp(score - highest));
        const total = shares.reduce((sum, share) => sum + share, 0);
        for (let c = 0; c < head; c++) {
          out.push(
            v.reduce((sum, value, j) => sum + ((shares[j] ?? 0) / total) * (value[h * head + c] ?? 0), 0),
          );
        }
      }
      return out;
    });
    rows = add(rows, await linear(mixed, `${layer}.self_attn.out_proj`));
    const wide = await linear(await norm(rows, `${layer}.layer_norm2`), `${layer}.mlp.fc1`);
    rows = add(
      rows,
      await linear(
        wide.map((row) => row.map(geluTanh)),
        `${layer}.mlp.fc2`,
      ),
    );
  }
  if (pool) {
    const patch = (c: number, y: number, x: number): number => rows[y * patches + x]?.[c] ?? 0;
    const taken = grid(side, (y, x) => under(patch, width, pool.kernel, y * pool.stride, x * pool.stride));
    rows = await linear(taken, 'model.vision_resampler.pool');
  }
  for (let i = 0; i < config.projections; i++) {
    rows = await linear(i === 0 ? rows : rows.map((row) => row.map(gelu)), `model.mm_projector.${i * 2}`);
  }
  return rows.flat();
}
