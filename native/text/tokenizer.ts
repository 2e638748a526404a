import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { readText } from '../library/read-text.ts';
import { parseJson } from '../parse-json.ts';

/** Names of the tokens the engine needs by id (PIPELINE §0); ids differ between bundles, names do not. */
const specialNames = {
  begin: '<|startoftext|>',
  end: '<|endoftext|>',
  mask: '<|mdm_mask|>',
  startHeader: '<|start_header_id|>',
  endHeader: '<|end_header_id|>',
  endOfTurn: '<|eot_id|>',
  canvasSlot: '<|reserved_token_5|>',
  sourceSlot: '<|reserved_token_6|>',
  expand: '<|reserved_token_7|>',
} as const;

/** Tokens of boxes and coordinates; a bundle without them cannot plan or ground, but can still paint. */
const boxNames = {
  loc0: '<LOC_0>',
  boxOpen: '<box_p>',
  boxClose: '</box_p>',
  locBegin: '<LOC_BEGIN>',
  locEnd: '<LOC_END>',
} as const;

export type SpecialIds = Record<keyof typeof specialNames, number>;
export type BoxIds = Record<keyof typeof boxNames, number>;

/** Far above any vocabulary: tables are made as long as the highest id. */
const tokenId = z
  .int()
  .nonnegative()
  .max(2 ** 22);
const tokenizerFileSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    vocab: z.union([z.record(z.string(), tokenId), z.array(z.unknown()).max(2 ** 22)]).optional(),
  }),
  added_tokens: z
    .array(z.looseObject({ id: tokenId, content: z.string().min(1), special: z.boolean().optional() }))
    .max(2 ** 20)
    .optional(),
});

/** How many times longer the steps of a tokenizer may make a text in all; the published ones stay below a hundred. */
const mostGrowth = 4096;

/**
 * At most how many times longer a step makes a text, or all steps inside it: a chain of steps that each only double it
 * would fill any memory.
 */
function growth(step: unknown): number {
  if (typeof step !== 'object' || step === null) return 1;
  const { type, ...parts } = step as Record<string, unknown>;
  let times = type === 'ByteLevel' ? 3 : 1;
  for (const key of ['content', 'prepend', 'replacement']) {
    const written = parts[key];
    if (typeof written === 'string') times *= 1 + written.length;
  }
  for (const key of ['normalizers', 'pretokenizers', 'decoders']) {
    const inner = parts[key];
    if (Array.isArray(inner)) for (const each of inner) times *= growth(each);
  }
  return times;
}

/** Whether an added token is control markup, which text from outside must not be able to write. */
function isMarkup(token: { content: string; special?: boolean | undefined }): boolean {
  return token.special === true || /^(<.*>|\[.*\])$/s.test(token.content);
}

async function readJson(path: string, needed: boolean): Promise<unknown> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    if (!needed) return {};
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.tokenizer', `The model has no tokenizer: ${path} cannot be read.`, reason);
  }
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LavidaError('model.tokenizer', `${path} is not valid JSON.`, reason);
  }
}

/**
 * A bundle's tokenizer (Hugging Face `tokenizer.json`). Text that came from outside never becomes a special token:
 * special tokens are written by id, everything else through a tokenizer that does not know them.
 */
export class TextTokenizer {
  readonly special: SpecialIds;
  /** Null when the vocabulary has no coordinate tokens. */
  readonly boxes: BoxIds | null;
  /** Highest id + 1. */
  readonly size: number;
  readonly #full: Tokenizer;
  readonly #plain: Tokenizer;

  private constructor(
    full: Tokenizer,
    plain: Tokenizer,
    special: SpecialIds,
    boxes: BoxIds | null,
    size: number,
  ) {
    this.#full = full;
    this.#plain = plain;
    this.special = special;
    this.boxes = boxes;
    this.size = size;
  }

  /**
   * Opens `tokenizer.json` (and `tokenizer_config.json` where present) of a model folder.
   * @throws LavidaError model.tokenizer when a file or a needed token is missing, or ids exceed `embeddingSize`
   */
  static async open(directory: string, embeddingSize: number): Promise<TextTokenizer> {
    const path = join(directory, 'tokenizer.json');
    const config = await readJson(join(directory, 'tokenizer_config.json'), false);
    return TextTokenizer.parse(await readJson(path, true), config, path, embeddingSize);
  }

