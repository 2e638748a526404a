import type { RgbImage } from '../../../electron/contract/events.ts';
import type { PlanBox } from '../../../electron/contract/request.ts';
import { LavidaError } from '../../../native/errors.ts';
import { Checker, type Detection, type Seen } from '../checker/checker.ts';
import { clean } from '../checker/stray.ts';
import { promptsWithin, readPrompts } from '../geneval/prompts.ts';
import { judge, type ColorTest, type Eye, type GenEvalPrompt } from '../geneval/rules.ts';
import { Composer } from '../scene/composer.ts';
import { ownColors } from '../scene/own-colors.ts';
import type { ColorName } from '../scene/scene.ts';
import { SpriteSheet } from '../scene/sheet.ts';
import { sizesOf, type EvalSets, type TruthScene } from '../sets.ts';
import { Autoencoder } from './autoencoder.ts';
import type { TaskName } from './case.ts';
import type { Limits } from './limits.ts';
import type { Subject } from './subject.ts';

export interface BenchOptions {
  seed: number;
  limits: Limits;
  /** Rounds of reflection at most. */
  rounds: number;
}

/** What was found in a picture, or is known to stand in it. */
export type SeenObject = Pick<Detection, 'name' | 'color' | 'box'>;

/** A prompt of the evaluation, from GenEval or from the sets. */
export interface AskedPrompt extends GenEvalPrompt {
  origin: 'geneval' | 'own';
  heldOut: boolean;
}

/** What every task of the evaluation works with. */
export class Bench {
  readonly subject: Subject;
  readonly sets: EvalSets;
  readonly options: BenchOptions;
  readonly composer: Composer;
  readonly checker: Checker;
  /** GenEval's prompts whose objects all belong to the world, and how many it has in all. */
  readonly geneval: GenEvalPrompt[];
  readonly genevalTotal: number;
  readonly #autoencoder: Autoencoder;
  readonly #scenes: Map<number, TruthScene>;
  readonly #own: Map<string, readonly ColorName[]>;

  private constructor(
    subject: Subject,
    autoencoder: Autoencoder,
    sets: EvalSets,
    options: BenchOptions,
    prompts: GenEvalPrompt[],
  ) {
    this.subject = subject;
    this.#autoencoder = autoencoder;
    this.sets = sets;
    this.options = options;
    const sheet = new SpriteSheet();
    this.composer = new Composer(sheet, sets.image_size);
    const { objects: names, colors, image_size: imageSize } = sets;
    const vocabulary = { names, colors, imageSize, sizes: sizesOf(sets), faces: sets.faces };
    this.checker = new Checker(sheet, vocabulary);
    this.geneval = promptsWithin(prompts, sets);
    this.genevalTotal = prompts.length;
    this.#scenes = new Map(sets.scenes.map((scene) => [scene.id, scene]));
    this.#own = new Map(sets.objects.map((name) => [name, ownColors(sheet, name)]));
  }

  /** @throws LavidaError request.invalid when the sets' pictures are not of the model's size */
  static async create(subject: Subject, sets: EvalSets, options: BenchOptions): Promise<Bench> {
    const { imageSize, name } = subject.info;
    if (imageSize !== sets.image_size) {
      throw new LavidaError(
        'request.invalid',
        `The sets have pictures of ${sets.image_size} pixels, and ${name} makes pictures of ${imageSize}.`,
      );
    }
    const prompts = await readPrompts();
    return new Bench(subject, await Autoencoder.open(subject.info.directory), sets, options, prompts);
  }

  async close(): Promise<void> {
    await this.#autoencoder.close();
  }

  /** Pixels of a picture's side that one code of the VQ covers. */
  get codeSize(): number {
    const { imageSize, grid } = this.subject.info;
    return imageSize / grid.width;
  }

  /** Whether pictures can go through the bundle's VQ autoencoder and back. */
  get canRoundTrip(): boolean {
    return this.#autoencoder.canEncode;
  }

  throughVq(image: RgbImage): Promise<RgbImage> {
    return this.#autoencoder.roundTrip(image);
  }

  scene(id: number): TruthScene {
    const scene = this.#scenes.get(id);
    if (!scene) throw new RangeError(`scene ${id}`);
    return scene;
  }

  picture(id: number): RgbImage {
    return this.composer.draw(this.scene(id));
  }

  look(image: RgbImage): Seen {
    return this.checker.look(image);
  }

  /** GenEval's prompts, then those of the sets that are not GenEval's. */
  prompts(): { geneval: AskedPrompt[]; own: AskedPrompt[] } {
    const published = new Set(this.geneval.map(({ prompt }) => prompt));
    const own = this.sets.t2i.filter(({ prompt }) => !published.has(prompt));
    return {
      geneval: this.geneval.map((prompt) => ({ ...prompt, origin: 'geneval', heldOut: false })),
      own: own.map(({ held_out, ...prompt }) => ({ ...prompt, origin: 'own', heldOut: held_out })),
    };
  }

  /** Cases of a task and variant at most; Infinity when all are run. */
  limit(task: TaskName, variant: string): number {
    return this.options.limits.of(task, variant);
  }

  seedOf(index: number): number {
    return (this.options.seed + index * 1009) % 0x1_0000_0000;
  }

  /** An object in its own colours shows those that a person would call it by. */
  readonly shows: ColorTest = ({ name, color }, asked) =>
    color === asked || (color === null && (this.#own.get(name) ?? []).includes(asked));

  readonly #eye: Eye = {
    shows: this.shows,
    hasSize: ({ size }, asked) => size === this.sets.sizes[asked],
  };

  /** Whether two looks of an object are the same to the eye; null = its own colours. */
  sameLook(name: string, a: ColorName | null, b: ColorName | null): boolean {
    if (a === b) return true;
    const [tint, own] = a === null ? [b, a] : [a, b];
    return own === null && tint !== null && (this.#own.get(name) ?? []).includes(tint);
  }

  /** Edges of a box of a layout, 1024ths of the picture, in its pixels. */
  pixels(box: PlanBox['box']): PlanBox['box'] {
    return box.map((edge) => (edge * this.sets.image_size) / 1024) as PlanBox['box'];
  }

  /** The other way round. */
  bins(box: PlanBox['box']): PlanBox['box'] {
    return box.map((edge) => Math.round((edge * 1024) / this.sets.image_size)) as PlanBox['box'];
  }

  /** What is wrong with a picture for a prompt, what was seen, the picture's features, and whether it is clean. */
  judgePicture(
    prompt: GenEvalPrompt,
    image: RgbImage,
  ): {
    reasons: string[];
    seen: { background: string | null; objects: SeenObject[] };
    features: number[];
    clean: number;
  } {
    const { background, detections, features, stray } = this.checker.study(image);
    const seen = detections.map(({ name, color, box, score, facing }) => ({
      name,
      color,
      box,
      ...(facing ? { facing } : {}),
      score: Number(score.toFixed(3)),
    }));
    return {
      reasons: judge(prompt, detections, this.#eye),
      seen: { background, objects: seen },
      features: [...features].map((value) => Number(value.toFixed(5))),
      clean: clean(stray),
    };
  }
}
