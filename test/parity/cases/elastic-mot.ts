import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot, type ForwardBatch, type ForwardResult } from '../../../native/network/elastic-mot.ts';
import { withoutPositions, joinKeyValues, type LayerKeyValue } from '../../../native/network/key-values.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareValues, type Row } from '../report.ts';

/** One row of a recorded batch: rows are run one by one, because their routing may differ. */
interface Sequence {
  row: number;
  length: number;
  textAt: number[];
  imageAt: number[];
  batch: ForwardBatch;
}

/** Columns 0…width−1 of the given rows of [rows, fullWidth], one after another. */
function pickRows(
  data: Float32Array,
  rows: readonly number[],
  fullWidth: number,
  width: number,
): Float32Array {
  const result = new Float32Array(rows.length * width);
  rows.forEach((row, i) => result.set(data.subarray(row * fullWidth, row * fullWidth + width), i * width));
  return result;
}

class ElasticMotRun {
  readonly #fixture: Fixture;
  readonly #mot: ElasticMot;
  readonly #tolerance: number;

  constructor(fixture: Fixture, mot: ElasticMot, tolerance: number) {
    this.#fixture = fixture;
    this.#mot = mot;
    this.#tolerance = tolerance;
  }

  read(name: string): Promise<Float32Array> {
    return this.#fixture.tensors.readFloat32(name);
  }

