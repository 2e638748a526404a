import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNetwork, type Network } from '../../../native/network/index.ts';
import { SeededTextNoise } from '../../../native/sampler/noise.ts';
import { BranchForward } from '../../../native/tasks/branch-forward.ts';
import { rowKindsOf } from '../../../native/tasks/canvas.ts';
import { densePrompt, expressionPrompt } from '../../../native/tasks/ground-prompt.ts';
import { runGroundPasses } from '../../../native/tasks/ground.ts';
import { guidanceBranches } from '../../../native/tasks/guidance-branches.ts';
import { diffuseText } from '../../../native/tasks/text-diffusion.ts';
import { textPrompt } from '../../../native/tasks/write-text.ts';
import { SafetensorsFile } from '../../../native/tensor/safetensors.ts';
import { turnPieces, type ImagePrompt, type PromptPiece } from '../../../native/text/image-prompt.ts';
import { imageSequence, layoutOf } from '../../../native/text/image-sequence.ts';
import { serialisePlan } from '../../../native/text/plan.ts';
import { embedPrompt, imagePlaceholder } from '../../../native/text/prompt-rows.ts';
import * as prompts from '../../../native/text/task-prompts.ts';
import { TextTokenizer } from '../../../native/text/tokenizer.ts';
import { nanoDirectory, projectRoot } from '../../support/cli.ts';

/** Numbers that nano's training code computed from the shipped weights, in fp32 (models/train/export.py). */
const recorded = join(projectRoot, 'test', 'fixtures', 'nano', 'check.safetensors');
/** What stands in the recorded rows for a picture's rows and for slots. */
const markers = { semantic: -200, source: -300, canvas: -400 };
const tolerance = 2e-3;

let network: Network;
let tokenizer: TextTokenizer;
let check: SafetensorsFile;

beforeAll(async () => {
  network = await openNetwork(nanoDirectory, { backend: 'cpu', threads: 1 });
  tokenizer = await TextTokenizer.open(nanoDirectory, network.config.embeddingSize);
  check = await SafetensorsFile.open(recorded);
});
afterAll(async () => {
  await check.close();
  await network.release();
});

const boxes = [
  { name: 'red car', box: [0, 64, 512, 512] as [number, number, number, number] },
  { name: 'dog', box: [512, 64, 1024, 512] as [number, number, number, number] },
];
const reply = 'This image is incorrect. There should be a dog, but none exists in image.';

/** The engine's prompt of every kind that is recorded. */
function written(): Record<string, ImagePrompt> {
  const paint = (content: readonly PromptPiece[], plan: readonly number[] = []) =>
    imageSequence(tokenizer, content, network.slots, plan);
  const text = (content: readonly PromptPiece[]) =>
    textPrompt(tokenizer, turnPieces(tokenizer, 'user', 'user', content));
  const source = new Array<number>(network.slots).fill(tokenizer.special.sourceSlot);
  return {
    paint: paint(prompts.paintContent('a photo of a red car', null)),
    plan: paint(prompts.paintContent('a red car and a dog', null), serialisePlan(tokenizer, boxes, 'paint')),
    history: paint(prompts.paintContent('a dog', null, [{ reply }])),
    edit: paint(prompts.editContent('Make the car blue.', source)),
    dense: densePrompt(
      tokenizer,
      boxes.map(({ name }) => name),
      true,
    ),
    expression: expressionPrompt(tokenizer, 'the dog', true),
    ask: text(prompts.questionContent('How many dogs are there?', true, false)),
    critic: text(prompts.critiqueContent('a photo of a red car')),
    caption: text(prompts.captionContent()),
    paint_planner: text(prompts.paintPlanContent('a photo of a red car', null)),
    edit_planner: text(prompts.editPlanContent('Make the car blue.')),
  };
}

/** A prompt in the recorded form: one marker a row of a picture or slot, coordinates masked. */
function asRecorded(prompt: ImagePrompt, pictureRows: number): number[] {
  const { canvasSlot, sourceSlot } = tokenizer.special;
  return prompt.ids.flatMap((id) => {
    if (id === imagePlaceholder) return new Array<number>(pictureRows).fill(markers.semantic);
    if (id === sourceSlot) return [markers.source];
    return [id === canvasSlot ? markers.canvas : id];
  });
}

async function seenRows(): Promise<Float32Array> {
  const { imageSize } = network.vision.config;
  const planes = await check.readInt32('input.view');
  const pixels = imageSize * imageSize;
  const rgb = Uint8Array.from(
    { length: 3 * pixels },
    (_, i) => planes[(i % 3) * pixels + Math.floor(i / 3)] ?? 0,
  );
  return (await network.vision.encode({ width: imageSize, height: imageSize, rgb })).tokens;
}

