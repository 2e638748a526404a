import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { dtypeBytes, isDtype, type Dtype } from './dtype.ts';
import { endOfText, parseJson } from '../parse-json.ts';

/**
 * Largest JSON header accepted. An entry takes 100 to 200 bytes: this holds a hundred thousand tensors in one file,
 * several times what a mixture of experts of 100 B weights has. The format's own readers allow 100 MB, which would keep
 * whoever answers the window busy for many seconds.
 */
export const maxHeaderBytes = 16 * 2 ** 20;
/** How many values and names a header may hold; a tensor of two dimensions has eight. */
const mostHeaderParts = 1_000_000;

/** One tensor of a file: where its bytes lie and how to read them. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Offset of the first byte from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

const size = z.int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size).max(16),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * A name that occurs twice in one object of valid JSON. `JSON.parse` silently keeps the last, so two tensors of one
 * name could hide each other.
 */
function findDuplicateKey(json: string): string | undefined {
  const scopes: Set<string>[] = [];
  let text = '';
  for (let i = 0; i < json.length; i++) {
    const letter = json[i];
    if (letter === '"') {
      const end = endOfText(json, i);
      text = json.slice(i, end + 1);
      i = end;
    } else if (letter === '{') scopes.push(new Set());
    else if (letter === '}') scopes.pop();
    else if (letter === ':') {
      // Escapes can spell one name in many ways, so names are compared as parsed.
      const key = text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
      const scope = scopes.at(-1);
      if (scope?.has(key)) return key;
      scope?.add(key);
    }
  }
  return undefined;
}

/** A name as sentences show it: a damaged header may hold one of megabytes. */
function shown(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}

interface ParsedHeader {
  entries: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/**
 * Parses and checks a safetensors header: JSON, known dtypes, sizes that agree with shapes, offsets inside the file,
 * tensors that neither overlap nor leave holes.
 * @param header the JSON bytes, without the eight length bytes
 * @param fileBytes size of the whole file
 * @throws LavidaError model.corrupt naming the file and the tensor
 */
export function parseHeader(header: Uint8Array, fileBytes: number, path: string): ParsedHeader {
  const corrupt = (why: string, detail = '') =>
    new LavidaError('model.corrupt', `${path} is damaged: ${why}.`, detail);
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    if (!text.startsWith('{')) throw new SyntaxError('the header does not start with {');
    json = parseJson(text, mostHeaderParts);
  } catch (error) {
    throw corrupt('its header is not valid JSON', error instanceof Error ? error.message : String(error));
  }

  const dataStart = 8 + header.byteLength;
  const dataBytes = fileBytes - dataStart;
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  const table = json as Record<string, unknown>;
  // Not by Object.entries: a table of a million wrong entries is refused at its first.
  for (const name in table) {
    const value = table[name];
    if (name === '__metadata__') {
      const parsed = metadataSchema.safeParse(value);
      if (!parsed.success)
        throw corrupt('its metadata is not a table of texts', z.prettifyError(parsed.error));
      metadata = parsed.data;
      continue;
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success)
      throw corrupt(`the entry of tensor "${shown(name)}" is malformed`, z.prettifyError(parsed.error));
    const { dtype, shape, data_offsets: offsets } = parsed.data;
    if (!isDtype(dtype))
      throw corrupt(`tensor "${shown(name)}" has the unknown element type ${dtype.slice(0, 40)}`);
    const [begin, end] = offsets;
    const expected = shape.reduce((product, length) => product * length, dtypeBytes[dtype]);
    if (end < begin || end - begin !== expected) {
      throw corrupt(
        `tensor "${shown(name)}" has ${end - begin} bytes where its shape [${shape.join(', ')}] needs ${expected}`,
      );
    }
    if (end > dataBytes) {
      throw corrupt(
        `tensor "${shown(name)}" ends ${end - dataBytes} bytes after the end of the file`,
        'the file is truncated or its header wrong',
      );
    }
    entries.set(name, { name, dtype, shape, offset: dataStart + begin, byteLength: end - begin });
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw corrupt(`its header names "${shown(duplicate)}" twice`);
  checkLayout(entries, dataStart, fileBytes, corrupt);
  return { entries, metadata };
}

/** The format demands that tensors fill the data part without overlap or gap. */
function checkLayout(
  entries: Map<string, TensorEntry>,
  dataStart: number,
  fileBytes: number,
  corrupt: (why: string) => LavidaError,
): void {
  const ordered = [...entries.values()].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let position = dataStart;
  for (const entry of ordered) {
    if (entry.offset < position) throw corrupt(`tensor "${shown(entry.name)}" overlaps the one before it`);
    if (entry.offset > position) throw corrupt(`there is a gap before tensor "${shown(entry.name)}"`);
    position = entry.offset + entry.byteLength;
  }
  if (position !== fileBytes) throw corrupt(`${fileBytes - position} bytes at its end belong to no tensor`);
}
