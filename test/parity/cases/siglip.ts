import type { RgbImage } from '../../../electron/contract/events.ts';
import { black, midGray } from '../../../native/imaging/canvas.ts';
import { letterBox, padToSquareAndResize, resizeAndCenterCrop } from '../../../native/imaging/geometry.ts';
import {
  assembleTokens,
  cutViews,
  normalisedPixels,
  planViews,
} from '../../../native/network/vision/any-res.ts';
import { ImageEncoder } from '../../../native/network/vision/index.ts';
import { embedPrompt } from '../../../native/text/prompt-rows.ts';
import { visionConfig, type VisionConfig } from '../../../native/network/vision/vision-config.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { z } from 'zod';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, comparePictures, compareSteps, compareValues, type Row } from '../report.ts';

/** The fixture's config as a bundle would write it: the tower's own keys under vision_config. */
export function bundleJson(fixture: Fixture): Record<string, unknown> {
  const { config, siglip, d_model: width } = fixture.json;
  return { d_model: width, ...config, vision_config: siglip };
}

/** A recorded picture [height, width, 3]. */
export async function pictureOf(fixture: Fixture, name: string): Promise<RgbImage> {
  const [height = 0, width = 0] = shapeOf(fixture, name);
  return { width, height, rgb: Uint8Array.from(await fixture.tensors.readInt32(name)) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Names of the fixture's stages against ours. */
const stageNames: Record<string, string> = {
  resampled: 'resampled',
  projected: 'tokens',
  embeddings: 'embeddings',
};

async function* tower(fixture: Fixture, encoder: ImageEncoder, context: ParityContext): AsyncGenerator<Row> {
  const { tensors } = fixture;
  const { layers } = encoder.config;
  for (const name of casesWith(fixture, 'input', 'pixel_values')) {
    const pixels = await tensors.readFloat32(`input.${name}.pixel_values`);
    const stages = await encoder.tower.stages(pixels);
    for (const tensor of tensors.entries.keys()) {
      const leaf = tensor.startsWith(`expected.${name}.`) ? tensor.slice(`expected.${name}.`.length) : '';
      const stage = leaf === 'features' ? `layer_${layers - 1}` : (stageNames[leaf] ?? leaf);
      const actual = stages[stage];
      if (actual === undefined) continue;
      yield compareValues(name, leaf, actual, await tensors.readFloat32(tensor), context.tolerance);
    }
    const projected = `expected.${name}.projected`;
    if (has(fixture, projected)) {
      const one = await encoder.tower.tokens(pixels);
      yield compareValues(name, 'tokens', one, await tensors.readFloat32(projected), context.tolerance);
    }
    // The recorder could project unpooled features because its resampler keeps the width.
    const alone = `expected.${name}.projector_only`;
    const features = `expected.${name}.features`;
    if (has(fixture, alone) && has(fixture, features)) {
      const actual = await encoder.tower.project(await tensors.readFloat32(features));
      yield compareValues(
        name,
        'projector_only',
        actual,
        await tensors.readFloat32(alone),
        context.tolerance,
      );
    }
  }
}

/** Preprocessing, features, token order and prompt rows of recorded pictures. */
export async function* pictureRows(
  fixture: Fixture,
  encoder: ImageEncoder,
  weights: BundleWeights,
  name: string,
  tolerance: number,
): AsyncGenerator<Row> {
  const { tensors } = fixture;
  const { config } = encoder;
  const at = (part: 'input' | 'expected', leaf: string) => [part, name, leaf].filter(Boolean).join('.');
  const image = await pictureOf(fixture, at('input', 'image'));
  const plan = planViews(image, config, config.mode);
  const views = cutViews(image, config, plan).map((view) => normalisedPixels(view, config));
  const label = name || 'prompt';
  const pixels = await tensors.readFloat32(at('expected', 'pixel_values'));
  yield compareValues(label, 'pixel_values', joined(views), pixels, 0);
  const { tokens } = await encoder.encode(image);
  if (has(fixture, at('expected', 'tile_features'))) {
    const expected = await tensors.readFloat32(at('expected', 'tile_features'));
    const own = await encoder.tower.tokens(joined(views));
    yield compareValues(label, 'tile_features', own, expected, tolerance);
    // Token order alone: the recorded features must give the recorded sequence exactly.
    const size = expected.length / plan.views;
    const features = Array.from({ length: plan.views }, (_, i) =>
      expected.subarray(i * size, (i + 1) * size),
    );
    const newline = await weights.readFloat32('model.image_newline');
    const sequence = await tensors.readFloat32(at('expected', 'visual_tokens'));
    const ordered = assembleTokens(features, newline, plan, config.side);
    yield compareValues(label, 'token order', ordered, sequence, 0);
    yield compareValues(label, 'visual_tokens', tokens, sequence, tolerance);
  }
  for (const ids of [at('input', 'input_ids'), at('input', 'grounding.input_ids')]) {
    if (!has(fixture, ids)) continue;
    const embeds = ids.replace(/^input/u, 'expected').replace(/input_ids$/u, 'inputs_embeds');
    const rows = await embedPrompt(
      [...(await tensors.readInt32(ids))],
      [tokens],
      (text) => weights.readRows('model.transformer.wte.weight', text),
      config.textWidth,
    );
    const what = ids.includes('grounding') ? 'grounding embeds' : 'inputs_embeds';
    yield compareValues(label, what, rows.states, await tensors.readFloat32(embeds), tolerance);
    const raw = ids.replace(/^input/u, 'expected').replace(/input_ids$/u, 'raw_ids');
    if (has(fixture, raw)) yield compareIds(label, 'raw_ids', rows.ids, await tensors.readInt32(raw));
  }
}

const tableSchema = z.object({
  pinpoints: z.array(z.tuple([z.int(), z.int()])),
  rows: z.array(
    z.object({
      pil_size: z.tuple([z.int(), z.int()]),
      best: z.tuple([z.int(), z.int()]),
      grid: z.tuple([z.int(), z.int()]),
      side: z.int(),
      unpadded_h_w: z.tuple([z.int(), z.int()]),
      n_visual: z.int(),
    }),
  ),
});

/** The config with other sizes of views; only what any-res planning reads. */
function planningConfig(
  config: VisionConfig,
  imageSize: number,
  side: number,
  pinpoints: [number, number][],
): VisionConfig {
  return { ...config, imageSize, side, resolutions: pinpoints.map(([width, height]) => ({ width, height })) };
}

function* anyResTable(fixture: Fixture, config: VisionConfig): Generator<Row> {
  if (!('anyres_table' in fixture.json)) return;
  const { pinpoints, rows } = tableSchema.parse(fixture.json.anyres_table);
  let equal = 0;
  for (const row of rows) {
    const [width, height] = row.pil_size;
    const own = planningConfig(config, row.best[0] / row.grid[0], row.side, pinpoints);
    const { tiles, window, tokens } = planViews({ width, height }, own, 'anyres');
    const found = [tiles.width, tiles.height, window.bottom - window.top, window.right - window.left, tokens];
    const wanted = [...row.grid, ...row.unpadded_h_w, row.n_visual];
    if (found.every((value, i) => value === wanted[i])) equal++;
  }
  yield compareSteps('any-res table', 'tiles, margins, tokens', equal, rows.length);
}

/** Pictures whose prepared bytes are recorded: tiles of the published size, letter-boxes and crops. */
async function* preparedPictures(fixture: Fixture, config: VisionConfig): AsyncGenerator<Row> {
  const { tensors } = fixture;
  for (const name of casesWith(fixture, 'input', 'image')) {
    const image = await pictureOf(fixture, `input.${name}.image`);
    for (const tensor of tensors.entries.keys()) {
      if (!tensor.startsWith(`expected.${name}.`)) continue;
      const leaf = tensor.slice(`expected.${name}.`.length);
      const size = Number(/_(\d+)$/u.exec(leaf)?.[1] ?? 0);
      let made: ArrayLike<number>;
      if (leaf === 'expand2square') made = letterBox(image, midGray).rgb;
      else if (leaf.startsWith('pad_to_square')) made = padToSquareAndResize(image, size, black).rgb;
      else if (leaf.startsWith('resize_and_center_crop')) made = resizeAndCenterCrop(image, size).rgb;
      else if (leaf === 'tiles_u8' || leaf === 'pixel_row') {
        const imageSize = shapeOf(fixture, tensor)[2] ?? 0;
        const { pinpoints } = tableSchema.parse(fixture.json.anyres_table);
        const own = planningConfig(config, imageSize, config.side, pinpoints);
        const views = cutViews(image, own, planViews(image, own, 'anyres'));
        if (leaf === 'tiles_u8') made = views.flatMap((view) => [...view.rgb]);
        else {
          const at = rowOf(fixture, tensor);
          made = views.flatMap((view) => rowOfPlanes(normalisedPixels(view, own), imageSize, at));
        }
      } else continue;
      const exact = compareValues(name, leaf, made, await tensors.readFloat32(tensor), 0);
      yield leaf === 'pixel_row'
        ? exact
        : { ...comparePictures(name, leaf, made, await tensors.readInt32(tensor)), pass: exact.pass };
    }
  }
}

/** The pixel row that the tensor's description names, such as `y=200`. */
function rowOf(fixture: Fixture, tensor: string): number {
  const docs = z.record(z.string(), z.looseObject({ doc: z.string() })).parse(fixture.json.tensors ?? {});
  return Number(/y=(\d+)/u.exec(docs[tensor]?.doc ?? '')?.[1] ?? 0);
}

function rowOfPlanes(planes: Float32Array, side: number, y: number): number[] {
  return [0, 1, 2].flatMap((c) => [...planes.subarray((c * side + y) * side, (c * side + y + 1) * side)]);
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const config = visionConfig(bundleJson(fixture), weights);
  if (config === null) throw new Error('the fixture holds no vision tower');
  const encoder = new ImageEncoder(weights, config, context);
  try {
    yield* tower(fixture, encoder, context);
    for (const name of casesWith(fixture, 'input', 'image')) {
      if (has(fixture, `expected.${name}.pixel_values`)) {
        yield* pictureRows(fixture, encoder, weights, name, context.tolerance);
      }
    }
    yield* preparedPictures(fixture, config);
    yield* anyResTable(fixture, config);
  } finally {
    await encoder.release();
    await weights.close();
  }
}

/** Vision tower, resampler, projector, preprocessing and token order (MODEL §5). */
export const siglipCase: ParityCase = {
  name: 'siglip',
  matches: (fixture) =>
    [...fixture.tensors.entries.keys()].some((name) => name.startsWith('model.vision_tower.')) &&
    casesWith(fixture, 'input', 'image').length > 0,
  run,
};
