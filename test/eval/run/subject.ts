import { resolve } from 'node:path';
import type { ModelInfo } from '../../../electron/contract/engine.ts';
import type { LabelledBox, RgbImage } from '../../../electron/contract/events.ts';
import { groundDefaults, type GroundedBox, type GroundRequest } from '../../../electron/contract/ground.ts';
import { ownWeight, publishedPlan } from '../../../electron/contract/context-weight.ts';
import { publishedReflection, type ReflectionSettings } from '../../../electron/contract/reflection.ts';
import {
  publishedAnswerDefaults,
  editStart,
  type GenerationRequest,
  type PictureSource,
  type PlanBox,
  type PlanSettings,
  type TextToImageRequest,
} from '../../../electron/contract/request.ts';
import type { EngineApi } from '../../../native/engine-api.ts';
import { createEngine } from '../../../native/engine.ts';
import { LavidaError } from '../../../native/errors.ts';
import { parseRequest } from '../../../native/cli/arguments.ts';
import { encodePng } from '../../../native/library/png.ts';
import { pictureSource } from '../../../native/tasks/picture-source.ts';

/** Tokens of a caption, as the command line asks for them. */
const captionLength = 128;
/** Budget and block of a critique in the engine (PIPELINE §1.2). */
const critiqueSettings = { length: 32, blockLength: 16 };

export interface SubjectOptions {
  model: string;
  threads: number;
  /** How prompts are written; the published form when absent. */
  promptForm: 'published' | 'trained';
  /** Steps of every picture painted from text; the bundle's own number when absent. */
  steps?: number | undefined;
}

/** A round of reflection: its picture and what the model said of it. */
export interface Round {
  image: RgbImage;
  reply: string;
  accepted: boolean;
}

export interface Plan {
  boxes: PlanBox[];
  warnings: string[];
}

/** What a run left. */
interface Outcome {
  image: RgbImage | null;
  rounds: Round[];
  plans: Plan[];
  answer: { text: string; boxes: LabelledBox[] } | null;
  boxes: GroundedBox[] | null;
}

export interface PaintOptions extends Pick<TextToImageRequest, 'plan' | 'reflection'> {
  order?: TextToImageRequest['order'];
}

function source(image: RgbImage): PictureSource {
  return pictureSource('scene.png', encodePng(image, []));
}

/** What a run must have left. */
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new LavidaError('internal', 'The run left no result.');
  return value;
}

/** The model under test, asked through the real engine with the requests the command line would make. */
export class Subject {
  readonly info: ModelInfo;
  readonly #engine: EngineApi;
  readonly #form: SubjectOptions['promptForm'];
  readonly #steps: number | undefined;
  readonly #abort = new AbortController();

  private constructor(engine: EngineApi, info: ModelInfo, { promptForm, steps }: SubjectOptions) {
    this.#engine = engine;
    this.info = info;
    this.#form = promptForm;
    this.#steps = steps;
  }

  /** @throws LavidaError when the folder is no model */
  static async open(options: SubjectOptions): Promise<Subject> {
    const { model, threads } = options;
    const engine = createEngine();
    const info = await engine.open(
      { modelDirectory: resolve(model), backend: 'cpu', threads },
      () => undefined,
    );
    return new Subject(engine, info, options);
  }

  can(task: string): boolean {
    return this.info.tasks.includes(task);
  }