  /**
   * Builds the tokenizer that a parsed `tokenizer.json` and `tokenizer_config.json` describe.
   * @param path what errors call the file
   * @throws LavidaError model.tokenizer
   */
  static parse(json: unknown, configJson: unknown, path: string, embeddingSize: number): TextTokenizer {
    const parsed = tokenizerFileSchema.safeParse(json);
    if (!parsed.success) {
      throw new LavidaError(
        'model.tokenizer',
        `${path} is not a tokenizer file.`,
        z.prettifyError(parsed.error),
      );
    }
    const config = typeof configJson === 'object' && configJson !== null ? configJson : {};
    let full: Tokenizer;
    let plain: Tokenizer;
    try {
      const { normalizer, pre_tokenizer, decoder } = parsed.data;
      if (growth(normalizer) * growth(pre_tokenizer) > mostGrowth || growth(decoder) > mostGrowth)
        throw new Error(`its steps can make a text more than ${mostGrowth} times longer`);
      full = new Tokenizer(parsed.data, config);
      const words = (parsed.data.added_tokens ?? []).filter((token) => !isMarkup(token));
      plain = new Tokenizer({ ...parsed.data, added_tokens: words }, config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LavidaError(
        'model.tokenizer',
        `${path} describes a tokenizer this program cannot build.`,
        reason,
      );
    }
    const find = (name: string): number | undefined => full.token_to_id(name);
    const special = {} as SpecialIds;
    for (const [key, name] of Object.entries(specialNames)) {
      const id = find(name);
      if (id === undefined) throw new LavidaError('model.tokenizer', `${path} lacks the token ${name}.`);
      special[key as keyof SpecialIds] = id;
    }
    const boxes = {} as BoxIds;
    let hasBoxes = true;
    for (const [key, name] of Object.entries(boxNames)) {
      const id = find(name);
      if (id === undefined) hasBoxes = false;
      else boxes[key as keyof BoxIds] = id;
    }
    let size = 0;
    for (const id of full.get_vocab(true).values()) size = Math.max(size, id + 1);
    if (size > embeddingSize) {
      throw new LavidaError(
        'model.tokenizer',
        `${path} belongs to another model: it has ids up to ${size - 1}, the embedding table ${embeddingSize} rows.`,
      );
    }
    return new TextTokenizer(full, plain, special, hasBoxes ? boxes : null, size);
  }

  /** Ids of plain text; no special token is ever produced, whatever the text says. @throws LavidaError model.tokenizer */
  encode(text: string): number[] {
    return this.#ids(this.#plain, text);
  }

  /**
   * Ids of text whose special tokens are meant as such (plans, drafts written by the engine itself).
   * @throws LavidaError model.tokenizer
   */
  encodeMarkup(text: string): number[] {
    return this.#ids(this.#full, text);
  }

  #ids(tokenizer: Tokenizer, text: string): number[] {
    if (text === '') return [];
    try {
      const ids: number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
      // Where the file names no token for unknown pieces, or one that its vocabulary lacks, they come without an id.
      if (!ids.every((id) => Number.isInteger(id) && id >= 0 && id < this.size))
        throw new Error('a part of the text has no id in its vocabulary');
      return ids;
    } catch (error) {
      // A file may describe steps that exist and settings they cannot work with.
      const reason = error instanceof Error ? error.message : String(error);
      throw new LavidaError('model.tokenizer', 'The model’s tokenizer cannot read this text.', reason);
    }
  }

  /** Text of ids; special tokens are kept unless `skipSpecial`. */
  decode(ids: readonly number[], skipSpecial = false): string {
    if (ids.length === 0) return '';
    return this.#full.decode([...ids], {
      skip_special_tokens: skipSpecial,
      clean_up_tokenization_spaces: false,
    });
  }

  /** The token as written in the vocabulary, for inspection. */
  token(id: number): string {
    return this.#full.id_to_token(id) ?? `#${id}`;
  }
}
