import type { ModelInfo } from '../../electron/contract/engine.ts';
import { unpackCodes, type Branch } from '../../electron/contract/branch.ts';
import type { RunEvent } from '../../electron/contract/events.ts';
import { LavidaError } from '../errors.ts';
import type { ImageSamplerOptions } from '../sampler/image-sampler.ts';
import type { TaskContext } from './context.ts';
import { renderCodes } from './preview.ts';
import type { PaintRound } from './reflect.ts';
import { see } from './see.ts';

function wrong(sentence: string, detail = ''): LavidaError {
  return new LavidaError('request.invalid', sentence, detail);
}

/**
 * What a branch of a later round of reflection is told, as that round was: the earlier pictures as semantic tokens with
 * what was said of them (PIPELINE §4). Decodes their codes, so it refers to no file.
 * @throws LavidaError request.invalid for codes that do not fit the model, AbortError when cancelled
 */
export async function* branchFeedback(
  branch: Branch | undefined,
  context: TaskContext,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, PaintRound['feedback']> {
  const { info, network } = context;
  const told: { tokens: Float32Array; reply: string }[] = [];
  for (const { codes, reply } of branch?.feedback ?? []) {
    const ids = unpackCodes(codes);
    if (ids.length !== info.grid.width * info.grid.height || ids.some((id) => id >= info.codebookSize)) {
      throw wrong('An earlier round of this branch does not fit the model.', `${ids.length} tokens`);
    }
    const image = await renderCodes(network, ids, info);
    told.push({ tokens: yield* see(context, image, 'pad', signal), reply });
  }
  return told;
}

/**
 * Where the sampler of a branch starts: the parent's codes with the region masked again.
 * @param maskId id of a masked code in this bundle
 * @param locked codes of an edit that must stay [N], `maskId` where change is allowed
 * @throws LavidaError model.other for the codes of another model, request.invalid for a branch that does not fit the grid
 *   or would change what is locked
 */
export function branchStart(
  branch: Branch,
  info: ModelInfo,
  maskId: number,
  locked?: Uint16Array,
): Required<Pick<ImageSamplerOptions, 'initial' | 'resume'>> {
  const { parent, codes: packed, region, counts, offset } = branch;
  if (parent.fingerprint !== info.fingerprint) {
    throw new LavidaError(
      'model.other',
      `This branch starts from tokens of another model than ${info.name}.`,
      `fingerprint ${parent.fingerprint}, not ${info.fingerprint}`,
    );
  }
  const size = info.grid.width * info.grid.height;
  const initial = unpackCodes(packed);
  if (initial.length !== size) {
    throw wrong(`The branch starts from ${initial.length} tokens; this model paints with ${size}.`);
  }
  for (const position of region) {
    if (position >= size) throw wrong(`The region names token ${position}; the last one is ${size - 1}.`);
    initial[position] = maskId;
  }
  const unknown = initial.find((code) => code !== maskId && code >= info.codebookSize);
  if (unknown !== undefined) throw wrong(`The branch holds token id ${unknown}, which this model lacks.`);
  const freed = locked?.findIndex((code, p) => code !== maskId && code !== initial[p]) ?? -1;
  if (freed >= 0) {
    throw wrong(
      'The branch would change a part of the picture that the edit keeps as it is.',
      `token ${freed} is outside the region of the edit`,
    );
  }
  const masked = initial.reduce((count, code) => count + (code === maskId ? 1 : 0), 0);
  const planned = counts.reduce((sum, count) => sum + count, 0);
  if (masked === 0) throw wrong('Nothing is left to paint: mark a region, or branch from an earlier step.');
  if (planned !== masked) {
    throw wrong(`The branch plans to commit ${planned} tokens, but ${masked} are open at its start.`);
  }
  return { initial, resume: { step: offset, counts } };
}
