import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { dtypeBytes, isDtype, type Dtype } from './dtype.ts';
import { parseJson } from '../parse-json.ts';

/** Largest JSON header accepted; the format's own readers use the same cap. */
export const maxHeaderBytes = 100_000_000;

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
 * Names that occur twice in one JSON object. `JSON.parse` silently keeps the last, so two tensors of one name could
 * hide each other.
 */
function findDuplicateKey(json: string): string | undefined {
  const scopes: Set<string>[] = [];
  const token = /"(?:[^"\\]|\\.)*"\s*(:)?|[{}]/gsu;
  for (const match of json.matchAll(token)) {
    const text = match[0];
    if (text === '{') scopes.push(new Set());
    else if (text === '}') scopes.pop();
    else if (match[1] === ':') {
      // Escapes can spell one name in many ways, so names are compared as parsed.
      const key = JSON.parse(text.slice(0, text.lastIndexOf('"') + 1)) as string;
      const scope = scopes.at(-1);
      if (scope?.has(key)) return key;
      scope?.add(key);
    }
  }
  return undefined;
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
    json = parseJson(text);
  } catch (error) {
    throw corrupt('its header is not valid JSON', error instanceof Error ? error.message : String(error));
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw corrupt(`its header names "${duplicate}" twice`);

  const dataStart = 8 + header.byteLength;
  const dataBytes = fileBytes - dataStart;
  const entries = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
    if (name === '__metadata__') {
      const parsed = metadataSchema.safeParse(value);
      if (!parsed.success)
        throw corrupt('its metadata is not a table of texts', z.prettifyError(parsed.error));
      metadata = parsed.data;
      continue;
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success)
      throw corrupt(`the entry of tensor "${name}" is malformed`, z.prettifyError(parsed.error));
    const { dtype, shape, data_offsets: offsets } = parsed.data;
    if (!isDtype(dtype)) throw corrupt(`tensor "${name}" has the unknown element type ${dtype}`);
    const [begin, end] = offsets;
    const expected = shape.reduce((product, length) => product * length, dtypeBytes[dtype]);
    if (end < begin || end - begin !== expected) {
      throw corrupt(
        `tensor "${name}" has ${end - begin} bytes where its shape [${shape.join(', ')}] needs ${expected}`,
      );
    }
    if (end > dataBytes) {
      throw corrupt(
        `tensor "${name}" ends ${end - dataBytes} bytes after the end of the file`,
        'the file is truncated or its header wrong',
      );
    }
    entries.set(name, { name, dtype, shape, offset: dataStart + begin, byteLength: end - begin });
  }
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
    if (entry.offset < position) throw corrupt(`tensor "${entry.name}" overlaps the one before it`);
    if (entry.offset > position) throw corrupt(`there is a gap before tensor "${entry.name}"`);
    position = entry.offset + entry.byteLength;
  }
  if (position !== fileBytes) throw corrupt(`${fileBytes - position} bytes at its end belong to no tensor`);
}
