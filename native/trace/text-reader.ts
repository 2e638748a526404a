import { candidateCount } from '../../electron/contract/events.ts';
import { coordinatesOfBox, locBinCount } from '../../electron/contract/ground.ts';
import type { TextTrace, TraceBox, TraceText } from '../../electron/contract/traces.ts';
import type { SafetensorsFile } from '../tensor/safetensors.ts';
import {
  textMetadataSchema,
  textTraceKey,
  traceKey,
  traceMetadataSchema,
  type TextMetadata,
} from './metadata.ts';
import { notATrace, openTraceFile } from './open-file.ts';
import { parseJson } from '../parse-json.ts';

/**
 * What a recorded run wrote and grounded, whether or not it made a picture; empty lists when it did neither.
 * @throws LavidaError file.missing or file.invalid naming the file
 */
export async function readTextTrace(path: string): Promise<TextTrace> {
  const file = await openTraceFile(path);
  try {
    const written = file.metadata[textTraceKey];
    const head = written === undefined ? null : textMetadataSchema.parse(parseJson(written));
    const own = file.metadata[traceKey];
    const { request, model, backend } =
      own === undefined ? (head ?? {}) : traceMetadataSchema.parse(parseJson(own));
    if (!request || !model || backend === undefined) throw new Error('it does not say what was asked for');
    const texts: TraceText[] = [];
    for (const [i, text] of (head?.texts ?? []).entries()) texts.push(await readText(file, i, text));
    const boxes: TraceBox[] = [];
    for (const [i, box] of (head?.boxes ?? []).entries()) boxes.push(await readBox(file, i, box));
    return { request, model, backend, texts, boxes };
  } catch (error) {
    throw notATrace(path, error);
  } finally {
    await file.close();
  }
}

async function readText(
  file: SafetensorsFile,
  i: number,
  { maskId: _, tokens, candidates, ...text }: TextMetadata['texts'][number],
): Promise<TraceText> {
  const integers = (name: string): Promise<Int32Array> => file.readInt32(`text.${i}.${name}`);
  const [positions, ids, steps] = [
    await integers('positions'),
    await integers('ids'),
    await integers('steps'),
  ];
  const confidence = await file.readFloat32(`text.${i}.confidence`);
  const recorded = file.entries.has(`text.${i}.candidate_ids`);
  const entropy = recorded ? await file.readFloat32(`text.${i}.entropy`) : null;
  const candidateIds = recorded ? await integers('candidate_ids') : null;
  const probabilities = recorded ? await file.readFloat32(`text.${i}.candidate_probabilities`) : null;
  return {
    ...text,
    tokens: Array.from(positions, (position, row) => {
      const known = entropy?.[row];
      return {
        position,
        id: ids[row] ?? 0,
        token: tokens[row] ?? '',
        step: steps[row] ?? 0,
        confidence: confidence[row] ?? 0,
        entropy: known === undefined || Number.isNaN(known) ? null : known,
        candidates: (candidates[row] ?? []).map((token, k) => ({
          id: candidateIds?.[row * candidateCount + k] ?? 0,
          token,
          probability: probabilities?.[row * candidateCount + k] ?? 0,
        })),
      };
    }),
  };
}

async function readBox(
  file: SafetensorsFile,
  i: number,
  { object, step, result, ids, bins, probabilities, committed }: TextMetadata['boxes'][number],
): Promise<TraceBox> {
  const name = `box.${i}.distribution`;
  const all = file.entries.has(name) ? await file.readFloat32(name) : new Float32Array(0);
  const width = all.length / coordinatesOfBox;
  if (width !== 0 && width !== locBinCount) throw new Error(`${name} has another shape`);
  return {
    object,
    step,
    result,
    coordinates: ids.map((id, c) => ({
      id,
      bin: bins[c] ?? null,
      probability: probabilities[c] ?? 0,
      committed: committed[c] ?? false,
      distribution: all.slice(c * width, (c + 1) * width),
    })),
  };
}