  /** Stops the run under way between two forwards. */
  stop(): void {
    this.#abort.abort();
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** A layout by the model of a picture or of an edit, followed as its bundle says. */
  planned(kind: 'auto' | 'edit' = 'auto'): PlanSettings {
    return { mode: 'auto', weight: ownWeight(this.info.planDefaults ?? publishedPlan, kind) };
  }

  /** A layout as given, followed as its bundle says. */
  following(boxes: PlanBox[]): PlanSettings {
    return { mode: 'given', boxes, weight: ownWeight(this.info.planDefaults ?? publishedPlan, 'given') };
  }

  /** Rounds of reflection as its bundle says but for what a round is told. */
  reflecting(rounds: number, mode: ReflectionSettings['mode']): ReflectionSettings {
    return { ...(this.info.reflectionDefaults ?? publishedReflection), rounds, mode };
  }

  async paint(
    prompt: string,
    seed: number,
    options: PaintOptions = {},
  ): Promise<{ image: RgbImage; rounds: Round[]; plans: Plan[] }> {
    const { image, rounds, plans } = await this.#run(this.#paintRequest(prompt, seed, options));
    return { image: present(image), rounds, plans };
  }

  /** The layout alone; nothing is painted. */
  async plan(prompt: string, seed: number): Promise<Plan> {
    const request = this.#paintRequest(prompt, seed, { plan: { mode: 'auto' } });
    const { plans } = await this.#run(request, 'plan.parsed');
    return present(plans[0]);
  }

  /** @param plan a layout is written before the edit */
  async edit(image: RgbImage, instruction: string, seed: number, plan?: PlanSettings): Promise<RgbImage> {
    const request = parseRequest({
      version: 1,
      task: 'edit',
      prompt: instruction,
      seed,
      ...editStart(this.info.defaults, this.info.editDefaults),
      image: source(image),
      ...(plan === undefined ? {} : { plan }),
      promptForm: this.#form,
    });
    return present((await this.#run(request)).image);
  }

  async ground(
    image: RgbImage,
    phrases: readonly string[],
    { mode, steps }: Pick<GroundRequest, 'mode' | 'steps'>,
  ): Promise<GroundedBox[]> {
    const request = parseRequest({
      version: 1,
      task: 'ground',
      ...groundDefaults,
      prompt: this.#form,
      phrases,
      mode,
      steps,
      image: source(image),
    });
    return present((await this.#run(request)).boxes);
  }

  async ask(
    image: RgbImage,
    question: string,
    settings: { length?: number; blockLength?: number } = {},
  ): Promise<string> {
    const request = parseRequest({
      version: 1,
      task: 'ask',
      ...publishedAnswerDefaults,
      ...settings,
      prompt: question,
      image: source(image),
      history: [],
      reasoning: false,
      seed: 42,
      promptForm: this.#form,
    });
    return present((await this.#run(request)).answer).text;
  }

  /** What the model says of a picture for a prompt: the words and settings of a round of reflection. */
  criticise(image: RgbImage, prompt: string): Promise<string> {
    const question = `Please evaluate this generated image based on the following prompt: ${prompt} Focus on text alignment and compositionality.`;
    return this.ask(image, question, critiqueSettings);
  }

  async caption(image: RgbImage): Promise<{ text: string; boxes: LabelledBox[] }> {
    const request = parseRequest({
      version: 1,
      task: 'caption',
      ...publishedAnswerDefaults,
      length: captionLength,
      image: source(image),
      seed: 42,
      promptForm: this.#form,
    });
    return present((await this.#run(request)).answer);
  }

  #paintRequest(prompt: string, seed: number, options: PaintOptions): GenerationRequest {
    const { plan, reflection, order } = options;
    return parseRequest({
      version: 1,
      task: 'text-to-image',
      prompt,
      seed,
      ...this.info.defaults,
      ...(this.#steps === undefined ? {} : { steps: this.#steps }),
      ...(order === undefined ? {} : { order }),
      ...(plan === undefined ? {} : { plan }),
      ...(reflection === undefined ? {} : { reflection }),
      promptForm: this.#form,
    });
  }

  /** @param until stop at the first event of this type */
  async #run(request: GenerationRequest, until?: 'plan.parsed'): Promise<Outcome> {
    const outcome: Outcome = { image: null, rounds: [], plans: [], answer: null, boxes: null };
    let painted: RgbImage | null = null;
    for await (const event of this.#engine.run(request, { signal: this.#abort.signal, previews: false })) {
      if (event.type === 'run.image') outcome.image = event.image;
      else if (event.type === 'round.image') painted = event.image;
      else if (event.type === 'critique.verdict') {
        outcome.rounds.push({ image: present(painted), reply: event.reply, accepted: event.accepted });
      } else if (event.type === 'plan.parsed') {
        outcome.plans.push({ boxes: event.boxes, warnings: event.warnings });
      } else if (event.type === 'run.answer') outcome.answer = { text: event.text, boxes: event.boxes };
      else if (event.type === 'run.boxes') outcome.boxes = event.boxes;
      else if (event.type === 'run.cancelled') throw new LavidaError('internal', 'The run was stopped.');
      else if (event.type === 'run.error') {
        throw new LavidaError(event.error.code, event.error.message, event.error.cause);
      }
      if (event.type === until) break;
    }
    return outcome;
  }
}