/** Largest difference to a recorded tensor, which may hold the beginning only. */
async function distance(name: string, actual: Float32Array): Promise<number> {
  const expected = await check.readFloat32(name);
  expect(actual.length, `${name} has all recorded values`).toBeGreaterThanOrEqual(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? NaN))), 0);
}

async function pictureLogits(
  prompt: ImagePrompt,
  pictures: Float32Array[],
  source: Float32Array,
): Promise<Float32Array> {
  const { width } = network.config.transformer;
  const layout = layoutOf(
    prompt,
    pictures.map(({ length }) => length / width),
  );
  const kinds = rowKindsOf(layout);
  const embed = (ids: number[]) => network.mot.embedText(ids);
  const { states } = await embedPrompt(prompt.ids, pictures, embed, width);
  const mask = await embed([tokenizer.special.mask]);
  const branches = guidanceBranches(kinds, layout.promptEnd, source.length > 0 ? 0 : null);
  const forward = new BranchForward(network, network.grid, { kinds, states, source, mask }, branches);
  const codes = await check.readInt32('input.codes');
  return (await forward.guided(codes, new Map([['conditional', 1]]), [...codes.keys()])).logits;
}

describe('the shipped nano', () => {
  it('is asked exactly as it was trained', async () => {
    const { imageSize } = network.config.studio;
    const rows = network.vision.plan({ width: imageSize, height: imageSize }).tokens;
    const coordinate = (id: number): boolean => {
      const first = tokenizer.boxes?.loc0 ?? Infinity;
      return id >= first && id <= first + 1024;
    };
    for (const [kind, prompt] of Object.entries(written())) {
      const expected = [...(await check.readInt32(`ids.${kind}`))];
      // Grounding prompts hold masks where the record holds the answer.
      const hidden = expected.map((id) =>
        (kind === 'dense' || kind === 'expression') && coordinate(id) ? tokenizer.special.mask : id,
      );
      expect(asRecorded(prompt, rows), kind).toEqual(hidden);
    }
  });

  it('sees, paints, edits, grounds and answers with the numbers of its training code', async () => {
    const seen = await seenRows();
    expect(await distance('expected.rows', seen)).toBeLessThan(tolerance);
    const { paint, edit, dense, ask } = written();
    if (!paint || !edit || !dense || !ask) throw new Error('a prompt is missing');
    expect(
      await distance('expected.paint', await pictureLogits(paint, [], new Float32Array(0))),
    ).toBeLessThan(tolerance);
    const source = await network.imageInput.embed(await check.readInt32('input.all_codes'), network.grid);
    expect(await distance('expected.edit', await pictureLogits(edit, [seen], source))).toBeLessThan(
      tolerance,
    );

    const { width } = network.config.transformer;
    const embed = (ids: number[]) => network.mot.embedText(ids);
    const passes = runGroundPasses(
      network.mot,
      await embedPrompt(dense.ids, [seen], embed, width),
      {
        maskId: tokenizer.special.mask,
        firstBinId: tokenizer.boxes?.loc0 ?? 0,
        steps: 1,
        restrictToBins: false,
        loop: 'fixed',
      },
      new AbortController().signal,
    );
    for await (const { logits } of passes)
      expect(await distance('expected.dense', logits)).toBeLessThan(tolerance);

    const steps = diffuseText({
      mot: network.mot,
      prompt: (await embedPrompt(ask.ids, [seen], embed, width)).states,
      settings: {
        length: 16,
        blockLength: 16,
        schedule: null,
        temperature: 0,
        remasking: 'low_confidence',
        parallel: null,
      },
      cache: 'prefix',
      maskId: tokenizer.special.mask,
      noise: new SeededTextNoise(1),
    });
    const first = await steps.next();
    if (first.done) throw new Error('no step was taken');
    expect(await distance('expected.ask', first.value.logits)).toBeLessThan(tolerance);
  });

  it('decodes its codes to the pixels of its training code', async () => {
    const pixels = await network.vq.decode(await check.readInt32('input.all_codes'), network.grid);
    const rows = await check.readFloat32('expected.image');
    const [, , height = 0, width = 0] = check.entry('expected.image').shape;
    const side = network.config.studio.imageSize;
    let most = 0;
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < height * width; i++) {
        most = Math.max(
          most,
          Math.abs((rows[c * height * width + i] ?? NaN) - (pixels[c * side * side + i] ?? NaN)),
        );
      }
    }
    expect(most).toBeLessThan(tolerance);
  });
});
