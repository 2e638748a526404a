import { partOf, type ModelSizes, type PartName } from '../models/parts.ts';
import { arenaElements } from '../onnx/arena.ts';
import { elementsPerSession, type Pass } from './held-weights.ts';
import type { WeightTensor } from './weight-set.ts';
import type { EstimateWork } from './work.ts';

/** Planes of its widest level that a VQ autoencoder holds at once; fitted to the full-size decoder's peak at 1024 pixels. */
const livePlanes = 4.3;
/** Rows of a prompt beside pictures and canvas: system, micro-conditions, headers. */
const promptRows = 128;
/** Copies of a session's output: its own, the one handed over, and the one of the run before, which waits as garbage. */
const outputCopies = 3;
const float = 4;

/** What a group of sessions needs at its widest moment, and whether its arenas keep that to the end. */
interface Moment {
  bytes: number;
  kept: boolean;
}

/** Semantic tokens of a picture, at most: the base view, and tiles with a newline a row (MODEL §5). */
function pictureRows({ vision }: ModelSizes): number {
  if (!vision) return 0;
  const { side, imageSize, resolutions } = vision;
  const tiles = Math.max(0, ...resolutions.map(({ width, height }) => (width * height) / imageSize ** 2));
  return Math.round(side * side * (1 + tiles) + side * Math.sqrt(tiles));
}

/** One layer's states of text and image rows, in and out of its session: around attention, and in its MLP. */
function layerBytes({ transformer }: ModelSizes, textRows: number, imageRows: number): number {
  const { width, hidden, imageWidth, imageHidden } = transformer;
  const text = textRows * (10 * width + 3 * hidden);
  return (text + imageRows * (10 * width + 3 * imageHidden + 2 * imageWidth)) * float;
}

/** Keys and values of a prompt, kept for every layer, with the copies that are made as they come and are fed again. */
function keptPromptBytes({ transformer }: ModelSizes, rows: number): number {
  const { layers, keyValueHeads, headWidth } = transformer;
  return rows * layers * keyValueHeads * headWidth * 2 * float * 2;
}

/** The widest level of half a VQ autoencoder at a picture of `side` pixels. */
function planeBytes({ vq }: ModelSizes, side: number, half: 'VQ encoder' | 'VQ decoder'): number {
  const levels = vq.channels.map((channels, level) => {
    // Going up, a level's first block still has the channels of the coarser one.
    const coarser = half === 'VQ decoder' ? (vq.channels[level + 1] ?? channels) : channels;
    return Math.max(channels, coarser) * (side / 2 ** level) ** 2;
  });
  return livePlanes * Math.max(...levels) * float;
}

/** Every view of a picture as bytes and as numbers, cut before the first of them is looked at. */
function viewsInHand({ vision }: ModelSizes): number {
  if (!vision) return 0;
  const { imageSize, resolutions } = vision;
  const tiles = Math.max(0, ...resolutions.map(({ width, height }) => (width * height) / imageSize ** 2));
  return (1 + tiles) * imageSize ** 2 * 3 * float * 2;
}

/** One view of the vision tower. */
function viewBytes({ vision }: ModelSizes): number {
  if (!vision) return 0;
  const { patches, width, hidden, imageSize } = vision;
  return (patches ** 2 * (6 * width + 3 * hidden) + 6 * imageSize ** 2) * float;
}

/** Codes of the canvas, and the slots they take. */
function canvasOf({ vq, imageTokens }: ModelSizes, imageSize: number): { codes: number; slots: number } {
  const codes = (imageSize / vq.factor) ** 2;
  return { codes, slots: codes / (imageTokens?.compressed === true ? 4 : 1) };
}

/** The transformer over the guidance rows that share a batch: an edit's branch without its source runs apart. */
function paintLayers(sizes: ModelSizes, { edits, rows, imageSize }: EstimateWork): number {
  const { slots } = canvasOf(sizes, imageSize);
  const text = promptRows + (edits ? pictureRows(sizes) : 0);
  const together = edits ? Math.min(rows, 2) : rows;
  return layerBytes(sizes, together * text, together * slots * (edits ? 2 : 1));
}

/**
 * Codes to slots, and slots to logits. Every guidance row is widened to codes, but the head's product, the widest of
 * all, is made once, of the rows' sum; the masked codes are all codes at the first step.
 */
function imageTokenBytes({ imageTokens, ...sizes }: ModelSizes, { rows, imageSize }: EstimateWork): number {
  if (!imageTokens) return 0;
  const { codes } = canvasOf({ imageTokens, ...sizes }, imageSize);
  const { width, codes: vocabulary } = imageTokens;
  const input = 4 * width;
  const perRow = 6 * width;
  const summed = 4 * width + outputCopies * vocabulary;
  return codes * (input + rows * perRow + summed) * float;
}

/** Bytes besides the weights at a work's widest moment. */
export function workingBytes(
  sizes: ModelSizes,
  weights: readonly WeightTensor[],
  work: EstimateWork,
): number {
  const elementsOf = (part: PartName): number =>
    weights.reduce((sum, { name, elements }) => sum + (partOf(name) === part ? elements : 0), 0);
  const part = (name: PartName, bytes: number): Moment => ({
    bytes,
    kept: elementsOf(name) <= arenaElements,
  });
  const layers = (pass: Pass, bytes: number): Moment => ({
    bytes,
    kept: elementsPerSession(sizes, weights, pass) <= arenaElements,
  });
  const { imageSize, answer } = work;
  const moments: Moment[] = [];
  let inHand = 0;
  if (work.edits) moments.push(part('VQ encoder', planeBytes(sizes, imageSize, 'VQ encoder')));
  if (work.paints) {
    moments.push(layers('paint', paintLayers(sizes, work)));
    moments.push(part('image tokens', imageTokenBytes(sizes, work)));
    moments.push(part('VQ decoder', planeBytes(sizes, imageSize, 'VQ decoder')));
  }
  if (work.sees) {
    moments.push(part('vision tower', viewBytes(sizes)));
    inHand += viewsInHand(sizes);
  }
  if (work.reads || work.writes) {
    const rows = promptRows + (work.sees ? pictureRows(sizes) : 0);
    // Without the prompt's cache prompt and answer are computed together.
    moments.push(layers('read', layerBytes(sizes, rows + answer.length, 0)));
    if (work.writes) {
      moments.push(layers('write', layerBytes(sizes, answer.length, 0)));
      inHand += keptPromptBytes(sizes, rows);
    }
    const logits = answer.block * sizes.transformer.vocabulary * outputCopies * float;
    moments.push(part('text head', logits));
  }
  const kept = moments.reduce((sum, moment) => sum + (moment.kept ? moment.bytes : 0), 0);
  const passing = Math.max(0, ...moments.map((moment) => (moment.kept ? 0 : moment.bytes)));
  return kept + passing + inHand;
}
