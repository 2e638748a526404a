import type { QuantizedBits } from '../tensor/quantize.ts';

/** Precisions a model can be converted to. */
export const precisions = ['int4', 'int8', 'fp32'] as const;
export type Precision = (typeof precisions)[number];

/** Bits of a quantised precision; null for fp32. */
export function bitsOf(precision: Precision): QuantizedBits | null {
  return { int4: 4 as const, int8: 8 as const, fp32: null }[precision];
}

const blockMatrix =
  /^model\.transformer\.blocks\.\d+\.(q_proj|k_proj|v_proj|ff_proj|up_proj|ff_out)(_vision)?\.weight$|^model\.transformer\.blocks\.\d+\.attn_out\.weight$/u;
const visionMatrix =
  /^model\.vision_tower\..*\.encoder\.layers\.\d+\.(self_attn\.(q|k|v|out)_proj|mlp\.fc[12])\.weight$/u;

/**
 * Whether a tensor is a matrix that quantised precisions store in blocks: the transformer's and the vision tower's
 * projections, the projector and the text head. Everything else keeps its precision: norms, biases, embeddings, the
 * image tokens' own modules (2 % of the weights, next to the choice of a code), and all of the VQ.
 * @param block columns that share a scale; a matrix with fewer columns would only grow
 */
export function isQuantizable(name: string, shape: readonly number[], block: number): boolean {
  const [, columns = 0] = shape;
  if (shape.length !== 2 || columns < block) return false;
  return (
    blockMatrix.test(name) ||
    visionMatrix.test(name) ||
    name === 'model.transformer.ff_out.weight' ||
    /^model\.mm_projector\.\d+\.weight$/u.test(name)
  );
}
