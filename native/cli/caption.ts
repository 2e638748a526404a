import type { Command } from 'commander';
import { addRunOptions, parseRequest, readPictureFile } from './arguments.ts';
import { addAnswerOptions, answerValues, tellAnswer, type AnswerOptions } from './ask.ts';
import { runRequest } from './run-request.ts';

/** Room for a sentence and about ten boxes of 11 tokens. */
const captionLength = 128;

export function registerCaption(program: Command): void {
  const command = program
    .command('caption')
    .summary('describe a picture, with boxes')
    .description('Describes what is in a picture, in words and boxes in its pixels, on standard output.')
    .argument('<image>', 'PNG, JPEG or WebP');
  addAnswerOptions(command, captionLength);
  addRunOptions(command, 'every committed token')
    .addHelpText('after', '\nExample:\n  lavida caption car.png')
    .action(async (file: string, options: AnswerOptions) => {
      process.exitCode = await runRequest(options, {
        files: [],
        request: async () =>
          parseRequest({ ...answerValues(options), task: 'caption', image: await readPictureFile(file) }),
        tell: tellAnswer,
      });
    });
}
