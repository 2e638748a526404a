import { resolve } from 'node:path';
import { z } from 'zod';
import type { Command } from 'commander';
import {
  ownWeight,
  publishedPlan,
  saidWeight,
  type PlanDefaults,
} from '../../electron/contract/context-weight.ts';
import {
  publishedReflection,
  type ReflectionDefaults,
  type ReflectionSettings,
} from '../../electron/contract/reflection.ts';
import { planBoxSchema, type PlanSettings } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import {
  addRunOptions,
  addSamplingOptions,
  integer,
  number,
  pictureRequest,
  readJsonFile,
  type RunOptions,
  type SamplingOptions,
} from './arguments.ts';
import { formatSeconds } from './progress.ts';
import { runRequest, savesPicture, type Outcome } from './run-request.ts';

/** Options of planning, shared with `lavida edit`. */
export interface PlanOptions {
  plan?: boolean;
  planBoxes?: string;
  planWeight?: number;
}

interface GenerateOptions extends RunOptions, SamplingOptions, PlanOptions {
  out: string;
  reflect?: number;
  selfVerify?: boolean;
}

export function addPlanOptions(command: Command): Command {
  return command
    .option('--plan', 'let the model plan the layout first')
    .option('--plan-boxes <file>', 'a JSON list of {name, box: [x1, y1, x2, y2] of 1024} to follow instead')
    .option(
      '--plan-weight <w>',
      'how far the layout counts beside the prompt: 0 not at all, 1 as published',
      number,
    );
}

/**
 * The plan as typed, followed as the model does best where no weight was; undefined when no plan was.
 * @param own what the model lays out itself: a picture or an edit
 * @throws LavidaError file.missing, file.invalid, request.invalid
 */
export async function planSettings(
  { plan, planBoxes, planWeight }: PlanOptions,
  defaults: PlanDefaults = publishedPlan,
  own: 'auto' | 'edit' = 'auto',
): Promise<PlanSettings | undefined> {
  const weight = saidWeight(planWeight ?? ownWeight(defaults, planBoxes === undefined ? own : 'given'));
  if (planBoxes !== undefined) {
    const boxes = await readJsonFile(planBoxes, 'layout', z.array(planBoxSchema));
    return { mode: 'given', boxes, ...weight };
  }
  if (plan) return { mode: 'auto', ...weight };
  if (planWeight === undefined) return undefined;
  throw new LavidaError('request.invalid', '--plan-weight needs --plan or --plan-boxes.');
}

/** Reflection as typed, else as the model is best asked; undefined when no rounds were. @throws LavidaError request.invalid */
function reflectionSettings(
  { reflect, selfVerify }: Pick<GenerateOptions, 'reflect' | 'selfVerify'>,
  { mode, history, weight }: ReflectionDefaults,
): ReflectionSettings | undefined {
  if (reflect !== undefined) {
    const asked = selfVerify ? 'self-verify' : 'reflection';
    const settings = { rounds: reflect, mode: selfVerify === undefined ? mode : asked, history };
    return { ...settings, ...(settings.mode === 'reflection' ? saidWeight(weight) : {}) };
  }
  if (selfVerify === undefined) return undefined;
  const flag = selfVerify ? '--self-verify' : '--no-self-verify';
  throw new LavidaError('request.invalid', `${flag} needs --reflect with a number of rounds.`);
}

/** One line about a finished picture. */
export function tellPicture(
  out: string,
  { request, info, image, done, seconds, readySeconds }: Outcome,
): void {
  if (!('seed' in request) || !('steps' in request)) return;
  const { accepted, forwards } = done.result;
  const verdict = accepted === undefined ? '' : accepted ? '  accepted' : '  not accepted by its own judge';
  console.error(
    `${out}  ${image?.width ?? info.imageSize}×${image?.height ?? info.imageSize}  seed ${request.seed}  ` +
      `${request.steps} steps, ${forwards} forwards in ${formatSeconds(seconds)} ` +
      `(model ready in ${formatSeconds(readySeconds)})${verdict}`,
  );
}

/** `lavida generate`: one request to one PNG, and one for each earlier round of reflection. */
async function generate(prompt: string | undefined, options: GenerateOptions): Promise<number> {
  const out = resolve(options.out);
  return runRequest(options, {
    files: [out],
    request: async ({ defaults, planDefaults, reflectionDefaults = publishedReflection }) => {
      return pictureRequest({ task: 'text-to-image', prompt: '', ...defaults }, defaults, options, {
        prompt,
        plan: await planSettings(options, planDefaults),
        reflection: reflectionSettings(options, reflectionDefaults),
      });
    },
    save: savesPicture(out),
    tell: (outcome) => {
      tellPicture(options.out, outcome);
    },
  });
}

export function registerGenerate(program: Command): void {
  const command = program
    .command('generate')
    .summary('make a picture from a prompt')
    .description('Makes a picture from a prompt. The same command gives the same file, byte for byte.')
    .argument('[prompt]', 'what the picture shows; may be left out with --request')
    .requiredOption('-o, --out <file>', 'the PNG to write');
  addPlanOptions(addSamplingOptions(command))
    .option('--reflect <n>', 'let the model judge its picture and try again, in at most n rounds', integer)
    .option('--self-verify', 'with --reflect: try again without being told what was wrong')
    .option('--no-self-verify', 'with --reflect: try again after being told, whatever suits the model best');
  addRunOptions(command, 'every step')
    .addHelpText('after', '\nExample:\n  lavida generate "a photo of a red car" --out car.png')
    .action(async (prompt: string | undefined, options: GenerateOptions) => {
      process.exitCode = await generate(prompt, options);
    });
}
