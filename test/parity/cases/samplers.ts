import { branchWeights } from '../../../native/tasks/canvas.ts';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import type { Row } from '../report.ts';
import { compareImageRun } from './image-run.ts';
import { compareTables } from './sampler-tables.ts';
import { compareTextSampler } from './sampler-text.ts';

/** Image runs on preset logits: [call, (unconditional, conditional), N, V]. */
async function* compareImageRuns(fixture: Fixture, { tolerance }: ParityContext): AsyncGenerator<Row> {
  for (const name of casesWith(fixture, 'expected', 'select_index')) {
    const prefix = name.split('.')[0] ?? name;
    const own = `input.${name}.logits`;
    const tensor = has(fixture, own) ? own : `input.${prefix}.logits`;
    const [, rows = 2, codes = 0, vocabulary = 0] = shapeOf(fixture, tensor);
    const logits = await fixture.tensors.readFloat32(tensor);
    const size = codes * vocabulary;
    const rowOf = (call: number, row: number) =>
      logits.subarray((call * rows + row) * size, (call * rows + row + 1) * size);
    const common = fixture.json[`${prefix}_common`];
    const side = Math.sqrt(codes);
    const place = {
      name,
      grid: { width: side, height: side },
      vocabulary,
      maskId: maskIdOf(common) ?? vocabulary + 1,
      guidedLogits: ({
        call,
        guided,
        guidanceScale,
      }: {
        call: number;
        guided: boolean;
        guidanceScale: number;
      }) =>
        Promise.resolve(
          guided
            ? weighted(rowOf(call, rows - 1), rowOf(call, 0), guidanceScale)
            : Float32Array.from(rowOf(call, rows - 1)),
        ),
    };
    yield* compareImageRun(fixture, place, tolerance);
  }
}

/** ℓ = (1+w)·conditional − w·unconditional (PIPELINE §2.4). */
function weighted(conditional: Float32Array, unconditional: Float32Array, scale: number): Float32Array {
  const weights = branchWeights({ scale, source: null });
  return conditional.map(
    (value, i) => weights.conditional * value + weights.unconditional * (unconditional[i] as number),
  );
}

function maskIdOf(common: unknown): number | undefined {
  if (typeof common !== 'object' || common === null || !('img_mask_id' in common)) return undefined;
  return typeof common.img_mask_id === 'number' ? common.img_mask_id : undefined;
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  yield* compareTables(fixture);
  yield* compareTextSampler(fixture, context.tolerance);
  yield* compareImageRuns(fixture, context);
}

/** Schedules, orders, and both samplers on preset logits with recorded noise (PIPELINE §1, §2). */
export const samplersCase: ParityCase = {
  name: 'samplers',
  matches: (fixture) => 'tables' in fixture.json || has(fixture, 'input.t2i.logits'),
  run,
};
