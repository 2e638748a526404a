import { GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import type { BundleWeights } from '../../tensor/bundle-weights.ts';
import type { AttentionForm } from '../attention-graph.ts';
import type { VisionConfig } from './vision-config.ts';

/** What the parts of the vision path are built with. */
export class VisionGraph {
  readonly graph: GraphBuilder;
  readonly config: VisionConfig;
  readonly form: AttentionForm;
  readonly #weights: BundleWeights;

  constructor(name: string, weights: BundleWeights, config: VisionConfig, form: AttentionForm) {
    this.graph = new GraphBuilder(name);
    this.config = config;
    this.form = form;
    this.#weights = weights;
  }

  weight(name: string): Value {
    return this.graph.weight(this.#weights.entry(name));
  }

  /** y = x·Wᵀ + b on flat rows. */
  linear(x: Value, module: string): Value {
    const bias = this.weight(`${module}.bias`);
    return this.graph.linear(x, this.#weights.entry(`${module}.weight`), { bias });
  }

  /** LayerNorm with bias over the last axis. */
  norm(x: Value, module: string): Value {
    const inputs = [x, this.weight(`${module}.weight`), this.weight(`${module}.bias`)];
    return this.graph.node('LayerNormalization', inputs, {
      axis: -1,
      epsilon: { float: this.config.normEpsilon },
    });
  }

  /** Convolution with bias and without padding. */
  conv(x: Value, module: string, kernel: number, stride: number): Value {
    const inputs = [x, this.weight(`${module}.weight`), this.weight(`${module}.bias`)];
    return this.graph.node('Conv', inputs, { kernel_shape: [kernel, kernel], strides: [stride, stride] });
  }

  /** GELU, exact or by its tanh approximation. */
  gelu(x: Value, approximate: boolean): Value {
    return this.graph.contrib(approximate ? 'FastGelu' : 'Gelu', [x]);
  }

  /** Planes [B, width, side, side] to rows [B, side², width], raster order. */
  rowsOfPlanes(planes: Value, width: number): Value {
    const flat = this.graph.node('Reshape', [planes, this.graph.int64([0, width, -1])]);
    return this.graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  }

  /** Rows [B, side², width] to planes [B, width, side, side]. */
  planesOfRows(rows: Value, width: number, side: number): Value {
    const turned = this.graph.node('Transpose', [rows], { perm: [0, 2, 1] });
    return this.graph.node('Reshape', [turned, this.graph.int64([0, width, side, side])]);
  }
}
