import { encodeSafetensors } from '../tensor/safetensors-writer.ts';
import type { RecordedRun } from './recorder.ts';
import { traceKey, type TraceMetadata } from './reader.ts';

function bytesOf(array: Uint16Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * A recorded run as the bytes of a safetensors file: the head as JSON in `__metadata__`, tensors `initial`, `final`,
 * `commit_step` [N], `drafted`, `confidence`, `entropy` [S, N] (docs/trace-format.md).
 */
export function encodeTrace(run: RecordedRun): Uint8Array {
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
  return encodeSafetensors(
    [
      { name: 'confidence', dtype: 'F32', shape: byStep, bytes: bytesOf(run.confidence) },
      { name: 'entropy', dtype: 'F32', shape: byStep, bytes: bytesOf(run.entropy) },
      { name: 'commit_step', dtype: 'U16', shape: [codes], bytes: bytesOf(run.commitStep) },
      { name: 'drafted', dtype: 'U16', shape: byStep, bytes: bytesOf(run.drafted) },
      { name: 'final', dtype: 'U16', shape: [codes], bytes: bytesOf(run.final) },
      { name: 'initial', dtype: 'U16', shape: [codes], bytes: bytesOf(run.initial) },
    ],
    { [traceKey]: JSON.stringify(head) },
  );
}
