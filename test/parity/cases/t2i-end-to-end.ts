import { imageTokenConfig, transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot } from '../../../native/network/elastic-mot.ts';
import { ImageTokenInput, ImageTokenOutput, type Grid } from '../../../native/network/image-tokens.ts';
import { vqConfig } from '../../../native/network/vq-config.ts';
import { VqModel } from '../../../native/network/vq-model.ts';
import { ImageEncoder } from '../../../native/network/vision/index.ts';
import { embedPrompt, imagePlaceholder } from '../../../native/text/prompt-rows.ts';
import { visionConfig } from '../../../native/network/vision/vision-config.ts';
import { padToSquareAndResize } from '../../../native/imaging/geometry.ts';
import { BranchForward, type EmbeddedPrompt } from '../../../native/tasks/branch-forward.ts';
import { branchWeights } from '../../../native/tasks/canvas.ts';
import {
  guidanceBranches,
  type BranchName,
  type GuidanceBranch,
  type RowKind,
} from '../../../native/tasks/guidance-branches.ts';
import { toRgbImage } from '../../../native/tasks/preview.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { z } from 'zod';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, shapeOf, type Fixture } from '../fixture.ts';
import { compareIds, comparePictures, compareValues, Worst, type Row } from '../report.ts';
import { compareImageRun, editModeOf, type GuidanceRequest } from './image-run.ts';
import { bundleJson, pictureOf } from './siglip.ts';

/** Ids of a fixture's JSON; keys carry the published value in brackets. */
interface Constants {
  mask: number;
  canvasSlot: number;
  sourceSlot: number;
  endOfTurn: number;
  imageMask: number;
  grid: Grid;
  imageSize: number;
}

