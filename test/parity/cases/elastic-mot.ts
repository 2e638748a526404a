import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot, type ForwardBatch, type ForwardResult } from '../../../native/network/elastic-mot.ts';
import { withoutPositions, joinKeyValues, type LayerKeyValue } from '../../../native/network/key-values.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { Worst, type Row } from '../report.ts';

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

  /** The cache a case leaves behind: as recorded, else computed. */
  async cacheOf(name: string): Promise<readonly LayerKeyValue[] | undefined> {
    const recorded = await this.recordedCache(name);
    if (recorded !== undefined) return recorded;
    const results = await this.forwards(await this.sequences(name, `input.${name}.inputs_embeds`, 0));
    return results[0]?.keyValues;
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

  /** Adds the states of both branches, against rows of a recorded [B, T, d_model] tensor. */
  async #addStates(
    worst: Worst,
    tensor: string,
    sequences: readonly Sequence[],
    actual: readonly { text: Float32Array; image: Float32Array }[],
  ): Promise<void> {
    if (!has(this.#fixture, tensor)) return;
    const { width, imageWidth } = this.#mot.config;
    const recorded = await this.read(tensor);
    sequences.forEach((sequence, i) => {
      const own = recorded.subarray(sequence.row * sequence.length * width);
      worst.add(actual[i]?.text ?? [], pickRows(own, sequence.textAt, width, width));
      // The upper columns of image rows carry nothing (MODEL §2.1).
      worst.add(actual[i]?.image ?? [], pickRows(own, sequence.imageAt, width, imageWidth));
    });
  }

  /** Text logits of every row; the reference applies the head to image rows too, padded with zeros. */
  async #addLogits(
    worst: Worst,
    name: string,
    sequences: readonly Sequence[],
    results: readonly ForwardResult[],
  ): Promise<void> {
    const tensor = `expected.${name}.logits`;
    if (!has(this.#fixture, tensor)) return;
    const { width, imageWidth, vocabulary } = this.#mot.config;
    const recorded = await this.read(tensor);
    for (const [i, { row, length, textAt, imageAt }] of sequences.entries()) {
      const own = recorded.subarray(row * length * vocabulary);
      const { textStates, imageStates } = results[i] ?? {
        textStates: new Float32Array(),
        imageStates: new Float32Array(),
      };
      const padded = new Float32Array(imageAt.length * width);
      imageAt.forEach((_, r) =>
        padded.set(imageStates.subarray(r * imageWidth, (r + 1) * imageWidth), r * width),
      );
      if (textAt.length > 0) {
        worst.add(await this.#mot.textLogits(textStates), pickRows(own, textAt, vocabulary, vocabulary));
      }
      if (imageAt.length > 0) {
        worst.add(await this.#mot.textLogits(padded), pickRows(own, imageAt, vocabulary, vocabulary));
      }
    }
  }

  async #addKeyValues(worst: Worst, name: string, layers: readonly LayerKeyValue[]): Promise<void> {
    for (let layer = 0; layer < layers.length; layer++) {
      for (const [part, letter] of [
        ['key', 'k'],
        ['value', 'v'],
      ] as const) {
        const tensor = `expected.${name}.kv_${layer}_${letter}`;
        if (has(this.#fixture, tensor)) worst.add(layers[layer]?.[part] ?? [], await this.#headsLast(tensor));
      }
    }
  }

  /** Everything recorded about one case, given the forwards of its sequences. */
  async *compare(
    name: string,
    sequences: readonly Sequence[],
    results: readonly ForwardResult[],
  ): AsyncGenerator<Row> {
    const layers = new Worst();
    for (let layer = 0; layer < this.#mot.config.layers; layer++) {
      const states = results.map(
        (result) => result.layers[layer] ?? { text: new Float32Array(), image: new Float32Array() },
      );
      await this.#addStates(layers, `expected.${name}.layer_${layer}`, sequences, states);
    }
    yield* layers.rows(name, 'states after each layer', this.#tolerance);
    const final = new Worst();
    const finals = results.map(({ textStates, imageStates }) => ({ text: textStates, image: imageStates }));
    await this.#addStates(final, `expected.${name}.final`, sequences, finals);
    for (const branch of ['text', 'image'] as const) {
      const tensor = `expected.${name}.final_${branch}`;
      if (!has(this.#fixture, tensor)) continue;
      const actual = finals.flatMap((states) => Array.from(states[branch]));
      final.add(actual, await this.read(tensor));
    }
    yield* final.rows(name, 'final states', this.#tolerance);
    const logits = new Worst();
    await this.#addLogits(logits, name, sequences, results);
    yield* logits.rows(name, 'text logits', this.#tolerance);
    const keyValues = new Worst();
    if (results.length === 1) await this.#addKeyValues(keyValues, name, results[0]?.keyValues ?? []);
    yield* keyValues.rows(name, 'keys and values', this.#tolerance);
    const ids = `input.${name}.input_ids`;
    if (!has(this.#fixture, ids)) return;
    const embedded = new Worst();
    const all = await this.#fixture.tensors.readInt32(ids);
    for (const { row, length, textAt, batch } of sequences) {
      const rows = await this.#mot.embedText(textAt.map((i) => all[row * length + i] as number));
      embedded.add(rows, batch.text?.states ?? []);
    }
    yield* embedded.rows(name, 'embedded text', this.#tolerance);
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
    const worst = new Worst();
    for (const { batch } of sequences) {
      if (batch.image === undefined) continue;
      const { imageStates } = await this.#mot.forward(past === undefined ? batch : { ...batch, past }, {
        image: true,
      });
      actual.push(...imageStates);
    }
    worst.add(actual, await this.read(tensor));
    yield* worst.rows(name, 'image-only pass', this.#tolerance);
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
    const cacheSource = ['text_none', 'text_false'].find((name) =>
      has(fixture, `input.${name}.inputs_embeds`),
    );
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
