import type { Value } from '../../onnx/graph-builder.ts';
import type { VisionGraph } from './vision-graph.ts';

/** Linear layers with exact GELU between them (MODEL §5): rows [B, n, w] to tokens [B·n, d_model]. */
export function projectTokens(vision: VisionGraph, rows: Value, width: number): Value {
  const { graph, config } = vision;
  let x = graph.node('Reshape', [rows, graph.int64([-1, width])]);
  for (let i = 0; i < config.projections; i++) {
    if (i > 0) x = vision.gelu(x, false);
    x = vision.linear(x, `model.mm_projector.${i * 2}`);
  }
  return x;
}
