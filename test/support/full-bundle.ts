import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SafetensorsFile } from '../../native/tensor/safetensors.ts';
import type { TensorBytes } from '../../native/tensor/safetensors-writer.ts';
import { randomArray, type TemporaryFolder } from '../engine/network/random-bundle.ts';
import { projectRoot } from './cli.ts';
import { byteTokenizer, seeingBundle, type TowerSizes } from './seeing-bundle.ts';

const fixtures = join(projectRoot, 'test', 'fixtures', 'golden');
const base = 't2i_end_to_end';

/** Pixels a side of the pictures the full bundle makes, and their codes. */
export const fullImageSize = 32;
export const fullCodes = 64;
/** Canvas slots: four codes each. */
export const fullSlots = 16;

const fixtureSchema = z.looseObject({
  config: z.looseObject({
    d_model: z.int(),
    d_model_gen: z.int(),
    n_layers: z.int(),
    n_heads: z.int(),
    n_kv_heads: z.int(),
    mlp_hidden_size: z.int(),
    mlp_hidden_size_gen: z.int(),
    dual_tower_layers: z.int(),
    rope_theta: z.number(),
    rms_norm_eps: z.number(),
    downsample: z.boolean(),
  }),
  siglip: z.looseObject({}),
  vq: z.looseObject({}),
});

export interface FullBundleOptions {
  /** What the model answers whatever it is asked; random tokens when absent. */
  says?: string;
  /** Two tokens of the vocabulary that are all it ever writes, mixed as it likes. */
  writes?: readonly [string, string];
  /** Names of parts to leave out. */
  without?: readonly ('vision' | 'vq encoder' | 'coordinates')[];
  config?: Record<string, unknown>;
}

/** A text head that gives two tokens the only logits that are not 0, one of them above it. */
function parrotHead(
  vocabulary: number,
  width: number,
  [one, other]: readonly [number, number],
): Float32Array {
  const head = new Float32Array(vocabulary * width);
  const direction = randomArray(width, 99, 60);
  direction.forEach((value, i) => {
    head[one * width + i] = value;
    head[other * width + i] = -value;
  });
  return head;
}

/** Id of a token of the byte-level tokenizer, by its text. */
export function byteTokenId(content: string): number {
  const { added_tokens } = JSON.parse(byteTokenizer().json) as {
    added_tokens: { id: number; content: string }[];
  };
  return added_tokens.find((token) => token.content === content)?.id ?? content.charCodeAt(0);
}

/** The byte-level tokenizer with two more tokens that read as `says`. */
function tokenizerThatKnows(says: string | undefined, coordinates: boolean): { json: string; size: number } {
  const plain = byteTokenizer(coordinates);
  if (says === undefined) return plain;
  const json = JSON.parse(plain.json) as { added_tokens: Record<string, unknown>[] };
  [says, `${says} `].forEach((content, i) => {
    json.added_tokens.push({ ...json.added_tokens[0], id: plain.size + i, content, special: false });
  });
  return { json: JSON.stringify(json), size: plain.size + 2 };
}

/**
 * A model folder with every part: transformer, image tokens, VQ model and vision tower of a recorded run, and random
 * text rows for a byte-level tokenizer. Every task runs on it; what it says and paints means nothing.
 */
export async function fullBundle(options: FullBundleOptions = {}): Promise<TemporaryFolder> {
  const { config, siglip, vq } = fixtureSchema.parse(
    JSON.parse(await readFile(join(fixtures, `${base}.json`), 'utf8')),
  );
  const { says, writes, without = [] } = options;
  const tokenizer = tokenizerThatKnows(says, !without.includes('coordinates'));
  const file = await SafetensorsFile.open(join(fixtures, `${base}.safetensors`));
  const leaves = (name: string): boolean =>
    name.startsWith('model.') &&
    !/\.(wte|transformer\.ff_out)\.weight$/u.test(name) &&
    !(without.includes('vision') && /vision_|mm_projector|image_newline/u.test(name)) &&
    !(without.includes('vq encoder') && /vqvae\.(encoder|quant_conv)/u.test(name));
  const tensors: TensorBytes[] = [];
  for (const { name, dtype, shape } of file.entries.values()) {
    if (leaves(name)) tensors.push({ name, dtype, shape, bytes: (await file.readBytes(name)).slice() });
  }
  await file.close();
  if (says !== undefined || writes !== undefined) {
    const last = tokenizer.size - 1;
    const ids = writes
      ? ([byteTokenId(writes[0]), byteTokenId(writes[1])] as const)
      : ([last - 1, last] as const);
    const head = parrotHead(tokenizer.size, config.d_model, ids);
    tensors.push({
      name: 'model.transformer.ff_out.weight',
      dtype: 'F32',
      shape: [tokenizer.size, config.d_model],
      bytes: new Uint8Array(head.buffer),
    });
  }
  const folder = await seeingBundle({
    sizes: { ...config, vocab_size: tokenizer.size },
    tower: without.includes('vision') ? null : ({ ...siglip, pool: 2 } as unknown as TowerSizes),
    tensors,
    config: {
      ...config,
      embedding_size: tokenizer.size,
      vocab_size: tokenizer.size,
      ...(without.includes('vision') ? { mm_vision_tower: null } : { vision_config: siglip }),
      tokenizer_model_max_length: 8192,
      lavida_studio: { name: 'Full', image_size: fullImageSize },
      ...options.config,
    },
  });
  await folder.write('tokenizer.json', tokenizer.json);
  await folder.write(join('vqvae', 'config.json'), JSON.stringify(vq));
  return folder;
}
