import type { RgbImage } from '../../../electron/contract/events.ts';
import type { Size } from '../../imaging/geometry.ts';
import type { BundleWeights } from '../../tensor/bundle-weights.ts';
import type { ConfigJson } from '../config.ts';
import type { NetworkOptions } from '../options.ts';
import { assembleTokens, cutViews, normalisedPixels, planViews, type ViewPlan } from './any-res.ts';
import { VisionTower } from './tower.ts';
import { visionConfig, type ViewMode, type VisionConfig } from './vision-config.ts';

/** A picture as semantic tokens. */
export interface EncodedImage {
  /** [plan.tokens, d_model], in the order of the sequence. */
  tokens: Float32Array;
  plan: ViewPlan;
}

/** Pictures to semantic tokens (MODEL §5) by any-res views, SigLIP, resampler, projector, token order. */
export class ImageEncoder {
  readonly config: VisionConfig;
  readonly tower: VisionTower;
  readonly #weights: BundleWeights;
  #newline: Promise<Float32Array> | undefined;

  constructor(weights: BundleWeights, config: VisionConfig, options: NetworkOptions) {
    this.config = config;
    this.tower = new VisionTower(weights, config, options);
    this.#weights = weights;
  }

  /** The encoder of a bundle, or null when it has no vision tower. @throws LavidaError when its config is wrong */
  static of(json: ConfigJson, weights: BundleWeights, options: NetworkOptions): ImageEncoder | null {
    const config = visionConfig(json, weights);
    return config ? new ImageEncoder(weights, config, options) : null;
  }

  /** Views and tokens that a picture of this size will have. */
  plan(image: Size, mode: ViewMode = this.config.mode): ViewPlan {
    return planViews(image, this.config, mode);
  }

  /**
   * Encodes a picture, one view after another.
   * @param mode `pad` for feedback pictures and when there are several; the bundle's own mode when absent
   * @param signal checked before every session
   * @throws AbortError when cancelled
   */
  async encode(
    image: RgbImage,
    mode: ViewMode = this.config.mode,
    signal?: AbortSignal,
  ): Promise<EncodedImage> {
    const steps = this.encodeByView(image, mode, signal);
    let next = await steps.next();
    while (!next.done) next = await steps.next();
    return next.value;
  }

  /** The same, yielding the number of each view, from 0, before it is computed. */
  async *encodeByView(
    image: RgbImage,
    mode: ViewMode = this.config.mode,
    signal?: AbortSignal,
  ): AsyncGenerator<number, EncodedImage> {
    const plan = this.plan(image, mode);
    const features: Float32Array[] = [];
    for (const [i, view] of cutViews(image, this.config, plan).entries()) {
      yield i;
      features.push(await this.tower.tokens(normalisedPixels(view, this.config), signal));
    }
    this.#newline ??= this.#weights.readFloat32('model.image_newline');
    return { tokens: assembleTokens(features, await this.#newline, plan, this.config.side), plan };
  }

  release(): Promise<void> {
    return this.tower.release();
  }
}
