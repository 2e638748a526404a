import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';

/** fused: ONNX Runtime's MultiHeadAttention, right on CPU; plain: MatMul, Softmax, MatMul, right everywhere. */
export type AttentionForm = 'fused' | 'plain';

/** MultiHeadAttention gives wrong numbers on WebGPU from 32 rows on, and other GPU backends are untested. */
export function attentionForm(backend: string): AttentionForm {
  return backend === 'cpu' ? 'fused' : 'plain';
}

export interface HeadSizes {
  heads: number;
  keyValueHeads: number;
  headWidth: number;
}

/** Rotary embedding, rotate-half layout (MODEL §2.4), of x [B, rows, heads·headWidth] by tables [rows, headWidth/2]. */
export function rotate(graph: GraphBuilder, x: Value, table: { cos: Value; sin: Value }): Value {
  // The tables already belong to the rows, so positions count 0, 1, 2, … into them.
  return graph.contrib('RotaryEmbedding', [x, graph.int64([0]), table.cos, table.sin], { interleaved: 0 });
}

/** Keys or values [B, L, kvHeads·headWidth] with every head repeated until there is one a query head. */
export function repeatHeads(graph: GraphBuilder, x: Value, sizes: HeadSizes): Value {
  const { heads, keyValueHeads, headWidth } = sizes;
  if (heads === keyValueHeads) return x;
  const split = graph.node('Reshape', [x, graph.int64([0, 0, keyValueHeads, 1, headWidth])]);
  const repeated = graph.node('Expand', [split, graph.int64([1, 1, 1, heads / keyValueHeads, 1])]);
  return graph.node('Reshape', [repeated, graph.int64([0, 0, heads * headWidth])]);
}

/**
 * Full attention without a mask, scale 1/√headWidth.
 * @param query [B, S, heads·headWidth]
 * @param key [B, L, heads·headWidth]
 * @param value like key
 * @returns [B, S, heads·headWidth]
 */
export function attention(
  graph: GraphBuilder,
  query: Value,
  key: Value,
  value: Value,
  sizes: HeadSizes,
  form: AttentionForm,
): Value {
  const { heads, headWidth } = sizes;
  if (form === 'fused') return graph.contrib('MultiHeadAttention', [query, key, value], { num_heads: heads });
  const split = (x: Value, perm: number[]) => {
    const byHead = graph.node('Reshape', [x, graph.int64([0, 0, heads, headWidth])]);
    return graph.node('Transpose', [byHead], { perm });
  };
  const scale = graph.float32([1 / Math.sqrt(headWidth)], []);
  const scaled = graph.node('Mul', [split(query, [0, 2, 1, 3]), scale]);
  const scores = graph.node('MatMul', [scaled, split(key, [0, 2, 3, 1])]);
  const weights = graph.node('Softmax', [scores], { axis: -1 });
  const mixed = graph.node('MatMul', [weights, split(value, [0, 2, 1, 3])]);
  const byRow = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  return graph.node('Reshape', [byRow, graph.int64([0, 0, heads * headWidth])]);
}
