import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ModelInfo } from '../../electron/contract/engine.ts';
import { addedStretch, frameAround, type Stretch } from '../../electron/contract/frame.ts';
import {
  readings,
  type Extension,
  type PictureFrame,
  type PictureSource,
  type Region,
} from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import type { Size } from '../imaging/geometry.ts';
import { maskBounds } from '../imaging/grid-cells.ts';
import { openPicture } from '../tasks/picture-source.ts';
import { integer } from './arguments.ts';

export interface FrameOptions {
  frame?: 'auto' | PictureFrame;
  extend?: readonly [number, number, number, number];
  reads?: string;
}

/** Whole numbers between commas. */
function integers(text: string, count: number, words: string): number[] {
  const parts = text.split(',').map((part) => integer(part));
  if (parts.length !== count) throw new InvalidArgumentError(`It must be ${words} in pixels.`);
  return parts;
}

function frame(text: string): 'auto' | PictureFrame {
  if (text === 'auto') return text;
  const [left = 0, top = 0, side = 0] = integers(text, 3, 'auto, or three numbers: left,top,side');
  return { left, top, side };
}

function extension(text: string): [number, number, number, number] {
  return integers(text, 4, 'four numbers: left,top,right,bottom') as [number, number, number, number];
}

export function addFrameOptions(command: Command): Command {
  return command
    .option(
      '--frame <left,top,side>',
      'the square of the picture that the model sees and paints, in pixels; auto: around what may change',
      frame,
    )
    .option(
      '--extend <left,top,right,bottom>',
      'pixels to add on each side; only they are painted (with --frame auto unless a frame is given)',
      extension,
    )
    .addOption(
      new Option(
        '--reads <how>',
        'instruction: what to change; description: what the open part shows',
      ).choices(readings),
    );
}

/** The added sides as typed. */
export function extensionOf({ extend }: FrameOptions, feather: number): Extension | undefined {
  if (!extend) return undefined;
  const [left, top, right, bottom] = extend;
  return { left, top, right, bottom, feather };
}

function stretchOf(region: Region, picture: Size): Stretch {
  if (region.kind === 'box') {
    const [x0, y0, x1, y1] = region.box;
    return { x0, y0, x1, y1 };
  }
  const [x0, y0, x1, y1] = maskBounds(openPicture(region.mask)) ?? [0, 0, picture.width, picture.height];
  return { x0, y0, x1, y1 };
}

/** The frame as typed, or the one around what may change. @throws LavidaError request.invalid, file.* */
export function frameOf(
  options: FrameOptions,
  image: PictureSource,
  { region, extend }: { region: Region | undefined; extend: Extension | undefined },
  { grid, imageSize }: ModelInfo,
): PictureFrame | undefined {
  const wanted = options.frame ?? (extend ? 'auto' : undefined);
  if (wanted !== 'auto') return wanted;
  const picture = openPicture(image);
  const { width, height } = picture;
  const model = { cells: grid.width, side: imageSize };
  if (extend) {
    const whole = { x0: -extend.left, y0: -extend.top, x1: width + extend.right, y1: height + extend.bottom };
    return frameAround(addedStretch(picture, extend), whole, model);
  }
  if (!region) {
    throw new LavidaError('request.invalid', '--frame auto needs --mask, --box or --extend to be around.');
  }
  return frameAround(stretchOf(region, picture), { x0: 0, y0: 0, x1: width, y1: height }, model);
}
