import { candidateCount } from '../../electron/contract/events.ts';
import { coordinatesOfBox, locBinCount } from '../../electron/contract/ground.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { encodeSafetensors, type TensorBytes } from '../tensor/safetensors-writer.ts';
import type { RecordedRound } from './round-recorder.ts';
import type { RecordedRun } from './recorder.ts';
import { roundPrefix, textTraceKey, traceKey, type TextMetadata, type TraceMetadata } from './metadata.ts';
import type { RecordedTexts } from './text-recorder.ts';

type Values = Uint16Array | Float32Array | Int32Array;

/** A tensor of the dtype its array has. */
function tensor(name: string, shape: readonly number[], values: Values): TensorBytes {
  const dtype = values instanceof Uint16Array ? 'U16' : values instanceof Float32Array ? 'F32' : 'I32';
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dtype, shape, bytes };
}

/** Wide tensors first, so that every one starts at a multiple of its element. */
function byWidth(tensors: readonly TensorBytes[]): TensorBytes[] {
  return [
    ...tensors.filter(({ dtype }) => dtype !== 'U16'),
    ...tensors.filter(({ dtype }) => dtype === 'U16'),
  ];
}

/**
 * A recorded run as the bytes of a safetensors file: the head as JSON in `__metadata__`, the last round's tensors under
 * their own names, those of earlier rounds after `round.<r>.` (docs/trace-format.md).
 */
export function encodeTrace(run: RecordedRun, texts: RecordedTexts = { texts: [], boxes: [] }): Uint8Array {
  const { start } = run;
  const rounds = [...run.earlier, run];
  const head: TraceMetadata = {
    version: 1,
    request: start.request,
    model: start.model,
    backend: start.backend,
    grid: start.grid,
    image: start.image,
    ...(start.result ? { result: start.result } : {}),
    codebookSize: start.codebookSize,
    maskId: start.maskId,
    transferCounts: start.transferCounts,
    ...curvesOf(run),
    rounds: rounds.map((round) => ({
      round: round.round,
      seed: round.seed,
      verdict: round.verdict,
      ...curvesOf(round),
    })),
  };
  const written = texts.texts.length > 0 || texts.boxes.length > 0;
  return encodeSafetensors(
    byWidth([
      ...run.earlier.flatMap((round) => roundTensors(round, roundPrefix(round.round))),
      ...roundTensors(run, ''),
      ...(written ? textTensors(texts) : []),
    ]),
    {
      [traceKey]: JSON.stringify(head),
      ...(written ? { [textTraceKey]: JSON.stringify(textHead(texts)) } : {}),
    },
  );
}

function curvesOf({ steps, stepMs, meanConfidence, meanEntropy }: RecordedRound) {
  return { steps, stepMs: stepMs.map((ms) => Math.round(ms * 1000) / 1000), meanConfidence, meanEntropy };
}

function roundTensors(run: RecordedRound, prefix: string): TensorBytes[] {
  const codes = run.initial.length;
  const byStep = [run.steps, codes];
  const byCandidate = [...byStep, candidateCount];
  const { candidates, guidanceDelta } = run;
  return [
    tensor(`${prefix}confidence`, byStep, run.confidence),
    tensor(`${prefix}entropy`, byStep, run.entropy),
    ...(guidanceDelta ? [tensor(`${prefix}guidance_delta`, byStep, guidanceDelta)] : []),
    ...(candidates
      ? [
          tensor(`${prefix}candidate_probabilities`, byCandidate, candidates.probabilities),
          tensor(`${prefix}candidate_ids`, byCandidate, candidates.ids),
        ]
      : []),
    tensor(`${prefix}commit_step`, [codes], run.commitStep),
    tensor(`${prefix}drafted`, byStep, run.drafted),
    tensor(`${prefix}final`, [codes], run.final),
    tensor(`${prefix}initial`, [codes], run.initial),
  ];
}

/** Tensors of each stretch of text, one row a token [M], and of each box. */
function textTensors({ texts, boxes }: RecordedTexts): TensorBytes[] {
  const ofTexts = texts.flatMap(({ tokens }, i) => {
    const shape = [tokens.length];
    const byCandidate = [tokens.length, candidateCount];
    const ids = new Int32Array(tokens.length * candidateCount);
    const probabilities = new Float32Array(tokens.length * candidateCount);
    tokens.forEach(({ candidates }, row) => {
      candidates.slice(0, candidateCount).forEach(({ id, probability }, k) => {
        ids[row * candidateCount + k] = id;
        probabilities[row * candidateCount + k] = probability;
      });
    });
    const floats = (read: (token: (typeof tokens)[number]) => number): Float32Array =>
      Float32Array.from(tokens, read);
    const integers = (read: (token: (typeof tokens)[number]) => number): Int32Array =>
      Int32Array.from(tokens, read);
    return [
      tensor(
        `text.${i}.confidence`,
        shape,
        floats(({ confidence }) => confidence),
      ),
      tensor(
        `text.${i}.entropy`,
        shape,
        floats(({ entropy }) => entropy ?? NaN),
      ),
      tensor(`text.${i}.candidate_probabilities`, byCandidate, probabilities),
      tensor(`text.${i}.candidate_ids`, byCandidate, ids),
      tensor(
        `text.${i}.positions`,
        shape,
        integers(({ position }) => position),
      ),
      tensor(
        `text.${i}.ids`,
        shape,
        integers(({ id }) => id),
      ),
      tensor(
        `text.${i}.steps`,
        shape,
        integers(({ step }) => step),
      ),
    ];
  });
  const ofBoxes = boxes.map(({ coordinates }, i) => {
    const distribution = new Float32Array(coordinatesOfBox * locBinCount);
    coordinates.forEach((coordinate, c) => {
      distribution.set(coordinate.distribution.subarray(0, locBinCount), c * locBinCount);
    });
    return tensor(`box.${i}.distribution`, [coordinatesOfBox, locBinCount], distribution);
  });
  return [...ofTexts, ...ofBoxes];
}

function textHead({ texts, boxes }: RecordedTexts): TextMetadata {
  return {
    version: 1,
    texts: texts.map(({ start, round, text, tokens }) => {
      const { purpose, segments, length, blockLength, maskId } = start;
      return {
        purpose,
        round,
        segments,
        length,
        blockLength,
        maskId,
        text,
        tokens: tokens.map(({ token }) => token),
        candidates: tokens.map(({ candidates }) => candidates.map(({ token }) => token)),
      };
    }),
    boxes: boxes.map(({ object, step, result, coordinates }) => ({
      object,
      step,
      result,
      ids: coordinates.map(({ id }) => id),
      bins: coordinates.map(({ bin }) => bin),
      probabilities: coordinates.map(({ probability }) => probability),
      committed: coordinates.map(({ committed }) => committed),
    })),
  };
}

/** A run without a picture as the bytes of a safetensors file. */
export function encodeTextTrace(
  run: { request: GenerationRequest; model: { name: string; fingerprint: string }; backend: string },
  texts: RecordedTexts,
): Uint8Array {
  const { request, backend, model } = run;
  const { name, fingerprint } = model;
  const head: TextMetadata = { ...textHead(texts), request, model: { name, fingerprint }, backend };
  return encodeSafetensors(byWidth(textTensors(texts)), { [textTraceKey]: JSON.stringify(head) });
}
