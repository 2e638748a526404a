import { transformerConfig } from '../../../native/network/config.ts';
import { ElasticMot } from '../../../native/network/elastic-mot.ts';
import { ImageEncoder } from '../../../native/network/vision/index.ts';
import { visionConfig } from '../../../native/network/vision/vision-config.ts';
import { runGroundPasses } from '../../../native/tasks/ground.ts';
import { BundleWeights } from '../../../native/tensor/bundle-weights.ts';
import { embedPrompt, type PromptRows } from '../../../native/text/prompt-rows.ts';
import { z } from 'zod';
import type { ParityCase, ParityContext } from '../case.ts';
import { casesWith, has, type Fixture } from '../fixture.ts';
import { compareIds, compareValues, type Row } from '../report.ts';
import { bundleJson, pictureOf, pictureRows } from './siglip.ts';
import { answerRows } from './text-diffusion.ts';

const groundingSchema = z.object({ steps: z.union([z.literal(1), z.literal(2), z.literal(4)]).nullable() });

class UnderstandingRun {
  readonly #fixture: Fixture;
  readonly #context: ParityContext;
  readonly #mot: ElasticMot;
  readonly #encoder: ImageEncoder;
  readonly #weights: BundleWeights;

  constructor(
    fixture: Fixture,
    context: ParityContext,
    mot: ElasticMot,
    encoder: ImageEncoder,
    weights: BundleWeights,
  ) {
    this.#fixture = fixture;
    this.#context = context;
    this.#mot = mot;
    this.#encoder = encoder;
    this.#weights = weights;
  }

  get #maskId(): number {
    return z.int().parse(this.#fixture.json.mask_id);
  }

  /** The prompt of `ids` with the recorded picture in its place. */
  async #rows(ids: string): Promise<PromptRows> {
    const picture = await pictureOf(this.#fixture, 'input.image');
    const { tokens } = await this.#encoder.encode(picture);
    const all = [...(await this.#fixture.tensors.readInt32(ids))];
    return embedPrompt(all, [tokens], (text) => this.#mot.embedText(text), this.#mot.config.width);
  }

  /** Grounding, every number of steps recorded: logits of the masked rows at each forward, and the final tokens. */
  async *grounding(): AsyncGenerator<Row> {
    const { tensors, json } = this.#fixture;
    const rows = await this.#rows('input.grounding.input_ids');
    for (const [name, entry] of Object.entries(json.cases ?? {})) {
      if (!name.startsWith('grounding')) continue;
      const { steps } = groundingSchema.parse(entry);
      const settings = {
        maskId: this.#maskId,
        firstBinId: 0,
        steps: steps ?? (1 as const),
        restrictToBins: false,
        loop: 'published' as const,
      };
      const logits: number[] = [];
      let ids: number[] = [];
      for await (const pass of runGroundPasses(this.#mot, rows, settings)) {
        logits.push(...pass.logits);
        ids = pass.boxes.flat().map(({ id }) => id);
      }
      const expected = await tensors.readFloat32(`expected.${name}.mask_logits`);
      yield compareValues(name, 'mask_logits', logits, expected, this.#context.tolerance);
      yield compareIds(name, 'boxes', ids, await tensors.readInt32(`expected.${name}.boxes`));
    }
  }

  async *all(): AsyncGenerator<Row> {
    const { tolerance } = this.#context;
    yield* pictureRows(this.#fixture, this.#encoder, this.#weights, '', tolerance);
    for (const name of casesWith(this.#fixture, 'expected', 'x')) {
      const { states } = await this.#rows('input.input_ids');
      yield* answerRows(this.#fixture, this.#mot, states, name, tolerance);
    }
    if (has(this.#fixture, 'input.grounding.input_ids')) yield* this.grounding();
  }
}

async function* run(fixture: Fixture, context: ParityContext): AsyncGenerator<Row> {
  const weights = await BundleWeights.openFiles(fixture.directory, [fixture.weightsFile]);
  const json = bundleJson(fixture);
  const mot = new ElasticMot(weights, transformerConfig(json, weights), context);
  const vision = visionConfig(json, weights);
  if (vision === null) throw new Error('the fixture holds no vision tower');
  const encoder = new ImageEncoder(weights, vision, context);
  try {
    yield* new UnderstandingRun(fixture, context, mot, encoder, weights).all();
  } finally {
    await encoder.release();
    await mot.release();
    await weights.close();
  }
}

/** A picture and a question to an answer, and grounding (PIPELINE §1, §6), from pixels to tokens. */
export const understandingCase: ParityCase = {
  name: 'understanding_e2e',
  matches: (fixture) => has(fixture, 'input.image') && has(fixture, 'model.transformer.wte.weight'),
  run,
};
