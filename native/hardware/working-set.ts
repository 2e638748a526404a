import type { ModelSizes } from '../models/parts.ts';
import type { EstimateWork } from './work.ts';

/** Planes of its widest level that a VQ autoencoder holds at once; fitted to the full-size decoder's peak at 1024 pixels. */
const livePlanes = 4.3;
/** Rows of a prompt beside pictures and canvas: system, micro-conditions, headers. */
const promptRows = 128;
/** Rows of a layout or an answer where nobody says how long. */
const answerRows = 128;
const float = 4;

/** Semantic tokens of a picture, at most: the base view, and tiles with a newline a row (MODEL §5). */
function pictureRows({ vision }: ModelSizes): number {
  if (!vision) return 0;
  const { side, imageSize, resolutions } = vision;
  const tiles = Math.max(0, ...resolutions.map(({ width, height }) => (width * height) / imageSize ** 2));
  return Math.round(side * side * (1 + tiles) + side * Math.sqrt(tiles));
}

/** One layer's states of text and image rows, in and out of its session. */
function layerBytes({ transformer }: ModelSizes, textRows: number, imageRows: number): number {
  const { width, hidden, imageWidth, imageHidden } = transformer;
  const text = textRows * (5 * width + 3 * hidden);
  return (text + imageRows * (5 * width + 3 * imageHidden + 2 * imageWidth)) * float;
}

/** Keys and values of a prompt, kept for every layer, with the copy that is made as they come. */
function keptPromptBytes({ transformer }: ModelSizes, rows: number): number {
  const { layers, keyValueHeads, headWidth } = transformer;
  return rows * layers * keyValueHeads * headWidth * 2 * float * 1.5;
}

/** The widest level of a VQ autoencoder at a picture of `side` pixels. */
function planeBytes({ vq }: ModelSizes, side: number): number {
  const levels = vq.channels.map((channels, level) => {
    const coarser = vq.channels[level + 1] ?? channels;
    return Math.max(channels, coarser) * (side / 2 ** level) ** 2;
  });
  return livePlanes * Math.max(...levels) * float;
}

/** One view of the vision tower. */
function viewBytes({ vision }: ModelSizes): number {
  if (!vision) return 0;
  const { patches, width, hidden, imageSize } = vision;
  return (patches ** 2 * (6 * width + 3 * hidden) + 6 * imageSize ** 2) * float;
}

function paintBytes(sizes: ModelSizes, { edits, rows, imageSize }: EstimateWork): number {
  const codes = (imageSize / sizes.vq.factor) ** 2;
  const slots = codes / (sizes.imageTokens?.compressed === true ? 4 : 1);
  const text = promptRows + (edits ? pictureRows(sizes) : 0);
  const width = sizes.imageTokens?.width ?? 0;
  const logits = rows * codes * (2 * (sizes.imageTokens?.codes ?? 0) + 3 * width) * float;
  return Math.max(layerBytes(sizes, rows * text, rows * slots * (edits ? 2 : 1)), logits);
}

function writeBytes(sizes: ModelSizes, { sees }: EstimateWork, keeps: boolean): number {
  const rows = promptRows + (sees ? pictureRows(sizes) : 0);
  const logits = answerRows * sizes.transformer.vocabulary * 3 * float;
  const kept = keeps ? keptPromptBytes(sizes, rows) : 0;
  return Math.max(layerBytes(sizes, rows, 0), logits) + kept;
}

/** Bytes besides the weights at a work's widest moment. */
export function workingBytes(sizes: ModelSizes, work: EstimateWork): number {
  const phases: number[] = [0];
  if (work.paints) phases.push(paintBytes(sizes, work), planeBytes(sizes, work.imageSize));
  if (work.sees) phases.push(viewBytes(sizes));
  if (work.writes) phases.push(writeBytes(sizes, work, true));
  if (work.reads) phases.push(writeBytes(sizes, work, false));
  return Math.max(...phases);
}
