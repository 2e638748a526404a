import type { ExpectedShape } from './shapes.ts';
import { vqPrefix, type VqConfig } from './vq-config.ts';

function* convolution(name: string, to: number, from: number, kernel: number): Generator<ExpectedShape> {
  yield [`${vqPrefix}${name}.weight`, [to, from, kernel, kernel]];
  yield [`${vqPrefix}${name}.bias`, [to]];
}

function* norm(name: string, channels: number): Generator<ExpectedShape> {
  yield [`${vqPrefix}${name}.weight`, [channels]];
  yield [`${vqPrefix}${name}.bias`, [channels]];
}

function* resnet(name: string, from: number, to: number): Generator<ExpectedShape> {
  yield* norm(`${name}.norm1`, from);
  yield* convolution(`${name}.conv1`, to, from, 3);
  yield* norm(`${name}.norm2`, to);
  yield* convolution(`${name}.conv2`, to, to, 3);
  if (from !== to) yield* convolution(`${name}.conv_shortcut`, to, from, 1);
}

function* middle(name: string, channels: number, attention: boolean): Generator<ExpectedShape> {
  for (const r of [0, 1]) yield* resnet(`${name}.resnets.${r}`, channels, channels);
  if (!attention) return;
  yield* norm(`${name}.attentions.0.group_norm`, channels);
  for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0']) {
    yield [`${vqPrefix}${name}.attentions.0.${part}.weight`, [channels, channels]];
    yield [`${vqPrefix}${name}.attentions.0.${part}.bias`, [channels]];
  }
}

/** Tensors of the VQ's encoder (MODEL §7.1). */
export function* vqEncoderShapes(c: VqConfig): Generator<ExpectedShape> {
  const { channels, layersPerBlock, latentChannels, embedWidth, midAttention } = c;
  let from = channels[0] ?? 0;
  yield* convolution('encoder.conv_in', from, 3, 3);
  for (const [b, to] of channels.entries()) {
    for (let r = 0; r < layersPerBlock; r++) {
      yield* resnet(`encoder.down_blocks.${b}.resnets.${r}`, r === 0 ? from : to, to);
    }
    if (b < channels.length - 1)
      yield* convolution(`encoder.down_blocks.${b}.downsamplers.0.conv`, to, to, 3);
    from = to;
  }
  yield* middle('encoder.mid_block', from, midAttention);
  yield* norm('encoder.conv_norm_out', from);
  yield* convolution('encoder.conv_out', latentChannels, from, 3);
  yield* convolution('quant_conv', embedWidth, latentChannels, 1);
}

/** Tensors of the VQ's codebook and decoder (MODEL §7.1). */
export function* vqDecoderShapes(c: VqConfig): Generator<ExpectedShape> {
  const { channels, layersPerBlock, latentChannels, embedWidth, codes, midAttention } = c;
  const coarseFirst = [...channels].reverse();
  let from = coarseFirst[0] ?? 0;
  yield [`${vqPrefix}quantize.embedding.weight`, [codes, embedWidth]];
  yield* convolution('post_quant_conv', latentChannels, embedWidth, 1);
  yield* convolution('decoder.conv_in', from, latentChannels, 3);
  yield* middle('decoder.mid_block', from, midAttention);
  for (const [b, to] of coarseFirst.entries()) {
    for (let r = 0; r <= layersPerBlock; r++) {
      yield* resnet(`decoder.up_blocks.${b}.resnets.${r}`, r === 0 ? from : to, to);
    }
    if (b < channels.length - 1) yield* convolution(`decoder.up_blocks.${b}.upsamplers.0.conv`, to, to, 3);
    from = to;
  }
  yield* norm('decoder.conv_norm_out', from);
  yield* convolution('decoder.conv_out', 3, from, 3);
}
