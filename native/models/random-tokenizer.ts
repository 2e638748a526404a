/** Special tokens of the published vocabulary in the order of their ids, from 126080 on (MODEL §6). */
function specialTokens(): string[] {
  const reserved = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `<|reserved_token_${from + i}|>`);
  return [
    '<|startoftext|>',
    '<|endoftext|>',
    '[CLS]',
    '[gMASK]',
    ...reserved(0, 251),
    '<|mdm_mask|>',
    ...reserved(253, 261),
    '<|start_header_id|>',
    '<|end_header_id|>',
    '<|eot_id|>',
    ...Array.from({ length: 1025 }, (_, i) => `<LOC_${i}>`),
    '<box_p>',
    '</box_p>',
    '<LOC_BEGIN>',
    '<LOC_END>',
  ];
}

/** What the smallest vocabularies keep of them. */
const neededTokens = [
  '<|startoftext|>',
  '<|endoftext|>',
  '<|reserved_token_5|>',
  '<|reserved_token_6|>',
  '<|reserved_token_7|>',
  '<|mdm_mask|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|eot_id|>',
];

/** The 256 characters byte-level tokenizers write bytes with, in the order of the usual ids: newline is 198. */
function byteCharacters(): string[] {
  const printable: number[] = [];
  for (let byte = 33; byte <= 126; byte++) printable.push(byte);
  for (let byte = 161; byte <= 172; byte++) printable.push(byte);
  for (let byte = 174; byte <= 255; byte++) printable.push(byte);
  const rest = 256 - printable.length;
  return [
    ...printable.map((byte) => String.fromCodePoint(byte)),
    ...Array.from({ length: rest }, (_, i) => String.fromCodePoint(256 + i)),
  ];
}

/**
 * A byte-level tokenizer.json of exactly `size` ids with the published special tokens at its end: ids as published when
 * the size is. Words are spelled byte by byte; the ids between are fillers that no text produces.
 * @throws RangeError for a vocabulary too small for bytes and special tokens
 */
export function randomTokenizer(size: number): { json: object; specials: number } {
  const bytes = byteCharacters();
  const all = specialTokens();
  const specials = size >= bytes.length + all.length ? all : neededTokens;
  const first = size - specials.length;
  if (first < bytes.length) throw new RangeError(`a vocabulary of ${size} has no room for ${bytes.length} bytes`);
  const vocab: Record<string, number> = {};
  bytes.forEach((character, id) => (vocab[character] = id));
  for (let id = bytes.length; id < first; id++) vocab[`filler${id}`] = id;
  const added = specials.map((content, i) => ({
    id: first + i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', dropout: null, unk_token: null, fuse_unk: false, vocab, merges: [] },
  };
  return { json, specials: specials.length };
}
