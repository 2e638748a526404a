import type { Value } from '../../onnx/graph-builder.ts';
import type { VisionGraph } from './vision-graph.ts';

/** Spatial pool (MODEL §5): a strided convolution over the patch grid, or nothing. [B, patches², w] to [B, side², w']. */
export function resample(vision: VisionGraph, rows: Value): Value {
  const { pool, width, patches } = vision.config;
  if (!pool) return rows;
  const planes = vision.planesOfRows(rows, width, patches);
  const pooled = vision.conv(planes, 'model.vision_resampler.pool', pool.kernel, pool.stride);
  return vision.rowsOfPlanes(pooled, pool.width);
}
