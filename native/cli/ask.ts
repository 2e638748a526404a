import { Option, type Command } from 'commander';
import { publishedAnswerDefaults, remaskingNames } from '../../electron/contract/request.ts';
import {
  addRunOptions,
  defined,
  integer,
  number,
  parseRequest,
  readPictureFile,
  type RunOptions,
} from './arguments.ts';
import { runRequest, type Outcome } from './run-request.ts';

/** Options of an answer by text diffusion; numbers are checked by the request schema. */
export interface AnswerOptions extends RunOptions {
  seed: number;
  length?: number;
  block?: number;
  stepRatio?: number;
  temperature?: number;
  remasking?: string;
  /** False with --no-prefix-cache. */
  prefixCache: boolean;
  fast?: boolean;
}

export function addAnswerOptions(command: Command, length: number): Command {
  return command
    .option('--seed <n>', 'random seed', integer, 42)
    .option('--length <n>', 'tokens of the answer, whole blocks', integer, length)
    .option('--block <n>', 'tokens of a block', integer)
    .option('--step-ratio <r>', 'steps a block takes, as a fraction of its tokens', number)
    .option('--temperature <t>', 'sampling temperature; 0 takes the most probable token', number)
    .addOption(new Option('--remasking <name>', 'how confidence is measured').choices(remaskingNames))
    .option('--no-prefix-cache', 'compute the prompt together with the answer at every step')
    .option('--fast', 'commit several tokens a step by confidence (fast-dLLM)');
}

/** The settings of an answer as a request has them. */
export function answerValues(options: AnswerOptions): Record<string, unknown> {
  return {
    version: 1,
    ...publishedAnswerDefaults,
    prefixCache: options.prefixCache,
    ...defined({
      seed: options.seed,
      length: options.length,
      blockLength: options.block,
      stepRatio: options.stepRatio,
      temperature: options.temperature,
      remasking: options.remasking,
      parallel: options.fast ? { factor: 1, threshold: null } : undefined,
    }),
  };
}

/** The answer on standard output, its boxes a line each. */
export function tellAnswer({ answer }: Outcome): void {
  if (!answer) return;
  console.log(answer.text);
  for (const { name, box } of answer.boxes) {
    console.log(`${box.map((edge) => edge.toFixed(0)).join(' ')}\t${name}`);
  }
}

export function registerAsk(program: Command): void {
  const command = program
    .command('ask')
    .summary('ask about a picture')
    .description('Answers a question about a picture, on standard output.')
    .argument('<image>', 'PNG, JPEG or WebP')
    .argument('<question>')
    .option('--reasoning', 'ask for detailed reasoning');
  addAnswerOptions(command, publishedAnswerDefaults.length);
  addRunOptions(command, 'every committed token')
    .addHelpText('after', '\nExample:\n  lavida ask car.png "What colour is the car?"')
    .action(async (file: string, question: string, options: AnswerOptions & { reasoning?: boolean }) => {
      process.exitCode = await runRequest(options, {
        files: [],
        request: async () =>
          parseRequest({
            ...answerValues(options),
            task: 'ask',
            prompt: question,
            image: await readPictureFile(file),
            history: [],
            reasoning: options.reasoning ?? false,
          }),
        tell: tellAnswer,
      });
    });
}
