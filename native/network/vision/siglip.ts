import type { Value } from '../../onnx/graph-builder.ts';
import { attention } from '../attention-graph.ts';
import { towerPrefix } from './vision-config.ts';
import type { VisionGraph } from './vision-graph.ts';

/** Patch convolution and learned positions: pixels [B, 3, S, S] to rows [B, patches², width] (MODEL §5). */
export function patchEmbedding(vision: VisionGraph, pixels: Value): Value {
  const { patchSize, width } = vision.config;
  const planes = vision.conv(pixels, `${towerPrefix}embeddings.patch_embedding`, patchSize, patchSize);
  const positions = vision.weight(`${towerPrefix}embeddings.position_embedding.weight`);
  return vision.graph.node('Add', [vision.rowsOfPlanes(planes, width), positions]);
}

/**
 * One pre-norm encoder layer on rows [B, patches², width]. The tower's output is that of its last running layer:
 * post_layernorm and the pooling head belong to another use of SigLIP.
 */
export function encoderLayer(vision: VisionGraph, rows: Value, layer: number): Value {
  const { graph, config } = vision;
  const { width, heads, patches, activation } = config;
  const module = `${towerPrefix}encoder.layers.${layer}`;
  const flat = graph.node('Reshape', [rows, graph.int64([-1, width])]);
  const normed = vision.norm(flat, `${module}.layer_norm1`);
  const project = (name: string): Value => {
    const projected = vision.linear(normed, `${module}.self_attn.${name}`);
    return graph.node('Reshape', [projected, graph.int64([-1, patches * patches, width])]);
  };
  const sizes = { heads, keyValueHeads: heads, headWidth: width / heads };
  const mixed = attention(graph, project('q_proj'), project('k_proj'), project('v_proj'), sizes, vision.form);
  const mixedFlat = graph.node('Reshape', [mixed, graph.int64([-1, width])]);
  const attended = graph.node('Add', [flat, vision.linear(mixedFlat, `${module}.self_attn.out_proj`)]);
  const wide = vision.linear(vision.norm(attended, `${module}.layer_norm2`), `${module}.mlp.fc1`);
  const active = vision.gelu(wide, activation === 'gelu_pytorch_tanh');
  const out = graph.node('Add', [attended, vision.linear(active, `${module}.mlp.fc2`)]);
  return graph.node('Reshape', [out, graph.int64([-1, patches * patches, width])]);
}
