import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { editRequestSchema, editStart, type Region } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import {
  addRunOptions,
  addSamplingOptions,
  box,
  integer,
  number,
  pictureRequest,
  readPictureFile,
  type RunOptions,
  type SamplingOptions,
} from './arguments.ts';
import { addFrameOptions, extensionOf, frameOf, type FrameOptions } from './frame.ts';
import { addPlanOptions, planSettings, tellPicture, type PlanOptions } from './generate.ts';
import { runRequest, savesPicture } from './run-request.ts';

interface EditOptions extends RunOptions, SamplingOptions, PlanOptions, FrameOptions {
  out: string;
  mask?: string;
  box?: [number, number, number, number];
  feather: number;
  fit?: string;
  imageGuidance?: number;
  editMode?: number;
}

async function regionOf({ mask, box: edges, feather }: EditOptions): Promise<Region | undefined> {
  if (mask !== undefined && edges !== undefined) {
    throw new LavidaError('request.invalid', '--mask and --box cannot both be given.');
  }
  if (mask !== undefined) return { kind: 'mask', mask: await readPictureFile(mask), feather };
  return edges && { kind: 'box', box: edges, feather };
}

/** `lavida edit`: a picture and an instruction to a PNG. */
async function edit(file: string, instruction: string, options: EditOptions): Promise<number> {
  const out = resolve(options.out);
  return runRequest(options, {
    files: [out],
    request: async (info) => {
      const { defaults, editDefaults } = info;
      const image = await readPictureFile(file);
      const region = await regionOf(options);
      const extend = extensionOf(options, options.feather);
      const start = {
        task: 'edit',
        prompt: instruction,
        ...editStart(defaults, editDefaults, options.reads === 'description'),
      };
      return pictureRequest(start, defaults, options, {
        prompt: instruction,
        image,
        imageGuidanceScale: options.imageGuidance,
        editMode: options.editMode,
        fit: options.fit,
        region,
        extend,
        frame: frameOf(options, image, { region, extend }, info),
        reads: options.reads,
        plan: await planSettings(options, info.planDefaults, 'edit'),
      });
    },
    save: savesPicture(out),
    tell: (outcome) => {
      tellPicture(options.out, outcome);
    },
  });
}

export function registerEdit(program: Command): void {
  const command = program
    .command('edit')
    .summary('change a picture by an instruction')
    .description(
      'Changes a picture by an instruction. With --mask or --box only that region may change: every pixel outside it ' +
        'stays as it is, byte for byte, and the result has the size of the picture. With --frame the model works on a ' +
        'part of the picture, with --extend the picture grows.',
    )
    .argument('<image>', 'PNG, JPEG or WebP')
    .argument('<instruction>', 'what to change')
    .requiredOption('-o, --out <file>', 'the PNG to write')
    .option('--mask <file>', 'a picture of the same size, white where change is allowed')
    .option('--box <x1,y1,x2,y2>', 'the region as a box, in pixels', box)
    .option('--feather <px>', 'blend inside the border of the region, in pixels', number, 0)
    .addOption(
      new Option('--fit <how>', 'crop: the middle square; pad: all of it with margins').choices(
        editRequestSchema.shape.fit.options,
      ),
    )
    .option('--image-guidance <w>', 'guidance scale of the source picture', number)
    .option('--edit-mode <n>', 'what the second guidance branch shows, 0 to 3', integer);
  addPlanOptions(addSamplingOptions(addFrameOptions(command)));
  addRunOptions(command, 'every step')
    .addHelpText(
      'after',
      '\nExamples:\n  lavida edit car.png "make it blue" --box 10,20,90,80 --out blue.png\n' +
        '  lavida edit car.png "a red car left of a blue dog" --reads description --extend 0,0,128,0 --out wide.png',
    )
    .action(async (file: string, instruction: string, options: EditOptions) => {
      process.exitCode = await edit(file, instruction, options);
    });
}
