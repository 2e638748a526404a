import { LavidaError } from '../errors.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { networkConfig, type NetworkConfig } from './bundle-config.ts';
import type { ConfigJson } from './config.ts';
import { ElasticMot } from './elastic-mot.ts';
import { fingerprint } from './fingerprint.ts';
import { ImageTokenInput, ImageTokenOutput, slotCount, type Grid } from './image-tokens.ts';
import type { NetworkOptions } from './options.ts';
import { ImageEncoder } from './vision/index.ts';
import { VqModel } from './vq-model.ts';

/** What a bundle's weights allow. `image`: painting pictures; `encode`: reading them into codes; `see`: into meaning. */
export type Ability = 'image' | 'encode' | 'see';

/** Models above this load their parts when a task asks for them. */
const largeParameters = 1e9;

/** An open bundle: its sizes, its weights and the parts of its network, each loaded at first use. */
export class Network {
  readonly config: NetworkConfig;
  readonly weights: BundleWeights;
  readonly mot: ElasticMot;
  /** See `fingerprint`. */
  readonly fingerprint: string;
  readonly #imageInput: ImageTokenInput | null;
  readonly #imageOutput: ImageTokenOutput | null;
  readonly #vq: VqModel | null;
  readonly #vision: ImageEncoder | null;

  private constructor(weights: BundleWeights, config: NetworkConfig, options: NetworkOptions, print: string) {
    this.weights = weights;
    this.config = config;
    this.fingerprint = print;
    this.mot = new ElasticMot(weights, config.transformer, options);
    const { imageTokens, vq, vision } = config;
    this.#imageInput = imageTokens && new ImageTokenInput(weights, imageTokens, options);
    this.#imageOutput = imageTokens && new ImageTokenOutput(weights, imageTokens, options);
    this.#vq = vq && new VqModel(weights, vq, options);
    this.#vision = vision && new ImageEncoder(weights, vision, options);
  }

  /**
   * Checks configs against weights and makes the parts. The network owns the weights from then on.
   * @throws LavidaError model.config, model.shape, model.incomplete
   */
  static async create(
    weights: BundleWeights,
    json: ConfigJson,
    vqJson: ConfigJson | undefined,
    options: NetworkOptions,
  ): Promise<Network> {
    const config = networkConfig(json, vqJson, weights);
    return new Network(weights, config, options, await fingerprint(weights, json, vqJson));
  }

  has(ability: Ability): boolean {
    if (ability === 'image') return this.#imageInput !== null && this.#vq !== null;
    if (ability === 'see') return this.#vision !== null;
    return this.#vq?.canEncode ?? false;
  }

  /** Codes to slots. @throws LavidaError model.incomplete when the bundle has no image tokens */
  get imageInput(): ImageTokenInput {
    return this.#part(this.#imageInput, 'image-token input');
  }

  /** Slots to logits. @throws LavidaError model.incomplete when the bundle has no image tokens */
  get imageOutput(): ImageTokenOutput {
    return this.#part(this.#imageOutput, 'image-token output');
  }

  /** The VQ autoencoder. @throws LavidaError model.incomplete when the bundle has none */
  get vq(): VqModel {
    return this.#part(this.#vq, 'VQ autoencoder');
  }

  /** Pictures to semantic tokens. @throws LavidaError model.incomplete when the bundle has no vision tower */
  get vision(): ImageEncoder {
    return this.#part(this.#vision, 'vision tower');
  }

  #part<T>(part: T | null, name: string): T {
    if (part === null) throw new LavidaError('model.incomplete', `This model has no ${name}.`);
    return part;
  }

  /** Code grid of the pictures the bundle makes. */
  get grid(): Grid {
    const side = this.config.vq === null ? 0 : this.config.studio.imageSize / this.config.vq.factor;
    return { width: side, height: side };
  }

  /** Image slots such a picture takes in the sequence. */
  get slots(): number {
    return this.config.imageTokens === null ? 0 : slotCount(this.grid, this.config.imageTokens);
  }

  /** Input id of a masked code. */
  get maskId(): number {
    return this.config.imageTokens?.maskId ?? 0;
  }

  get codebookSize(): number {
    return this.config.imageTokens?.codes ?? 0;
  }

  /** Number of weights, whatever their precision. */
  get parameters(): number {
    return this.weights
      .tensors()
      .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
  }

  /** Loads what text-to-image needs, so that the first step does not wait; `progress` says what is happening. */
  async prepare(ability: 'image', progress: (detail: string) => void = () => undefined): Promise<void> {
    if (!this.has(ability)) throw new LavidaError('model.incomplete', 'This model cannot make pictures.');
    // Loading a large model takes longer than a step, and another task would load other parts: each waits for its own.
    if (this.parameters > largeParameters) return;
    progress('loading the transformer');
    await this.mot.prepare({ text: 'supports', image: 'wanted', past: false, layers: false });
    progress('loading the image tokens');
    await this.imageInput.prepare();
    await this.imageOutput.prepare();
    progress('loading the decoder');
    await this.vq.prepareDecoder();
  }

  async release(): Promise<void> {
    await this.mot.release();
    await this.#imageInput?.release();
    await this.#imageOutput?.release();
    await this.#vq?.release();
    await this.#vision?.release();
    await this.weights.close();
  }
}
