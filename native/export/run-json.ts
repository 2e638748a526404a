import { candidateCount } from '../../electron/contract/events.ts';
import type { TextTrace, TraceStep } from '../../electron/contract/traces.ts';
import type { TraceFile } from '../trace/reader.ts';

/** Enough digits to tell any two float32 values of interest apart, and half the length of a float64. */
function rounded(values: Iterable<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(7)));
}

/** A step as JSON: whole-grid maps, and what it committed with the candidates it chose from. */
function stepJson(step: TraceStep, commitStep: Uint16Array, milliseconds: number | undefined): object {
  const committed: object[] = [];
  commitStep.forEach((at, position) => {
    if (at !== step.step) return;
    const from = position * candidateCount;
    const candidates = step.candidates
      ? Array.from({ length: candidateCount }, (_, k) => ({
          id: step.candidates?.ids[from + k] ?? 0,
          probability: rounded([step.candidates?.probabilities[from + k] ?? 0])[0],
        }))
      : [];
    committed.push({
      position,
      id: step.ids[position],
      confidence: rounded([step.confidence[position] ?? 0])[0],
      candidates,
    });
  });
  return {
    step: step.step,
    milliseconds,
    committed,
    ids: Array.from(step.ids),
    drafted: Array.from(step.drafted),
    confidence: rounded(step.confidence),
    entropy: rounded(step.entropy),
    ...(step.guidanceDelta ? { guidanceDelta: rounded(step.guidanceDelta) } : {}),
  };
}

async function roundJson(trace: TraceFile, round: number): Promise<object> {
  const head = await trace.readHead('000000', round);
  const found = head.rounds.find((one) => one.round === round);
  const steps: object[] = [];
  for (let step = 0; step < head.steps; step++) {
    steps.push(stepJson(await trace.readStep(step, round), head.commitStep, head.stepMs[step]));
  }
  return {
    round,
    seed: found?.seed,
    verdict: found?.verdict ?? null,
    transferCounts: head.transferCounts,
    initial: Array.from(head.initial),
    commitStep: Array.from(head.commitStep),
    meanConfidence: rounded(head.meanConfidence),
    meanEntropy: rounded(head.meanEntropy),
    steps,
  };
}

/**
 * A run as JSON for analysis elsewhere (docs/trace-format.md): everything the trace holds, arrays in raster order.
 * @param trace null for a run without a picture
 */
export async function runJson(trace: TraceFile | null, text: TextTrace): Promise<string> {
  const { request, model, backend, texts, boxes } = text;
  const rounds: object[] = [];
  for (const { round } of trace?.rounds ?? []) rounds.push(await roundJson(trace as TraceFile, round));
  const picture = trace
    ? {
        grid: trace.head.grid,
        image: trace.head.image,
        ...(trace.head.result ? { result: trace.head.result } : {}),
        codebookSize: trace.head.codebookSize,
        maskId: trace.head.maskId,
        rounds,
      }
    : null;
  return JSON.stringify({
    format: 'lavida-run',
    version: 1,
    request,
    model,
    backend,
    picture,
    texts,
    boxes: boxes.map(({ coordinates, ...box }) => ({
      ...box,
      coordinates: coordinates.map(({ distribution, ...coordinate }) => ({
        ...coordinate,
        distribution: rounded(distribution),
      })),
    })),
  });
}
