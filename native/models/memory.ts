import type { ExpectedShape } from '../network/shapes.ts';
import { blockBytes, blocksPerRow, quantizationBlock } from '../tensor/quantize.ts';
import { expectedTensors, partOf, type ModelSizes, type PartName } from './parts.ts';
import { bitsOf, isQuantizable, type Precision } from './precision.ts';

/** What a user does with a model; each loads the parts it needs and no more (MODEL §2.6). */
export const taskNames = ['text-to-image', 'edit', 'ask', 'ground'] as const;
export type TaskName = (typeof taskNames)[number];

const image: readonly PartName[] = ['text layers', 'image layers', 'image tokens', 'VQ decoder'];
const sight: readonly PartName[] = ['vision tower', 'resampler', 'projector'];
/** Parts a task cannot do without. The text embedding is read row by row from the file. */
export const neededParts: Readonly<Record<TaskName, readonly PartName[]>> = {
  'text-to-image': ['text embedding', ...image],
  edit: ['text embedding', ...image, ...sight, 'VQ encoder'],
  ask: ['text embedding', 'text layers', 'text head', ...sight],
  ground: ['text embedding', 'text layers', 'text head', ...sight],
};

/** Packed matrices take this much more memory than their file (ORT facts: 3.76 GiB held for 3.54 GiB). */
const packingOverhead = 1.06;
/** Planes of the widest decoder layer alive at a time (measured: 2.1 to 2.6 GiB at 1024 pixels). */
const decoderPlanes = 2.5;
/** Positions of a prompt with a picture, and of one without. */
const pictureTokens = 1100;
const promptTokens = 128;

/** Share of a tensor that a task loads: all, nothing, or the rows of a shared matrix that the gen branch uses. */
function shareNeeded(name: string, task: TaskName, sizes: ModelSizes): number {
  const part = partOf(name);
  if (part === null || part === 'text embedding' || !neededParts[task].includes(part)) return 0;
  const layer = /^model\.transformer\.blocks\.(\d+)\.(\w+)\./u.exec(name);
  const { jointLayers, width, imageWidth } = sizes.transformer;
  const paints = task === 'text-to-image' || task === 'edit';
  if (part !== 'text layers' || !layer || !paints || Number(layer[1]) < jointLayers - 1) return 1;
  if (layer[2] === 'attn_out') return imageWidth / width;
  const isLastJoint = Number(layer[1]) === jointLayers - 1;
  return isLastJoint && ['attn_norm', 'k_proj', 'v_proj'].includes(layer[2] ?? '') ? 1 : 0;
}

/** Bytes a tensor takes in memory at a precision: quantised matrices packed, everything else float32. */
function residentBytes([name, shape]: ExpectedShape, precision: Precision): number {
  const bits = bitsOf(precision);
  const [rows = 1, columns = 1] = shape;
  if (bits === null || !isQuantizable(name, shape, quantizationBlock)) {
    return shape.reduce((product, length) => product * length, 4);
  }
  const layout = { bits, block: quantizationBlock, columns };
  return rows * blocksPerRow(layout) * (blockBytes(layout) + 4) * packingOverhead;
}

/** Bytes of weights a task keeps in memory. */
export function weightBytes(sizes: ModelSizes, task: TaskName, precision: Precision): number {
  let bytes = 0;
  for (const tensor of expectedTensors(sizes)) {
    const share = shareNeeded(tensor[0], task, sizes);
    if (share > 0) bytes += share * residentBytes(tensor, precision);
  }
  return bytes;
}

/** Bytes besides the weights at a task's widest moment: one layer's states, the image logits, or the decoder's planes. */
export function activationBytes(sizes: ModelSizes, task: TaskName, imageSize: number): number {
  const { width, hidden, imageHidden, imageWidth } = sizes.transformer;
  const textRow = 5 * width + 3 * hidden;
  if (task === 'ask' || task === 'ground') return pictureTokens * textRow * 4;
  const rows = task === 'edit' ? 3 : 2;
  const codes = (imageSize / sizes.vq.factor) ** 2;
  const slots = (codes / (sizes.imageTokens?.compressed === true ? 4 : 1)) * (task === 'edit' ? 2 : 1);
  const text = task === 'edit' ? pictureTokens : promptTokens;
  const layer = rows * (slots * (5 * width + 3 * imageHidden + 2 * imageWidth) + text * textRow) * 4;
  const logits = rows * codes * (2 * (sizes.imageTokens?.codes ?? 0) + 3 * imageWidth) * 4;
  const planes = decoderPlanes * Math.max(...sizes.vq.channels.slice(0, 2)) * imageSize ** 2 * 4;
  return Math.max(layer, logits, planes);
}
