import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import type { stepPictureKinds } from '../../electron/contract/traces.ts';
import { LavidaError } from '../errors.ts';
import type { TraceFile } from './reader.ts';

type PictureKind = (typeof stepPictureKinds)[number];

/** What decodes codes, wherever it runs. */
export interface Decoder {
  ready(): Promise<ModelInfo>;
  decode(ids: Uint16Array, grid: { width: number; height: number }): Promise<RgbImage>;
}

/** @throws LavidaError model.other when another model than the loaded one made the run */
async function assertSameModel(trace: TraceFile, decoder: Decoder): Promise<void> {
  const { model: made } = trace.head;
  const model = await decoder.ready();
  if (model.fingerprint === made.fingerprint) return;
  const other = made.name === model.name ? `another version of ${model.name}` : model.name;
  throw new LavidaError(
    'model.other',
    `This picture was made with ${made.name}, but ${other} is loaded.`,
    `fingerprint ${made.fingerprint}, not ${model.fingerprint}`,
  );
}

/**
 * The picture once `finished` steps of a round are done: committed codes with masked cells grey, or with the drafts
 * filled in (x0). Before the first step only given codes show.
 * @param round from 1; the last one when left out
 * @throws LavidaError model.other when another model made the run, request.invalid when there is no such step
 */
export async function stepPicture(
  trace: TraceFile,
  decoder: Decoder,
  finished: number,
  kind: PictureKind,
  round?: number,
): Promise<RgbImage> {
  await assertSameModel(trace, decoder);
  const { grid, maskId } = trace.head;
  const { ids, drafted } = await trace.readStep(Math.max(0, finished - 1), round);
  const filled = ids.map((code, at) => (code === maskId ? (drafted[at] as number) : code));
  const image = await decoder.decode(filled, grid);
  if (kind === 'x0' && finished > 0) return image;
  const shown = finished > 0 ? ids : await trace.codesAt(0, round);
  return greyOut(image, grid, (cell) => shown[cell] === maskId);
}

const grey = 0x80;

/** A copy of the picture with the cells `isHidden` names (raster index on the grid) in mid grey. */
function greyOut(
  image: RgbImage,
  grid: { width: number; height: number },
  isHidden: (cell: number) => boolean,
): RgbImage {
  const rgb = image.rgb.slice();
  const cellWidth = image.width / grid.width;
  const cellHeight = image.height / grid.height;
  for (let cell = 0; cell < grid.width * grid.height; cell++) {
    if (!isHidden(cell)) continue;
    const left = (cell % grid.width) * cellWidth;
    const top = Math.floor(cell / grid.width) * cellHeight;
    for (let y = top; y < top + cellHeight; y++) {
      const from = (y * image.width + left) * 3;
      rgb.fill(grey, from, from + cellWidth * 3);
    }
  }
  return { ...image, rgb };
}
