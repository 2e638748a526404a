import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { ResultPlace, RgbImage } from '../../electron/contract/events.ts';
import type { EditRequest, Extension, PictureFrame } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import { crop } from '../imaging/canvas.ts';
import { extendPicture } from '../imaging/extend.ts';
import { sizeLimit } from '../imaging/image-file.ts';
import { padToSquareAndResize, resizeAndCenterCrop } from '../imaging/geometry.ts';
import { resize } from '../imaging/resize.ts';
import { RegionLock, type OpenPart } from './region.ts';

/** What the two paths into the network see of a source picture (PIPELINE §5). */
export interface FittedSource {
  /** Of the semantic path, of whatever size. */
  seen: RgbImage;
  /** Of the VQ path: the model's square. */
  square: RgbImage;
}

/** A source picture as an edit works on it. */
export interface EditView extends FittedSource {
  /** What may change; undefined where the square is painted as a whole and is the result. */
  lock: RegionLock | undefined;
  /** Where the square lies on the result; undefined where it is the result. */
  place: ResultPlace | undefined;
}

/** `crop`: both paths see the middle square. `pad`: the whole picture, letter-boxed on black for the VQ path. */
export function fitSource(image: RgbImage, side: number, fit: 'crop' | 'pad'): FittedSource {
  const seen = fit === 'crop' ? resizeAndCenterCrop(image, side) : image;
  return { seen, square: padToSquareAndResize(seen, side) };
}

/** A frame of the picture as the model's square; what lies beyond the picture continues its edge. */
function frameSource(image: RgbImage, { left, top, side: length }: PictureFrame, side: number): FittedSource {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  const width = Math.min(image.width, left + length) - x;
  const height = Math.min(image.height, top + length) - y;
  const whole = extendPicture(crop(image, x, y, width, height), {
    left: x - left,
    top: y - top,
    right: left + length - x - width,
    bottom: top + length - y - height,
  });
  const square = resize(whole, side, side, 'lanczos');
  return { seen: square, square };
}

/** @throws LavidaError frame.outside */
function checkFrame(frame: PictureFrame, image: RgbImage, { grid }: ModelInfo): void {
  const { left, top, side } = frame;
  const limit = sizeLimit(side, side);
  if (limit) {
    throw new LavidaError('frame.outside', `A frame of ${side} × ${side} pixels is too large.`, limit);
  }
  if (left >= image.width || top >= image.height || left + side <= 0 || top + side <= 0) {
    throw new LavidaError(
      'frame.outside',
      'The frame lies beside the picture.',
      `left ${left}, top ${top}, side ${side}; the picture has ${image.width} × ${image.height} pixels`,
    );
  }
  if (side < grid.width) {
    throw new LavidaError(
      'frame.outside',
      `The frame is ${side} pixels wide; this model needs at least ${grid.width}.`,
      'Each of its tokens has to stand for a pixel at least.',
    );
  }
}

/** @throws LavidaError request.invalid when the picture would be larger than any that can be opened */
function extended(source: RgbImage, margins: Extension): RgbImage {
  const width = source.width + margins.left + margins.right;
  const height = source.height + margins.top + margins.bottom;
  const limit = sizeLimit(width, height);
  if (limit) {
    throw new LavidaError(
      'request.invalid',
      `The extended picture would be too large: ${width} × ${height} pixels.`,
      limit,
    );
  }
  return extendPicture(source, margins);
}

/** What may change, in pixels of the picture as extended; undefined for all of the model's square. */
function openPart(
  request: EditRequest,
  frame: PictureFrame | undefined,
  picture: RgbImage,
): OpenPart | undefined {
  const { extend, region } = request;
  if (extend) {
    const { left, top, right, bottom, feather } = extend;
    if (region) {
      throw new LavidaError(
        'request.invalid',
        'A picture is extended or edited in a region, not both at once.',
      );
    }
    if (left + top + right + bottom === 0) {
      throw new LavidaError('request.invalid', 'The extension adds nothing: all four sides are 0.');
    }
    const inner = [left, top, picture.width - right, picture.height - bottom] as const;
    return { kind: 'added', inner, feather };
  }
  if (region || !frame) return region;
  const { left, top, side } = frame;
  const right = Math.min(picture.width, left + side);
  const bottom = Math.min(picture.height, top + side);
  return { kind: 'box', box: [Math.max(0, left), Math.max(0, top), right, bottom], feather: 0 };
}

/**
 * What an edit sees of its source and what it may change: the picture extended, the frame cut out of it.
 * @throws LavidaError frame.outside, region.outside, region.size, request.invalid, file.missing, file.invalid
 */
export function editView(request: EditRequest, source: RgbImage, info: ModelInfo): EditView {
  const { extend, fit } = request;
  const picture = extend ? extended(source, extend) : source;
  // Requests count from the picture as it was before anything is added.
  const frame = request.frame && {
    side: request.frame.side,
    left: request.frame.left + (extend?.left ?? 0),
    top: request.frame.top + (extend?.top ?? 0),
  };
  if (frame) checkFrame(frame, picture, info);
  const open = openPart(request, frame, picture);
  if (request.reads === 'description' && !open) {
    throw new LavidaError(
      'request.invalid',
      'A description needs a part of the picture to paint: a mask, a box, a frame or an extension.',
      'A whole picture is painted after a description by text-to-image.',
    );
  }
  const lock = open && new RegionLock(open, picture, info.imageSize, frame ?? fit);
  const fitted = frame
    ? frameSource(picture, frame, info.imageSize)
    : fitSource(picture, info.imageSize, fit);
  return { ...fitted, lock, place: lock && placeOf(lock) };
}

function placeOf({ source, placement }: RegionLock): ResultPlace {
  const { side, scaleX, scaleY, left, top } = placement;
  const { width, height } = source;
  return { width, height, square: [left, top, left + side * scaleX, top + side * scaleY] };
}
