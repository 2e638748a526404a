import { GraphBuilder, type Shape, type Value } from '../onnx/graph-builder.ts';
import type { BundleWeights } from '../tensor/bundle-weights.ts';
import { vqPrefix, type VqConfig } from './vq-config.ts';

/** All group norms of the VQ (MODEL §4). */
const epsilon = 1e-6;
const image = (channels: number): Shape => ['batch', channels, 'height', 'width'];

/** How a VQ graph is built. */
export interface VqGraphOptions {
  /** ONNX Runtime's backend name. */
  backend: string;
  /** Also output every module's result under its name. */
  taps?: boolean;
}

/** Builds VQ graphs layer by layer; every named module's output can be made a graph output for comparison. */
class VqGraph {
  readonly graph: GraphBuilder;
  readonly #weights: BundleWeights;
  readonly #config: VqConfig;
  readonly #taps: boolean;
  readonly #padChannels: boolean;

  constructor(name: string, weights: BundleWeights, config: VqConfig, options: VqGraphOptions) {
    this.graph = new GraphBuilder(name);
    this.#weights = weights;
    this.#config = config;
    this.#taps = options.taps === true;
    this.#padChannels = options.backend !== 'cpu';
  }

  tap(x: Value, module: string, channels: number): Value {
    if (this.#taps) this.graph.output(x, module, 'float32', image(channels));
    return x;
  }

  #weight(name: string, shape?: readonly number[]): Value {
    return this.graph.weight(this.#weights.entry(vqPrefix + name), shape === undefined ? {} : { shape });
  }

  /** Convolution with bias, named as stored; the kernel's size decides the padding that keeps the picture's size. */
  conv(x: Value, module: string): Value {
    const [, channels = 0, kernel = 1] = this.#weights.entry(`${vqPrefix}${module}.weight`).shape;
    const pad = (kernel - 1) / 2;
    const [input, weight] = this.#wholeVectors(x, this.#weight(`${module}.weight`), channels);
    return this.graph.node('Conv', [input, weight, this.#weight(`${module}.bias`)], {
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
    });
  }

  /**
   * Fills input channels up to a multiple of four with zeros. ONNX Runtime's WebGPU convolution gives wrong numbers at
   * 6 channels, and published sizes never come here.
   */
  #wholeVectors(x: Value, weight: Value, channels: number): [Value, Value] {
    const missing = (4 - (channels % 4)) % 4;
    if (!this.#padChannels || channels <= 4 || missing === 0) return [x, weight];
    const pads = this.graph.int64([0, 0, 0, 0, 0, missing, 0, 0]);
    return [this.graph.node('Pad', [x, pads]), this.graph.node('Pad', [weight, pads])];
  }

  /** Stride-2 convolution, padded right and below only. */
  down(x: Value, module: string): Value {
    const [, channels = 0] = this.#weights.entry(`${vqPrefix}${module}.weight`).shape;
    const [input, weight] = this.#wholeVectors(x, this.#weight(`${module}.weight`), channels);
    return this.graph.node('Conv', [input, weight, this.#weight(`${module}.bias`)], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [0, 0, 1, 1],
    });
  }

  /** Nearest ×2, then a convolution. */
  up(x: Value, module: string): Value {
    const doubled = this.graph.node('Resize', [x, '', this.graph.float32([1, 1, 2, 2])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
    return this.conv(doubled, module);
  }

  /** GroupNorm as InstanceNormalization over groups: ONNX Runtime's own GroupNorm decomposes into twenty nodes. */
  groupNorm(x: Value, module: string, channels: number): Value {
    const { groups } = this.#config;
    const grouped = this.graph.node('Reshape', [x, this.graph.int64([0, groups, -1])]);
    const ones = this.graph.float32(new Float32Array(groups).fill(1));
    const zeros = this.graph.float32(new Float32Array(groups));
    const normed = this.graph.node('InstanceNormalization', [grouped, ones, zeros], {
      epsilon: { float: epsilon },
    });
    const back = this.graph.node('Reshape', [normed, this.graph.node('Shape', [x])]);
    const scaled = this.graph.node('Mul', [back, this.#weight(`${module}.weight`, [channels, 1, 1])]);
    return this.graph.node('Add', [scaled, this.#weight(`${module}.bias`, [channels, 1, 1])]);
  }

  silu(x: Value): Value {
    return this.graph.node('Mul', [x, this.graph.node('Sigmoid', [x])]);
  }

  /** Two normed convolutions and a shortcut. */
  resnet(x: Value, module: string, from: number, to: number): Value {
    let y = this.conv(this.silu(this.groupNorm(x, `${module}.norm1`, from)), `${module}.conv1`);
    y = this.conv(this.silu(this.groupNorm(y, `${module}.norm2`, to)), `${module}.conv2`);
    const shortcut = from === to ? x : this.conv(x, `${module}.conv_shortcut`);
    return this.graph.node('Add', [shortcut, y]);
  }

  /** One-head self-attention over all places, with biases and a shortcut. */
  attention(x: Value, module: string, channels: number): Value {
    const { graph } = this;
    const normed = this.groupNorm(x, `${module}.group_norm`, channels);
    const rows = graph.node('Transpose', [graph.node('Reshape', [normed, graph.int64([0, 0, -1])])], {
      perm: [0, 2, 1],
    });
    const linear = (input: Value, name: string) => {
      const matrix = graph.node('Transpose', [this.#weight(`${module}.${name}.weight`)], { perm: [1, 0] });
      return graph.node('Add', [
        graph.node('MatMul', [input, matrix]),
        this.#weight(`${module}.${name}.bias`),
      ]);
    };
    const keys = graph.node('Transpose', [linear(rows, 'to_k')], { perm: [0, 2, 1] });
    const scores = graph.node('MatMul', [linear(rows, 'to_q'), keys]);
    const scaled = graph.node('Mul', [scores, graph.float32([1 / Math.sqrt(channels)], [])]);
    const mixed = graph.node('MatMul', [graph.node('Softmax', [scaled], { axis: -1 }), linear(rows, 'to_v')]);
    const planes = graph.node('Transpose', [linear(mixed, 'to_out.0')], { perm: [0, 2, 1] });
    const back = graph.node('Reshape', [planes, graph.node('Shape', [x])]);
    return graph.node('Add', [back, x]);
  }

  middle(x: Value, module: string, channels: number): Value {
    let y = this.resnet(x, `${module}.resnets.0`, channels, channels);
    if (this.#config.midAttention) y = this.attention(y, `${module}.attentions.0`, channels);
    return this.resnet(y, `${module}.resnets.1`, channels, channels);
  }
}

/**
 * Pixels [B, 3, H, W] in [0,1] to latents [B, embedWidth, H/f, W/f], output `latents`.
 */
export function encoderGraph(
  weights: BundleWeights,
  config: VqConfig,
  options: VqGraphOptions,
): GraphBuilder {
  const vq = new VqGraph('vq-encoder', weights, config, options);
  const { channels, layersPerBlock, latentChannels, embedWidth } = config;
  let from = channels[0] ?? 0;
  let x = vq.conv(vq.graph.input('pixels', 'float32', image(3)), 'encoder.conv_in');
  x = vq.tap(x, 'encoder.conv_in', from);
  channels.forEach((to, b) => {
    for (let r = 0; r < layersPerBlock; r++) {
      x = vq.resnet(x, `encoder.down_blocks.${b}.resnets.${r}`, r === 0 ? from : to, to);
    }
    if (b < channels.length - 1) x = vq.down(x, `encoder.down_blocks.${b}.downsamplers.0.conv`);
    x = vq.tap(x, `encoder.down_blocks.${b}`, to);
    from = to;
  });
  x = vq.tap(vq.middle(x, 'encoder.mid_block', from), 'encoder.mid_block', from);
  x = vq.conv(vq.silu(vq.groupNorm(x, 'encoder.conv_norm_out', from)), 'encoder.conv_out');
  x = vq.tap(x, 'encoder', latentChannels);
  vq.graph.output(vq.conv(x, 'quant_conv'), 'latents', 'float32', image(embedWidth));
  return vq.graph;
}

/**
 * Codebook rows [B, embedWidth, h, w] to pixels [B, 3, h·f, w·f], not clipped, output `pixels`.
 */
export function decoderGraph(
  weights: BundleWeights,
  config: VqConfig,
  options: VqGraphOptions,
): GraphBuilder {
  const vq = new VqGraph('vq-decoder', weights, config, options);
  const { channels, layersPerBlock, latentChannels, embedWidth } = config;
  const coarseFirst = [...channels].reverse();
  let from = coarseFirst[0] ?? 0;
  let x = vq.conv(vq.graph.input('quantized', 'float32', image(embedWidth)), 'post_quant_conv');
  x = vq.tap(x, 'post_quant_conv', latentChannels);
  x = vq.tap(vq.conv(x, 'decoder.conv_in'), 'decoder.conv_in', from);
  x = vq.tap(vq.middle(x, 'decoder.mid_block', from), 'decoder.mid_block', from);
  coarseFirst.forEach((to, b) => {
    for (let r = 0; r <= layersPerBlock; r++) {
      x = vq.resnet(x, `decoder.up_blocks.${b}.resnets.${r}`, r === 0 ? from : to, to);
    }
    if (b < coarseFirst.length - 1) x = vq.up(x, `decoder.up_blocks.${b}.upsamplers.0.conv`);
    x = vq.tap(x, `decoder.up_blocks.${b}`, to);
    from = to;
  });
  x = vq.conv(vq.silu(vq.groupNorm(x, 'decoder.conv_norm_out', from)), 'decoder.conv_out');
  vq.graph.output(x, 'pixels', 'float32', image(3));
  return vq.graph;
}
