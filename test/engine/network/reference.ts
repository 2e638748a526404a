import type { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { BundleSizes } from './random-bundle.ts';

/** A matrix as rows of float64. */
export type Rows = number[][];

function rms(
  row: readonly number[],
  weight: ArrayLike<number>,
  epsilon: number,
  width = row.length,
): number[] {
  const mean = row.reduce((sum, x) => sum + x * x, 0) / width;
  return row.map((x, i) => (x / Math.sqrt(mean + epsilon)) * (weight[i] as number));
}

/** x·Wᵀ for one row, W [out, in] flat. */
function linear(row: readonly number[], matrix: ArrayLike<number>): number[] {
  const out = matrix.length / row.length;
  return Array.from({ length: out }, (_, o) =>
    row.reduce((sum, x, i) => sum + x * (matrix[o * row.length + i] as number), 0),
  );
}

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

interface Token {
  image: boolean;
  position: number;
  state: number[];
}

/**
 * The transformer of MODEL §2 written out token by token in float64: the definition that the graphs are held against
 * at sizes no recording has.
 */
export class ReferenceMot {
  readonly #sizes: BundleSizes;
  readonly #weights: Map<string, Float32Array>;

  private constructor(sizes: BundleSizes, weights: Map<string, Float32Array>) {
    this.#sizes = sizes;
    this.#weights = weights;
  }

  static async load(sizes: BundleSizes, weights: BundleWeights): Promise<ReferenceMot> {
    const all = new Map<string, Float32Array>();
    for (const name of weights.names()) all.set(name, await weights.readFloat32(name));
    return new ReferenceMot(sizes, all);
  }

  #weight(name: string): Float32Array {
    const weight = this.#weights.get(`model.${name}.weight`);
    if (weight === undefined) throw new Error(`no weight ${name}`);
    return weight;
  }

  #rotate(head: number[], position: number): number[] {
    const half = head.length / 2;
    return head.map((x, i) => {
      const angle = position * this.#sizes.rope_theta ** ((-2 * (i % half)) / head.length);
      const other = i < half ? -(head[i + half] as number) : (head[i - half] as number);
      return x * Math.cos(angle) + other * Math.sin(angle);
    });
  }

  /** Final states of all tokens: full attention in the first layers, within each kind in the rest. */
  forward(tokens: readonly Token[]): Rows {
    const { n_layers: layers, dual_tower_layers: lastJoint, rms_norm_eps: eps, d_model_gen: g } = this.#sizes;
    let states = tokens.map(({ state }) => state);
    for (let layer = 0; layer < layers; layer++)
      states = this.#layer(layer, tokens, states, layer <= lastJoint);
    return states.map((row, i) => {
      const padded = rms(row, this.#weight('transformer.ln_f'), eps, this.#sizes.d_model);
      return tokens[i]?.image === true ? padded.slice(0, g) : padded;
    });
  }

  #layer(layer: number, tokens: readonly Token[], states: Rows, joint: boolean): Rows {
    const { n_heads: heads, n_kv_heads: keyHeads, d_model: width, rms_norm_eps: eps } = this.#sizes;
    const size = width / heads;
    const name = (part: string, image: boolean) =>
      `transformer.blocks.${layer}.${part}${image ? '_vision' : ''}`;
    const projected = states.map((row, i) => {
      const { image = false, position = 0 } = tokens[i] ?? {};
      const normed = rms(row, this.#weight(name('attn_norm', image)), eps);
      const split = (part: string, rotate: boolean) => {
        const flat = linear(normed, this.#weight(name(part, image)));
        return Array.from({ length: flat.length / size }, (_, h) => {
          const head = flat.slice(h * size, (h + 1) * size);
          return rotate ? this.#rotate(head, position) : head;
        });
      };
      return { q: split('q_proj', true), k: split('k_proj', true), v: split('v_proj', false) };
    });
    return states.map((row, i) => {
      const image = tokens[i]?.image ?? false;
      const seen = projected.filter((_, j) => joint || tokens[j]?.image === image);
      const mixed = Array.from({ length: heads }, (_, h) => {
        const shared = Math.floor((h * keyHeads) / heads);
        const scores = seen.map(({ k }) =>
          (projected[i]?.q[h] ?? []).reduce((sum, x, c) => sum + x * (k[shared]?.[c] ?? NaN), 0),
        );
        const exponentials = scores.map((s) => Math.exp((s - Math.max(...scores)) / Math.sqrt(size)));
        const total = exponentials.reduce((sum, e) => sum + e, 0);
        return Array.from({ length: size }, (_unused, c) =>
          seen.reduce(
            (sum, { v }, j) => sum + ((exponentials[j] ?? NaN) / total) * (v[shared]?.[c] ?? NaN),
            0,
          ),
        );
      }).flat();
      const attended = linear(mixed, this.#weight(name('attn_out', false)));
      const residual = row.map((x, c) => x + (attended[c] as number));
      const normed = rms(residual, this.#weight(name('ff_norm', image)), eps);
      const gate = linear(normed, this.#weight(name('ff_proj', image)));
      const up = linear(normed, this.#weight(name('up_proj', image)));
      const hidden = gate.map((x, c) => silu(x) * (up[c] as number));
      const down = linear(hidden, this.#weight(name('ff_out', image)));
      return residual.map((x, c) => x + (down[c] as number));
    });
  }

  textLogits(row: number[]): number[] {
    return linear(row, this.#weight('transformer.ff_out'));
  }

  /** Codes of one picture to slots (MODEL §3.1). */
  embed(ids: readonly number[], width: number): Rows {
    const g = this.#sizes.d_model_gen;
    const table = this.#weight('gen_embedding.0');
    const embedded = ids.map((id) => {
      const row = Array.from(table.subarray(id * g, (id + 1) * g));
      return linear(rms(row, this.#weight('gen_embedding.1'), 1e-6), this.#weight('gen_embedding.2'));
    });
    const slots = this.#sizes.downsample ? this.#downsample(embedded, width) : embedded;
    return slots.map((row) =>
      linear(rms(row, this.#weight('gen_embedding_2.0'), 1e-6), this.#weight('gen_embedding_2.1')),
    );
  }

  #downsample(rows: Rows, width: number): Rows {
    const g = this.#sizes.d_model_gen;
    const kernel = this.#weight('downsample_gen.downsample.conv');
    const normed = rows.map((row) => rms(row, this.#weight('downsample_gen.downsample.norm'), 1e-6));
    const slots: Rows = [];
    for (let y = 0; y < rows.length / width; y += 2)
      for (let x = 0; x < width; x += 2)
        slots.push(
          Array.from({ length: g }, (_, o) => {
            let sum = 0;
            for (let i = 0; i < g; i++)
              for (let p = 0; p < 2; p++)
                for (let q = 0; q < 2; q++) {
                  const input = normed[(y + p) * width + x + q]?.[i] as number;
                  sum += input * (kernel[((o * g + i) * 2 + p) * 2 + q] as number);
                }
            return sum;
          }),
        );
    return slots;
  }

  /** Slots of one picture to logits (MODEL §3.2). */
  predict(slots: Rows, width: number): Rows {
    const rows = this.#sizes.downsample ? this.#upsample(slots, width) : slots;
    return rows.map((row) => {
      const first = linear(
        rms(row, this.#weight('gen_predictor_2.0'), 1e-6),
        this.#weight('gen_predictor_2.1'),
      );
      const second = rms(
        linear(first, this.#weight('gen_predictor.0')),
        this.#weight('gen_predictor.1'),
        1e-6,
      );
      return linear(second, this.#weight('gen_predictor.2'));
    });
  }

  #upsample(slots: Rows, width: number): Rows {
    const g = this.#sizes.d_model_gen;
    const kernel = this.#weight('upsample_gen.upsample.conv');
    const normed = slots.map((row) => rms(row, this.#weight('upsample_gen.upsample.norm'), 1e-6));
    return Array.from({ length: slots.length * 4 }, (_, place) => {
      const [y, x] = [Math.floor(place / width), place % width];
      const slot = normed[(y >> 1) * (width / 2) + (x >> 1)] ?? [];
      return Array.from({ length: g }, (_unused, o) =>
        slot.reduce(
          (sum, value, i) => sum + value * (kernel[((i * g + o) * 2 + (y % 2)) * 2 + (x % 2)] as number),
          0,
        ),
      );
    });
  }
}
