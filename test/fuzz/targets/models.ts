import { readFileSync } from 'node:fs';
import { officialConfig, officialVqConfig } from '../../../native/models/official.ts';
import { expectedTensors, modelSizes } from '../../../native/models/parts.ts';
import { GraphBuilder } from '../../../native/onnx/graph-builder.ts';
import { decodeModel } from '../../../native/onnx/schema.ts';
import { encodeQuantizedTable, logicalTensors } from '../../../native/tensor/quantized-tensors.ts';
import { parseHeader } from '../../../native/tensor/safetensors-header.ts';
import { encodeSafetensors } from '../../../native/tensor/safetensors-writer.ts';
import { TextTokenizer } from '../../../native/text/tokenizer.ts';
import type { Seeded } from '../../support/seeded.ts';
import { smallConfig, smallVq } from '../../support/small-config.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { jsonOf, mutateJson, mutateText } from '../mutate-json.ts';
import { accepted, demand, type FuzzCase, type FuzzTarget } from '../target.ts';

const fixture = new URL('../../fixtures/golden/gen_head.safetensors', import.meta.url);

function headerOf(file: Uint8Array): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return file.subarray(8, 8 + length);
}

/** JSON of a header, damaged as a value or as text. */
function damagedHeader(header: Uint8Array, random: Seeded): Uint8Array {
  if (random.next() < 0.4) return mutateBytes(header, random, [header]);
  const text = jsonOf(mutateJson(JSON.parse(new TextDecoder().decode(header)), random));
  return new TextEncoder().encode(random.next() < 0.2 ? mutateText(text, random) : text);
}

/** Whether tensors lie inside the file, one after another. */
function checkPlaces(
  entries: Iterable<{ name: string; offset: number; byteLength: number }>,
  size: number,
): void {
  let end = 0;
  const ordered = [...entries].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  for (const { name, offset, byteLength } of ordered) {
    demand(Number.isSafeInteger(offset) && offset >= 8, `${name} at ${offset}`);
    demand(offset >= end && offset + byteLength <= size, `${name} overlaps or leaves the file`);
    end = offset + byteLength;
  }
}

function safetensors(): FuzzCase {
  const real = new Uint8Array(readFileSync(fixture));
  const small = encodeSafetensors([
    { name: 'a', dtype: 'F32', shape: [2, 3], bytes: new Uint8Array(24) },
    { name: 'b', dtype: 'BF16', shape: [4], bytes: new Uint8Array(8) },
  ]);
  const corpus = [small, small, small, real].map((file) => ({ header: headerOf(file), size: file.length }));
  return (random) => {
    const { header, size } = random.pick(corpus);
    const bytes = damagedHeader(header, random);
    const fileBytes = random.next() < 0.7 ? size - header.length + bytes.length : random.below(2 ** 31);
    const parsed = accepted(['model.corrupt'], () => parseHeader(bytes, fileBytes, 'a.safetensors'));
    if (parsed) checkPlaces(parsed.entries.values(), fileBytes);
  };
}

/** Places of weights as ONNX Runtime is told them: every one must lie inside the file. */
function offsets(): FuzzCase {
  const table = {
    m: { bits: 4 as const, block: 32 as const, shape: [6, 64] as [number, number] },
    n: { bits: 8 as const, block: 16 as const, shape: [3, 40] as [number, number] },
  };
  const file = encodeSafetensors(
    [
      { name: 'm.q', dtype: 'U8', shape: [6, 2, 16], bytes: new Uint8Array(192) },
      { name: 'm.scales', dtype: 'F32', shape: [6, 2], bytes: new Uint8Array(48) },
      { name: 'n.q', dtype: 'U8', shape: [3, 3, 16], bytes: new Uint8Array(144) },
      { name: 'n.scales', dtype: 'F32', shape: [3, 3], bytes: new Uint8Array(36) },
      { name: 'w', dtype: 'BF16', shape: [5, 7], bytes: new Uint8Array(70) },
    ],
    encodeQuantizedTable(table),
  );
  const header = headerOf(file);
  const parsedTable = JSON.stringify(table);
  return (random) => {
    const json = JSON.parse(new TextDecoder().decode(header)) as { __metadata__: Record<string, string> };
    const key = Object.keys(json.__metadata__)[0] as string;
    json.__metadata__[key] = jsonOf(mutateJson(JSON.parse(parsedTable), random));
    const bytes = new TextEncoder().encode(jsonOf(random.next() < 0.3 ? mutateJson(json, random) : json));
    const size = file.length - header.length + bytes.length;
    const parsed = accepted(['model.corrupt'], () => parseHeader(bytes, size, 'a.safetensors'));
    if (!parsed) return;
    const tensors = accepted(['model.corrupt'], () => logicalTensors({ path: 'a.safetensors', ...parsed }));
    for (const tensor of tensors ?? []) {
      const stored = { ...tensor, location: 'a.safetensors' };
      const graph = new GraphBuilder('fuzz');
      const rows = tensor.shape[0] ?? 1;
      const from = random.below(rows + 1);
      accepted(['model.corrupt'], () =>
        tensor.quantized
          ? graph.linear(graph.input('x', 'float32', ['n', tensor.shape[1] ?? 0]), stored, {
              rows: [from, rows],
            })
          : graph.weight(stored, { rows: [from, rows] }),
      );
      for (const { name, externalData = [] } of decodeModel(graph.build()).graph.initializer) {
        const place = new Map(externalData.map(({ key, value }) => [key, value]));
        if (!place.has('offset')) continue;
        const [offset, length] = [Number(place.get('offset')), Number(place.get('length'))];
        demand(Number.isInteger(offset) && Number.isInteger(length), `${name} at ${offset}+${length}`);
        demand(
          offset >= 8 + bytes.length && length >= 0 && offset + length <= size,
          `${name} leaves the file`,
        );
      }
    }
  };
}

