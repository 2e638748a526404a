import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { groundDefaults } from '../../electron/contract/ground.ts';
import { LavidaError } from '../errors.ts';
import { drawBoxes } from '../imaging/draw-boxes.ts';
import { encodePng } from '../library/png.ts';
import { writeFileSafely } from '../library/safe-file.ts';
import { openPicture } from '../tasks/picture-source.ts';
import {
  addRunOptions,
  defined,
  integer,
  parseRequest,
  readPictureFile,
  type RunOptions,
} from './arguments.ts';
import { runRequest, type Outcome } from './run-request.ts';

interface GroundOptions extends RunOptions {
  out?: string;
  steps?: number;
  mode?: string;
  restrict?: boolean;
}

function tellBoxes({ boxes }: Outcome): void {
  for (const { phrase, box, confidence, problem } of boxes?.boxes ?? []) {
    const place = box ? box.map((edge) => edge.toFixed(0)).join(' ') : '-';
    console.log([place, confidence.toFixed(3), phrase, ...(problem ? [problem] : [])].join('\t'));
  }
}

/** Writes the picture with its boxes drawn in. */
async function saveAnnotated(out: string, { request, boxes }: Outcome): Promise<string> {
  if (request.task !== 'ground' || !boxes) throw new LavidaError('internal', 'The run ended without boxes.');
  const drawn = drawBoxes(
    openPicture(request.image),
    boxes.boxes.flatMap(({ box }, i) => (box ? [{ box, label: i + 1 }] : [])),
  );
  const names = boxes.boxes.map(({ phrase }, i) => `${i + 1} ${phrase}`).join('\n');
  await writeFileSafely(out, encodePng(drawn, [{ keyword: 'Description', text: names }]));
  return out;
}

export function registerGround(program: Command): void {
  const command = program
    .command('ground')
    .summary('find things in a picture')
    .description(
      'Finds what phrases name in a picture. Prints left, top, right, bottom in pixels, the confidence and the phrase.',
    )
    .argument('<image>', 'PNG, JPEG or WebP')
    .argument('<phrase...>', 'what to find')
    .option('-o, --out <file>', 'a PNG to write with the boxes drawn in, numbered like the lines')
    .option('--steps <n>', '1, 2 or 4 forwards a phrase; more than one needs the mode rec', (text) => {
      const steps = integer(text);
      if (![1, 2, 4].includes(steps)) throw new InvalidArgumentError('It must be 1, 2 or 4.');
      return steps;
    })
    .addOption(
      new Option('--mode <name>', 'dense: all phrases in one forward; rec: one at a time').choices([
        'dense',
        'rec',
      ]),
    )
    .option('--restrict', 'choose among coordinate tokens only, so that no box is malformed');
  addRunOptions(command, 'the boxes of every pass')
    .addHelpText('after', '\nExample:\n  lavida ground street.jpg "a red car" "the dog" --out boxes.png')
    .action(async (file: string, phrases: string[], options: GroundOptions) => {
      const { out, steps, mode, restrict } = options;
      const several = steps !== undefined && steps > 1;
      process.exitCode = await runRequest(options, {
        files: out === undefined ? [] : [out],
        request: async () =>
          parseRequest({
            version: 1,
            task: 'ground',
            ...groundDefaults,
            phrases,
            image: await readPictureFile(file),
            ...defined({
              steps,
              mode: mode === 'rec' || (several && mode === undefined) ? 'expression' : mode,
              restrictToBins: restrict,
            }),
          }),
        ...(out === undefined ? {} : { save: (outcome: Outcome) => saveAnnotated(resolve(out), outcome) }),
        tell: tellBoxes,
      });
    });
}