function constantsOf(fixture: Fixture): Constants {
  const entries = Object.entries(z.record(z.string(), z.unknown()).parse(fixture.json['constants']));
  const value = (name: string): unknown => entries.find(([key]) => key.replace(/\(.*$/u, '') === name)?.[1];
  const id = (name: string): number => z.number(`the JSON does not tell ${name}`).parse(value(name));
  const [height, width] = z.tuple([z.int(), z.int()]).parse(value('grid'));
  return {
    mask: id('mask_id'),
    canvasSlot: id('gen_slot_id'),
    sourceSlot: id('enc_slot_id'),
    endOfTurn: id('eot_id'),
    imageMask: id('img_mask_id'),
    grid: { width, height },
    imageSize: id('image_resolution'),
  };
}

/** The network of a fixture, made of the engine's own parts. */
class Parts {
  readonly weights: BundleWeights;
  readonly mot: ElasticMot;
  readonly imageInput: ImageTokenInput;
  readonly imageOutput: ImageTokenOutput;
  readonly vq: VqModel;
  readonly vision: ImageEncoder | null;

  constructor(weights: BundleWeights, fixture: Fixture, context: ParityContext) {
    const json = bundleJson(fixture);
    const transformer = transformerConfig(json, weights);
    const tokens = imageTokenConfig(json, weights);
    const vq = vqConfig(z.record(z.string(), z.unknown()).parse(fixture.json['vq']), weights);
    if (!tokens || !vq) throw new Error('the fixture holds no image-token modules or no VQ model');
    const vision = 'siglip' in fixture.json ? visionConfig(json, weights) : null;
    this.weights = weights;
    this.mot = new ElasticMot(weights, transformer, context);
    this.imageInput = new ImageTokenInput(weights, tokens, context);
    this.imageOutput = new ImageTokenOutput(weights, tokens, context);
    this.vq = new VqModel(weights, vq, context);
    this.vision = vision && new ImageEncoder(weights, vision, context);
  }

  async release(): Promise<void> {
    await this.mot.release();
    await this.imageInput.release();
    await this.imageOutput.release();
    await this.vq.release();
    await this.vision?.release();
    await this.weights.close();
  }
}

interface Prompt extends EmbeddedPrompt {
  promptEnd: number;
}

/** Rows up to the second end of turn are the prompt (PIPELINE §2.4). */
function promptEndOf(ids: Int32Array, endOfTurn: number): number {
  const first = ids.indexOf(endOfTurn);
  return ids.indexOf(endOfTurn, first + 1) + 1;
}

class EndToEnd {
  readonly #fixture: Fixture;
  readonly #parts: Parts;
  readonly #constants: Constants;
  readonly #tolerance: number;

  constructor(fixture: Fixture, parts: Parts, tolerance: number) {
    this.#fixture = fixture;
    this.#parts = parts;
    this.#constants = constantsOf(fixture);
    this.#tolerance = tolerance;
  }

  /** The prefix under which inputs of a case are stored: its name, its name without number, or none. */
  prefixOf(name: string): string {
    const stem = name.replace(/\d+$/u, '');
    return (
      [`${name}.`, `${stem}.`, ''].find((prefix) => has(this.#fixture, `input.${prefix}input_ids`)) ?? ''
    );
  }

  #values(label: string, what: string, actual: Float32Array, expected: Float32Array): Row {
    return compareValues(label, what, actual, expected, this.#tolerance);
  }

  /** Embeds the prompt of a group of cases from its ids and pictures, comparing everything recorded of it. */
  async *prompt(prefix: string): AsyncGenerator<Row, Prompt> {
    const { tensors } = this.#fixture;
    const { mot, vision } = this.#parts;
    const { mask, canvasSlot, sourceSlot, endOfTurn } = this.#constants;
    const label = prefix === '' ? 'prompt' : prefix.slice(0, -1);
    const given = await tensors.readInt32(`input.${prefix}input_ids`);
    const imageName = `input.${prefix}image`;
    const pictures: Float32Array[] = [];
    let source: Float32Array = new Float32Array(0);
    if (has(this.#fixture, imageName)) {
      if (!vision) throw new Error('the fixture holds a picture but no vision tower');
      const image = await pictureOf(this.#fixture, imageName);
      pictures.push((await vision.encode(image)).tokens);
      source = yield* this.#source(prefix, label, image);
    }
    const embedded = await embedPrompt([...given], pictures, (ids) => mot.embedText(ids), mot.config.width);
    const kinds = Array.from(embedded.ids, (id): RowKind => {
      if (id === imagePlaceholder) return 'semantic';
      if (id === canvasSlot) return 'canvas';
      return id === sourceSlot ? 'source' : 'text';
    });
    const promptEnd = promptEndOf(embedded.ids, endOfTurn);
    const recorded = async (leaf: string) => tensors.readInt32(`expected.${prefix}${leaf}`);
    const flags = (holds: (kind: RowKind, row: number) => boolean) =>
      kinds.map((kind, row) => (holds(kind, row) ? 1 : 0));
    if (has(this.#fixture, `expected.${prefix}raw_input_ids`)) {
      yield compareIds(label, 'expanded ids', embedded.ids, await recorded('raw_input_ids'));
    }
    if (has(this.#fixture, `expected.${prefix}is_prompt`)) {
      yield compareIds(
        label,
        'is_prompt',
        flags((_, row) => row < promptEnd),
        await recorded('is_prompt'),
      );
    }
    if (has(this.#fixture, `expected.${prefix}is_gen`)) {
      yield compareIds(
        label,
        'is_gen',
        flags((kind) => kind === 'canvas'),
        await recorded('is_gen'),
      );
    }
    const maskRow = await mot.embedText([mask]);
    return { kinds, states: embedded.states, source, mask: maskRow, promptEnd };
  }

  /** The source picture as slots: letter-boxed on black, VQ codes, embedded (PIPELINE §5). */
  async *#source(
    prefix: string,
    label: string,
    image: Awaited<ReturnType<typeof pictureOf>>,
  ): AsyncGenerator<Row, Float32Array> {
    const { tensors } = this.#fixture;
    const { imageSize, grid } = this.#constants;
    const square = padToSquareAndResize(image, imageSize);
    const pictureName = new RegExp(`^expected\\.${prefix.replace('.', '\\.')}image_\\d+$`, 'u');
    const picture = [...tensors.entries.keys()].find((entry) => pictureName.test(entry));
    if (picture !== undefined) {
      yield comparePictures(label, 'letter-boxed source', square.rgb, await tensors.readInt32(picture));
    }
    const pixels = imageSize * imageSize;
    const planes = Float32Array.from(
      { length: pixels * 3 },
      (_, i) => (square.rgb[(i % pixels) * 3 + Math.floor(i / pixels)] as number) / 255,
    );
    const { ids } = await this.#parts.vq.encode(planes, { width: imageSize, height: imageSize });
    if (has(this.#fixture, `expected.${prefix}enc_latents`)) {
      yield compareIds(label, 'source codes', ids, await tensors.readInt32(`expected.${prefix}enc_latents`));
    }
    const slots = await this.#parts.imageInput.embed(ids, grid);
    if (has(this.#fixture, `expected.${prefix}enc_embeddings`)) {
      const expected = await tensors.readFloat32(`expected.${prefix}enc_embeddings`);
      yield this.#values(label, 'source slots', slots, expected);
    }
    return slots;
  }

  /** The rows of one branch as the reference writes them, canvas left out: [rows without canvas, d_model]. */
  #branchRows(prompt: Prompt, branch: GuidanceBranch): Float32Array {
    const { width, imageWidth } = this.#parts.mot.config;
    const rows: Float32Array[] = [];
    let slot = 0;
    prompt.kinds.forEach((kind, row) => {
      const own = new Float32Array(width);
      const sourceRow = prompt.source.subarray(slot * imageWidth, (slot + 1) * imageWidth);
      if (kind === 'source') slot++;
      if (kind === 'canvas') return;
      if (branch.masked[row] === 1) own.set(prompt.mask);
      else own.set(kind === 'source' ? sourceRow : prompt.states.subarray(row * width, (row + 1) * width));
      rows.push(own);
    });
    return Float32Array.from(rows.flatMap((row) => [...row]));
  }

  /** Recorded embeddings of a branch, canvas left out. */
  async #recordedRows(prompt: Prompt, tensor: string): Promise<Float32Array> {
    const { width } = this.#parts.mot.config;
    const all = await this.#fixture.tensors.readFloat32(tensor);
    return all.filter((_, i) => prompt.kinds[Math.floor(i / width)] !== 'canvas');
  }

  async *#compareBranches(
    name: string,
    prefix: string,
    prompt: Prompt,
    branches: readonly GuidanceBranch[],
  ): AsyncGenerator<Row> {
    const leaves = {
      conditional: 'inputs_embeds',
      unconditional: 'inputs_embeds_uncond',
      sourceOnly: 'inputs_embeds_uncond_enc',
    } as const;
    const worst = new Worst();
    for (const branch of branches) {
      const tensor = [`expected.${name}.`, `expected.${prefix}`]
        .map((start) => start + leaves[branch.name])
        .find((candidate) => has(this.#fixture, candidate));
      if (tensor === undefined) continue;
      worst.add(this.#branchRows(prompt, branch), await this.#recordedRows(prompt, tensor));
    }
    yield* worst.rows(name, 'embeddings of the branches', this.#tolerance);
    const routing = `expected.${name}.modality_indices`;
    if (has(this.#fixture, routing)) {
      const actual = branches.flatMap((branch) => [...branch.gen]);
      yield compareIds(name, 'routing', actual, await this.#fixture.tensors.readInt32(routing));
    }
  }

  /** One whole run on the real network. */
  async *runCase(name: string, prefix: string, prompt: Prompt): AsyncGenerator<Row> {
    const { tensors } = this.#fixture;
    const { grid, imageMask, imageSize } = this.#constants;
    const editMode = prompt.source.length > 0 ? editModeOf(this.#fixture, name) : null;
    const branches = guidanceBranches(prompt.kinds, prompt.promptEnd, editMode);
    yield* this.#compareBranches(name, prefix, prompt, branches);
    const forward = new BranchForward(this.#parts, grid, prompt, branches);
    const all = branches.map((branch) => branch.name);
    const alone: [BranchName, number][] = [['conditional', 1]];
    const steps = shapeOf(this.#fixture, `expected.${name}.xt`)[0] ?? 0;
    const logitsRows: Row[] = [];

    const everywhere = Array.from({ length: grid.width * grid.height }, (_, position) => position);
    const guidedLogits = async (request: GuidanceRequest): Promise<Float32Array> => {
      const names = request.guided ? all : (['conditional'] as const);
      for (const [leaf, call] of [
        ['logits_step0', 0],
        ['logits_last', steps - 1],
      ] as const) {
        if (request.call !== call || !has(this.#fixture, `expected.${name}.${leaf}`)) continue;
        const rows: Float32Array[] = [];
        for (const branch of names) {
          const only = new Map([[branch, 1]]);
          rows.push((await forward.guided(request.ids, only, everywhere)).logits);
        }
        const actual = Float32Array.from(rows.flatMap((row) => [...row]));
        const expected = await tensors.readFloat32(`expected.${name}.${leaf}`);
        logitsRows.push(this.#values(name, leaf, actual, expected));
      }
      const source = editMode === null ? null : { scale: request.imageScale, mode: request.editMode };
      const weights = branchWeights({ scale: request.guidanceScale, source });
      const used = request.guided ? names.map((branch) => [branch, weights[branch]] as const) : alone;
      return (await forward.guided(request.ids, new Map(used), everywhere)).logits;
    };

    const place = {
      name,
      grid,
      vocabulary: this.#parts.imageOutput.config.codes,
      maskId: imageMask,
      guidedLogits,
    };
    const ids = yield* compareImageRun(this.#fixture, place, this.#tolerance);
    yield* logitsRows;
    if (!has(this.#fixture, `expected.${name}.image`)) return;
    const image = toRgbImage(await this.#parts.vq.decode(ids, grid), imageSize, imageSize);
    const expected = await tensors.readInt32(`expected.${name}.image`);
    yield comparePictures(name, 'picture', image.rgb, expected);
  }
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const parts = new Parts(weights, fixture, context);
  try {
    const test = new EndToEnd(fixture, parts, context.tolerance);
    const prompts = new Map<string, Prompt>();
    for (const name of casesWith(fixture, 'expected', 'select_index')) {
      const prefix = test.prefixOf(name);
      const prompt = prompts.get(prefix) ?? (yield* test.prompt(prefix));
      prompts.set(prefix, prompt);
      yield* test.runCase(name, prefix, prompt);
    }
  } finally {
    await parts.release();
  }
}

/** Text-to-image and editing from prompt ids to pixels: embeddings, branches, every step, the picture (PIPELINE §2, §5). */
export const endToEndCase: ParityCase = {
  name: 't2i_end_to_end',
  matches: (fixture) =>
    has(fixture, 'model.gen_embedding.0.weight') &&
    has(fixture, 'input.input_ids') &&
    casesWith(fixture, 'expected', 'select_index').length > 0,
  run,
};