  /** The sequences of `input.<name>.inputs_embeds`, split by the recorded routing. */
  async sequences(name: string, tensor: string, firstPosition: number): Promise<Sequence[]> {
    const { width, imageWidth } = this.#mot.config;
    const [rows = 0, length = 0] = shapeOf(this.#fixture, tensor);
    const embeds = await this.read(tensor);
    const routing = `input.${name}.modality_indices`;
    const isImage = has(this.#fixture, routing)
      ? await this.#fixture.tensors.readInt32(routing)
      : new Int32Array(rows * length);
    return Array.from({ length: rows }, (_, row) => {
      const places = Array.from({ length }, (_unused, i) => i);
      const imageAt = places.filter((i) => isImage[row * length + i] === 1);
      const textAt = places.filter((i) => isImage[row * length + i] !== 1);
      const own = embeds.subarray(row * length * width, (row + 1) * length * width);
      const branch = (at: number[], branchWidth: number) => ({
        states: pickRows(own, at, width, branchWidth),
        positions: Int32Array.from(at, (i) => i + firstPosition),
      });
      const batch: ForwardBatch = {
        rows: 1,
        ...(textAt.length > 0 ? { text: branch(textAt, width) } : {}),
        ...(imageAt.length > 0 ? { image: branch(imageAt, imageWidth) } : {}),
      };
      return { row, length, textAt, imageAt, batch };
    });
  }

  /** The recorded text cache of a case, positions 0, 1, 2, …; undefined when the case has none. */
  async recordedCache(name: string): Promise<LayerKeyValue[] | undefined> {
    const layers: LayerKeyValue[] = [];
    for (let layer = 0; layer < this.#mot.config.layers; layer++) {
      const key = `expected.${name}.kv_${layer}_k`;
      if (!has(this.#fixture, key)) return undefined;
      const length = shapeOf(this.#fixture, key)[2] ?? 0;
      layers.push({
        positions: Int32Array.from({ length }, (_, i) => i),
        key: await this.#headsLast(key),
        value: await this.#headsLast(`expected.${name}.kv_${layer}_v`),
      });
    }
    return layers;
  }

  /** [B, heads, T, headWidth] as recorded, to [B, T, heads·headWidth] as the engine holds it. */
  async #headsLast(name: string): Promise<Float32Array> {
    const [rows = 0, heads = 0, length = 0, width = 0] = shapeOf(this.#fixture, name);
    const data = await this.read(name);
    const result = new Float32Array(data.length);
    for (let row = 0; row < rows; row++)
      for (let head = 0; head < heads; head++)
        for (let t = 0; t < length; t++) {
          const from = ((row * heads + head) * length + t) * width;
          result.set(data.subarray(from, from + width), ((row * length + t) * heads + head) * width);
        }
    return result;
  }

  /** Compares the states of both branches against rows of a recorded [B, T, d_model] tensor. */
  async *compareStates(
    name: string,
    leaf: string,
    sequences: readonly Sequence[],
    actual: readonly { text: Float32Array; image: Float32Array }[],
  ): AsyncGenerator<Row> {
    const tensor = `expected.${name}.${leaf}`;
    if (!has(this.#fixture, tensor)) return;
    const { width, imageWidth } = this.#mot.config;
    const recorded = await this.read(tensor);
    const joined = { actual: [] as number[], expected: [] as number[] };
    sequences.forEach((sequence, i) => {
      const own = recorded.subarray(sequence.row * sequence.length * width);
      joined.actual.push(...(actual[i]?.text ?? []), ...(actual[i]?.image ?? []));
      joined.expected.push(
        ...pickRows(own, sequence.textAt, width, width),
        ...pickRows(own, sequence.imageAt, width, imageWidth),
      );
    });
    yield compareValues(name, leaf, joined.actual, joined.expected, this.#tolerance);
  }

  async *compareKeyValues(name: string, layers: readonly LayerKeyValue[]): AsyncGenerator<Row> {
    for (let layer = 0; layer < layers.length; layer++) {
      for (const [part, letter] of [
        ['key', 'k'],
        ['value', 'v'],
      ] as const) {
        const tensor = `expected.${name}.kv_${layer}_${letter}`;
        if (!has(this.#fixture, tensor)) continue;
        const actual = layers[layer]?.[part] ?? [];
        yield compareValues(
          name,
          `kv_${layer}_${letter}`,
          actual,
          await this.#headsLast(tensor),
          this.#tolerance,
        );
      }
    }
  }

  /** Everything recorded about one case, given the forwards of its sequences. */
  async *compare(
    name: string,
    sequences: readonly Sequence[],
    results: readonly ForwardResult[],
  ): AsyncGenerator<Row> {
    const { layers, width, vocabulary } = this.#mot.config;
    for (let layer = 0; layer < layers; layer++) {
      const states = results.map(
        (result) => result.layers[layer] ?? { text: new Float32Array(), image: new Float32Array() },
      );
      yield* this.compareStates(name, `layer_${layer}`, sequences, states);
    }
    const finals = results.map(({ textStates, imageStates }) => ({ text: textStates, image: imageStates }));
    yield* this.compareStates(name, 'final', sequences, finals);
    for (const [leaf, branch] of [
      ['final_text', 'text'],
      ['final_image', 'image'],
    ] as const) {
      const tensor = `expected.${name}.${leaf}`;
      if (!has(this.#fixture, tensor)) continue;
      const actual = finals.flatMap((final) => Array.from(final[branch]));
      yield compareValues(name, leaf, actual, await this.read(tensor), this.#tolerance);
    }
    const logits = `expected.${name}.logits`;
    if (has(this.#fixture, logits)) {
      const recorded = await this.read(logits);
      const actual: number[] = [];
      const expected: number[] = [];
      for (const [i, sequence] of sequences.entries()) {
        const states = finals[i]?.text;
        if (states === undefined || states.length === 0) continue;
        actual.push(...(await this.#mot.textLogits(states)));
        const own = recorded.subarray(sequence.row * sequence.length * vocabulary);
        expected.push(...pickRows(own, sequence.textAt, vocabulary, vocabulary));
      }
      if (expected.length > 0) yield compareValues(name, 'logits', actual, expected, this.#tolerance);
    }
    if (results.length === 1) yield* this.compareKeyValues(name, results[0]?.keyValues ?? []);
    const ids = `input.${name}.input_ids`;
    if (!has(this.#fixture, ids)) return;
    const all = await this.#fixture.tensors.readInt32(ids);
    const actual: number[] = [];
    const expected: number[] = [];
    for (const { row, length, textAt, batch } of sequences) {
      actual.push(...(await this.#mot.embedText(textAt.map((i) => all[row * length + i] as number))));
      expected.push(...(batch.text?.states ?? []));
    }
    if (width > 0) yield compareValues(name, 'embedded text', actual, expected, this.#tolerance);
  }

  /** Runs every row of a case by itself. */
  async forwards(sequences: readonly Sequence[], past?: readonly LayerKeyValue[]): Promise<ForwardResult[]> {
    const results: ForwardResult[] = [];
    for (const { batch } of sequences) {
      const wanted = {
        text: batch.text !== undefined,
        image: batch.image !== undefined,
        keyValues: batch.text !== undefined,
        layers: true,
      };
      results.push(await this.#mot.forward(past === undefined ? batch : { ...batch, past }, wanted));
    }
    return results;
  }

  /** The shortened pass of image-only tasks must give the same image states. */
  async *compareImageOnly(
    name: string,
    sequences: readonly Sequence[],
    past?: readonly LayerKeyValue[],
  ): AsyncGenerator<Row> {
    const tensor = `expected.${name}.final_image`;
    if (!has(this.#fixture, tensor)) return;
    const actual: number[] = [];
    for (const { batch } of sequences) {
      if (batch.image === undefined) continue;
      const { imageStates } = await this.#mot.forward(past === undefined ? batch : { ...batch, past }, {
        image: true,
      });
      actual.push(...imageStates);
    }
    yield compareValues(name, 'final_image, image only', actual, await this.read(tensor), this.#tolerance);
  }

  /** Fast-dLLM's dual cache: the cache of a full pass, of which a block is computed anew. */
  async *replace(name: string): AsyncGenerator<Row> {
    const marks = await this.#fixture.tensors.readInt32(`input.${name}.replace_position`);
    const full = await this.forwards(await this.sequences(name, `input.${name}.full_embeds`, 0));
    const block = new Set(Array.from(marks.keys()).filter((i) => marks[i] === 1));
    const past = withoutPositions(full[0]?.keyValues ?? [], block, 1);
    const sequences = await this.sequences(name, `input.${name}.inputs_embeds`, Math.min(...block));
    const results = await this.forwards(sequences, past);
    const keyValues = joinKeyValues(past, results[0]?.keyValues ?? [], 1);
    yield* this.compare(
      name,
      sequences,
      results.map((result) => ({ ...result, keyValues })),
    );
  }
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const config = transformerConfig(fixture.json.config ?? {}, weights);
  const mot = new ElasticMot(weights, config, context);
  try {
    const test = new ElasticMotRun(fixture, mot, context.tolerance);
    const cacheSource = ['text_none', 'text_false'].find((name) => has(fixture, `expected.${name}.kv_0_k`));
    for (const name of casesWith(fixture, 'input', 'inputs_embeds')) {
      if (has(fixture, `input.${name}.replace_position`)) {
        yield* test.replace(name);
        continue;
      }
      const past =
        name.startsWith('cached') && cacheSource !== undefined
          ? await test.recordedCache(cacheSource)
          : undefined;
      const first = past?.[0]?.positions.length ?? 0;
      const sequences = await test.sequences(name, `input.${name}.inputs_embeds`, first);
      const results = await test.forwards(sequences, past);
      // What is recorded of a cached step's keys, if anything, includes the cache.
      const whole = results.map((result) =>
        past === undefined ? result : { ...result, keyValues: joinKeyValues(past, result.keyValues, 1) },
      );
      yield* test.compare(name, sequences, whole);
      yield* test.compareImageOnly(name, sequences, past);
    }
  } finally {
    await mot.release();
    await weights.close();
  }
}

/** The transformer alone: hidden states after every layer, final states, text logits, caches (MODEL §2, §8). */
export const elasticMotCase: ParityCase = {
  name: 'elastic_mot_joint',
  matches: (fixture) =>
    has(fixture, 'model.transformer.wte.weight') &&
    casesWith(fixture, 'input', 'inputs_embeds').some((name) => has(fixture, `expected.${name}.final`)),
  run,
};
