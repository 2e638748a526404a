/** `node test/eval/check.ts PICTURE...`: what the sprite checker sees in pictures, one JSON line each. */
import { Command } from 'commander';
import { integer } from '../../native/cli/arguments.ts';
import { readImage } from '../../native/imaging/decode.ts';
import { Checker, faintThresholds } from './checker/checker.ts';
import { colorNames } from './scene/scene.ts';
import { SpriteSheet } from './scene/sheet.ts';

interface CheckOptions {
  objects?: string;
  sizes?: number[];
  faint?: boolean;
}

function splitNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

await new Command('check')
  .description(
    'Prints what the sprite checker sees in each picture: {file, background, objects: [{name, color, size, x, y, box, score, depth}]}.',
  )
  .argument('<picture...>', 'square PNG, JPEG or WebP files of the size of the scenes')
  .option('--objects <names>', 'objects to look for, with commas between them (default: the whole sheet)')
  .option(
    '--sizes <pixels>',
    "sides of sprites, with commas between them (default: half the picture's side)",
    (text) => splitNames(text).map(integer),
  )
  .option('--faint', 'also count what fits badly: what then still is not there cannot be seen at all')
  .action(async (files: string[], { objects, sizes, faint }: CheckOptions) => {
    const sheet = new SpriteSheet();
    const names = objects === undefined ? sheet.names : splitNames(objects);
    const checkers = new Map<number, Checker>();
    for (const file of files) {
      const { image } = await readImage(file);
      const imageSize = image.width;
      const vocabulary = { names, colors: colorNames, imageSize, sizes: sizes ?? [imageSize / 2] };
      const checker =
        checkers.get(imageSize) ?? new Checker(sheet, vocabulary, faint ? faintThresholds : undefined);
      checkers.set(imageSize, checker);
      const { background, detections } = checker.look(image);
      const seen = detections.map(({ name, color, size, x, y, box, score, depth }) => ({
        name,
        color,
        size,
        x,
        y,
        box,
        score: Number(score.toFixed(3)),
        depth,
      }));
      console.log(JSON.stringify({ file, background, objects: seen }));
    }
  })
  .parseAsync();
