import { packCodes, type Branch } from '../../electron/contract/branch.ts';
import type { PictureRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { transferCounts } from '../sampler/schedule.ts';
import { chooseHistory } from '../tasks/reflect.ts';
import type { TraceFile } from './reader.ts';
import { givenStep } from './round-recorder.ts';

/** What a user asks of a branch. */
export interface BranchWish {
  /** Finished steps of the parent: 0 is its start. */
  step: number;
  /** Positions to mask again. */
  region: readonly number[];
  /** Absent = the parent's. */
  seed?: number | undefined;
  /** Steps of the branch; absent = `branchCounts` decides. */
  steps?: number | undefined;
  /** Absent = the parent's. */
  prompt?: string | undefined;
}

/** Counts of the same shape that sum to `total`; running sums are rounded, so none strays by more than one. */
function stretch(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0);
  let planned = 0;
  let done = 0;
  return counts.map((count) => {
    planned += count;
    const until = Math.round((planned / sum) * total);
    const now = until - done;
    done = until;
    return now;
  });
}

/**
 * How many codes each step of a branch commits. Nothing masked again: what the parent had left, so the branch repeats it.
 * Otherwise the end of the schedule a whole picture would have, from where about as many codes were open.
 * @param left codes the parent had open; @param open codes open once the region is masked
 * @param remaining counts of the parent's steps after the branching one; @param whole counts of a whole picture
 */
export function branchCounts(
  left: number,
  open: number,
  remaining: readonly number[],
  whole: readonly number[],
): number[] {
  if (open === left) return [...remaining];
  let masked = whole.reduce((all, count) => all + count, 0);
  let from = 0;
  while (from < whole.length - 1 && masked > open) masked -= whole[from++] as number;
  const tail = whole.slice(from);
  const counts = stretch(tail.length < remaining.length ? remaining : tail, open);
  return counts.filter((count) => count > 0);
}

/**
 * The request that goes on from a step of a recorded run with a region masked again. Pictures of an edit come without
 * their bytes.
 * @param run id or file name of the parent, for lineage
 * @throws LavidaError request.invalid for a step or region the run does not have, or when nothing is left to paint
 */
export async function branchRequest(
  trace: TraceFile,
  run: string | null,
  wish: BranchWish,
): Promise<PictureRequest> {
  const { request, model, grid, maskId, transferCounts: planned } = trace.head;
  const round = trace.rounds.at(-1);
  const steps = round?.steps ?? 0;
  const { step } = wish;
  if (step > steps) {
    throw new LavidaError('request.invalid', `This run has ${steps} steps; there is no step ${step}.`);
  }
  const size = grid.width * grid.height;
  const beyond = wish.region.find((position) => position >= size);
  if (beyond !== undefined) {
    throw new LavidaError(
      'request.invalid',
      `The region names token ${beyond}; the last one is ${size - 1}.`,
    );
  }
  const codes = await trace.codesAt(step);
  const region = await openRegion(trace, request, wish.region);
  const masked = Uint16Array.from(codes);
  for (const position of region) masked[position] = maskId;
  const count = (ids: Uint16Array): number => ids.reduce((sum, id) => sum + (id === maskId ? 1 : 0), 0);
  const open = count(masked);
  if (open === 0) {
    throw new LavidaError(
      'request.invalid',
      'Nothing is left to paint: mark a region, or branch from an earlier step.',
    );
  }
  if (wish.steps !== undefined && wish.steps > open) {
    throw new LavidaError('request.steps', `${wish.steps} steps are more than the ${open} open tokens.`);
  }
  const { schedule } = request;
  const counts =
    wish.steps === undefined
      ? branchCounts(count(codes), open, planned.slice(step), transferCounts(size, request.steps, schedule))
      : transferCounts(open, wish.steps, schedule);
  const feedback = await feedbackOf(trace);
  const weight = request.task === 'edit' ? undefined : (request.branch ?? request.reflection)?.weight;
  const orderSeed = request.branch?.orderSeed ?? request.seed;
  const seed = wish.seed ?? round?.seed ?? request.seed;
  return {
    ...withoutReflection(request),
    prompt: wish.prompt ?? request.prompt,
    seed,
    branch: {
      parent: { run, fingerprint: model.fingerprint },
      step,
      offset: (request.branch?.offset ?? 0) + step,
      codes: packCodes(codes),
      region,
      counts,
      ...(wish.seed === undefined && orderSeed !== seed ? { orderSeed } : {}),
      ...(feedback.length > 0 ? { feedback } : {}),
      ...(feedback.length > 0 && weight !== undefined ? { weight } : {}),
    },
  };
}

/** What the last round was told of the ones before it, as that round chose them. */
async function feedbackOf(trace: TraceFile): Promise<NonNullable<Branch['feedback']>> {
  const { request } = trace.head;
  if (request.branch) return request.branch.feedback ?? [];
  if (request.task === 'edit' || request.reflection?.mode !== 'reflection') return [];
  const failed = trace.rounds
    .slice(0, -1)
    .flatMap(({ round, steps, verdict }) => (verdict ? [{ round, steps, reply: verdict.reply }] : []));
  const last = trace.rounds.at(-1)?.round ?? 1;
  const shown = chooseHistory(failed, request.reflection.history, request.seed, last);
  return Promise.all(
    shown.map(async ({ round, steps, reply }) => ({
      codes: packCodes(await trace.codesAt(steps, round)),
      reply,
    })),
  );
}

/** A branch has one round. */
function withoutReflection(request: PictureRequest): PictureRequest {
  if (request.task === 'edit') return request;
  const { reflection: _, ...kept } = request;
  return kept;
}

/** The region in order, without what an edit keeps from its source. */
async function openRegion(
  trace: TraceFile,
  request: PictureRequest,
  region: readonly number[],
): Promise<number[]> {
  const unique = [...new Set(region)].sort((a, b) => a - b);
  if (request.task !== 'edit' || request.region === undefined || request.branch) return unique;
  const commitSteps = await trace.commitSteps();
  return unique.filter((position) => commitSteps[position] !== givenStep);
}