/** A model's config files: sizes that no memory could hold must be refused, not tried. */
function configs(): FuzzCase {
  const corpus = [
    [smallConfig, smallVq],
    [officialConfig, officialVqConfig],
  ] as const;
  return (random) => {
    const [config, vq] = random.pick(corpus);
    const object = (value: unknown): Record<string, unknown> =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    const json = object(random.next() < 0.7 ? mutateJson(config, random) : config);
    const vqJson = object(random.next() < 0.5 ? mutateJson(vq, random) : vq);
    const sizes = accepted(['model.config', 'model.shape'], () =>
      modelSizes(json, vqJson, { hasGen: json['dual_tower'] === true, hasVision: true }),
    );
    if (!sizes) return;
    let tensors = 0;
    for (const [name, shape] of expectedTensors(sizes)) {
      demand(shape.every(Number.isInteger), `${name} [${shape.join(', ')}]`);
      if (++tensors > 100_000) throw new Error('more tensors than any model has');
    }
  };
}

/** A small tokenizer.json with the parts real ones have, and its number of ids. */
function smallTokenizer(): { json: object; size: number } {
  const characters = [...'abcdefghij ,.Ġ'];
  const names = [
    '<|startoftext|>',
    '<|endoftext|>',
    '<|mdm_mask|>',
    '<|start_header_id|>',
    '<|end_header_id|>',
    '<|eot_id|>',
    '<|reserved_token_5|>',
    '<|reserved_token_6|>',
    '<|reserved_token_7|>',
    '<LOC_0>',
    '<box_p>',
    '</box_p>',
    '<LOC_BEGIN>',
    '<LOC_END>',
  ];
  const vocab = Object.fromEntries([...characters, 'ab', 'cd'].map((text, id) => [text, id]));
  const first = Object.keys(vocab).length;
  const added_tokens = names.map((content, i) => ({
    id: first + i,
    content,
    special: true,
    normalized: false,
  }));
  const split = { type: 'Split', pattern: { Regex: '\\p{L}+|\\s' }, behavior: 'Isolated', invert: false };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const json = {
    version: '1.0',
    added_tokens,
    normalizer: { type: 'NFC' },
    pre_tokenizer: { type: 'Sequence', pretokenizers: [split, byteLevel] },
    post_processor: { type: 'TemplateProcessing', single: [], pair: [], special_tokens: {} },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      vocab,
      merges: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      unk_token: null,
    },
  };
  return { json, size: first + names.length };
}

function tokenizer(): FuzzCase {
  const { json, size } = smallTokenizer();
  return (random) => {
    const value = mutateJson(json, random);
    const opened = accepted(['model.tokenizer'], () =>
      TextTokenizer.parse(
        value,
        random.next() < 0.2 ? mutateJson({ a: 1 }, random) : {},
        'tokenizer.json',
        size,
      ),
    );
    if (!opened) return;
    demand(opened.size <= size, 'ids beyond the embedding table');
    for (const id of Object.values(opened.special)) demand(id >= 0 && id < size, `special id ${id}`);
    const ids = accepted(['model.tokenizer'], () => opened.encode('ab, cd <box_p> é'));
    for (const id of ids ?? []) demand(Number.isInteger(id) && id >= 0 && id < size, `id ${id}`);
  };
}

export const modelTargets: FuzzTarget[] = [
  { name: 'safetensors', open: safetensors },
  { name: 'onnx-offsets', open: offsets },
  { name: 'model-config', open: configs },
  { name: 'tokenizer', open: tokenizer },
];
