import type { GenerationRequest } from '../../electron/contract/request.ts';
import { encodeSafetensors, type TensorBytes } from '../tensor/safetensors-writer.ts';
import type { RecordedRun } from './recorder.ts';
import { traceKey, type TraceMetadata } from './reader.ts';
import type { RecordedTexts } from './text-recorder.ts';

/** Key of the file's `__metadata__` that holds what was written and grounded, as JSON (docs/trace-format.md). */
const textTraceKey = 'lavida_text_trace';

function bytesOf(array: Uint16Array | Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * A recorded run as the bytes of a safetensors file: the head as JSON in `__metadata__`, tensors `initial`, `final`,
 * `commit_step` [N], `drafted`, `confidence`, `entropy` [S, N] (docs/trace-format.md).
 */
export function encodeTrace(run: RecordedRun, texts: RecordedTexts = { texts: [], boxes: [] }): Uint8Array {
  const { start } = run;
  const codes = start.grid.width * start.grid.height;
  const head: TraceMetadata = {
    version: 1,
    request: start.request,
    model: start.model,
    backend: start.backend,
    steps: run.steps,
    grid: start.grid,
    image: start.image,
    codebookSize: start.codebookSize,
    maskId: start.maskId,
    transferCounts: start.transferCounts,
    stepMs: run.stepMs.map((ms) => Math.round(ms * 1000) / 1000),
    meanConfidence: run.meanConfidence,
    meanEntropy: run.meanEntropy,
  };
  const byStep = [run.steps, codes];
  const text = texts.texts.length > 0 ? encodeTexts(texts) : null;
  return encodeSafetensors(
    [
      { name: 'confidence', dtype: 'F32', shape: byStep, bytes: bytesOf(run.confidence) },
      { name: 'entropy', dtype: 'F32', shape: byStep, bytes: bytesOf(run.entropy) },
      { name: 'commit_step', dtype: 'U16', shape: [codes], bytes: bytesOf(run.commitStep) },
      { name: 'drafted', dtype: 'U16', shape: byStep, bytes: bytesOf(run.drafted) },
      { name: 'final', dtype: 'U16', shape: [codes], bytes: bytesOf(run.final) },
      { name: 'initial', dtype: 'U16', shape: [codes], bytes: bytesOf(run.initial) },
      ...(text?.tensors ?? []),
    ],
    { [traceKey]: JSON.stringify(head), ...(text ? { [textTraceKey]: JSON.stringify(text.head) } : {}) },
  );
}

/** Tensors `text.<i>.positions`, `.ids`, `.steps` and `.confidence` [M] of each stretch of text, and the JSON beside them. */
function encodeTexts({ texts, boxes }: RecordedTexts): { tensors: TensorBytes[]; head: object } {
  const tensors = texts.flatMap(({ positions, ids, steps, confidence }, i): TensorBytes[] => {
    const shape = [positions.length];
    const integers = { positions, ids, steps };
    return [
      {
        name: `text.${i}.confidence`,
        dtype: 'F32' as const,
        shape,
        bytes: bytesOf(Float32Array.from(confidence)),
      },
      ...Object.entries(integers).map(([name, values]) => ({
        name: `text.${i}.${name}`,
        dtype: 'I32' as const,
        shape,
        bytes: bytesOf(Int32Array.from(values)),
      })),
    ];
  });
  const head = {
    version: 1,
    texts: texts.map(({ start, text }) => {
      const { purpose, segments, length, blockLength, maskId } = start;
      return { purpose, segments, length, blockLength, maskId, text };
    }),
    boxes,
  };
  return { tensors, head };
}

/** A run without a picture as the bytes of a safetensors file. */
export function encodeTextTrace(
  run: { request: GenerationRequest; model: { name: string; fingerprint: string }; backend: string },
  texts: RecordedTexts,
): Uint8Array {
  const { request, backend, model } = run;
  const { tensors, head } = encodeTexts(texts);
  const { name, fingerprint } = model;
  const json = { ...head, request, model: { name, fingerprint }, backend };
  return encodeSafetensors(tensors, { [textTraceKey]: JSON.stringify(json) });
}
