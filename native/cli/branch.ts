import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { cellsOfBox, cellsOfMask } from '../imaging/grid-cells.ts';
import type { Size } from '../imaging/geometry.ts';
import { openPicture } from '../tasks/picture-source.ts';
import { branchRequest } from '../trace/branch-request.ts';
import { TraceFile } from '../trace/reader.ts';
import { addRunOptions, box, integer, readPictureFile, type RunOptions } from './arguments.ts';
import { tellPicture } from './generate.ts';
import { runRequest, savesPicture } from './run-request.ts';

interface BranchOptions extends RunOptions {
  out: string;
  step: number;
  box?: [number, number, number, number];
  mask?: string;
  seed?: number;
  steps?: number;
  prompt?: string;
  image?: string;
  imageMask?: string;
}

function wholeOf({ width, height }: Size): [number, number, number, number] {
  return [0, 0, width, height];
}

/** Cells that are masked again; none when no region is given. */
async function regionOf({ box: edges, mask }: BranchOptions, { head }: TraceFile): Promise<number[]> {
  if (edges && mask !== undefined) {
    throw new LavidaError('request.invalid', '--mask and --box cannot both be given.');
  }
  const { width, height, square } = head.result ?? { ...head.image, square: wholeOf(head.image) };
  const [left, top, right, bottom] = square;
  if (edges) {
    const inSquare = [edges[0] - left, edges[1] - top, edges[2] - left, edges[3] - top] as const;
    return cellsOfBox(inSquare, { width: right - left, height: bottom - top }, head.grid);
  }
  if (mask === undefined) return [];
  const shares = [left / width, top / height, right / width, bottom / height] as const;
  return cellsOfMask(openPicture(await readPictureFile(mask)), head.grid, shares);
}

/** A recorded edit does not hold its picture. */
async function withPictures(request: GenerationRequest, options: BranchOptions): Promise<GenerationRequest> {
  if (request.task !== 'edit') return request;
  const { image, imageMask } = options;
  const source = image === undefined ? request.image : await readPictureFile(image);
  const filled = { ...request, image: { ...source, sha256: request.image.sha256 } };
  if (filled.region?.kind !== 'mask' || imageMask === undefined) return filled;
  const mask = { ...(await readPictureFile(imageMask)), sha256: filled.region.mask.sha256 };
  return { ...filled, region: { ...filled.region, mask } };
}

/** `lavida branch`: a recorded run goes on from one of its steps. */
async function branch(file: string, options: BranchOptions): Promise<number> {
  const out = resolve(options.out);
  return runRequest(options, {
    files: [out],
    request: async () => {
      const trace = await TraceFile.open(resolve(file));
      try {
        const { step, seed, steps, prompt } = options;
        const region = await regionOf(options, trace);
        const parent = basename(file).replace(/\.(trace\.)?safetensors$/u, '');
        return await withPictures(
          await branchRequest(trace, parent, { step, region, seed, steps, prompt }),
          options,
        );
      } finally {
        await trace.close();
      }
    },
    save: savesPicture(out),
    tell: (outcome) => {
      tellPicture(options.out, outcome);
    },
  });
}

export function registerBranch(program: Command): void {
  const command = program
    .command('branch')
    .summary('go on from a step of a recorded run, with a region painted again')
    .description(
      'Goes on from a step of a recorded run. The tokens of the region are masked and painted again; every other token ' +
        'that the run had committed by then stays. Without a region the rest of the run is repeated, with --seed ' +
        'differently.',
    )
    .argument('<trace>', 'what --trace wrote, or a run of the studio')
    .requiredOption('-o, --out <file>', 'the PNG to write')
    .requiredOption('--step <k>', 'finished steps of the run: 0 is its start', integer)
    .option('--box <x1,y1,x2,y2>', 'the region as a box, in pixels of the picture', box)
    .option('--mask <file>', 'the region as a picture, white where it is painted again')
    .option('--seed <n>', 'another seed (default: that of the run)', integer)
    .option(
      '--steps <n>',
      'steps of the branch (default: what the run would take for as many tokens)',
      integer,
    )
    .option('--prompt <text>', 'another prompt (default: that of the run)')
    .option('--image <file>', 'the picture of a recorded edit, which the trace does not hold')
    .option('--image-mask <file>', 'the mask of a recorded edit, which the trace does not hold');
  addRunOptions(command, 'every step')
    .addHelpText(
      'after',
      '\nExample:\n  lavida branch car.trace.safetensors --step 12 --box 64,64,128,128 --seed 8 --out other.png',
    )
    .action(async (file: string, options: BranchOptions) => {
      process.exitCode = await branch(file, options);
    });
}
