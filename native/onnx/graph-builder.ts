import { LavidaError } from '../errors.ts';
import type { StoredTensor } from '../tensor/bundle-weights.ts';
import { blockBytes, blocksPerRow } from '../tensor/quantize.ts';
import { quantizedShape } from '../tensor/quantized-tensors.ts';
import {
  attributeType,
  elementType,
  encodeModel,
  type AttributeMessage,
  type ElementType,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts';

/** Name of a value in a graph; only a builder makes one. */
export type Value = string & { readonly __value: unique symbol };

/** A number that is not an integer is a FLOAT, else an INT; `{ float }` makes a whole number a FLOAT. */
export type Attribute = number | string | readonly number[] | { float: number };

/** Operator sets the graphs are written in; RMSNorm, rotary embedding and fused attention are ONNX Runtime's own. */
const opsets = [
  { domain: '', version: 21 },
  { domain: 'com.microsoft', version: 1 },
];
/** Inline initialisers are for shapes and scalars; anything larger belongs in a weight file. */
const maxInlineBytes = 1 << 20;

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? { name, type: attributeType.int, i: value }
      : { name, type: attributeType.float, f: value };
  }
  if (typeof value === 'string') {
    return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { name, type: attributeType.float, f: value.float };
  return value.every((item) => Number.isInteger(item))
    ? { name, type: attributeType.ints, ints: value }
    : { name, type: attributeType.floats, floats: value };
}

function weightType(tensor: StoredTensor): ElementType {
  switch (tensor.dtype) {
    case 'F32':
      return 'float32';
    case 'F16':
      return 'float16';
    case 'BF16':
      return 'bfloat16';
    default:
      throw new LavidaError(
        'model.corrupt',
        `The weight "${tensor.name}" is ${tensor.dtype}, not a floating-point tensor.`,
      );
  }
}

/** Dimensions: numbers are fixed, names are free. */
export type Shape = readonly (number | string)[];

function valueInfo(name: string, type: ElementType, shape: Shape): ValueInfoMessage {
  const dim = shape.map((length) =>
    typeof length === 'number' ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType: elementType[type], shape: { dim } } } };
}

/**
 * Builds one ONNX graph. Values are named by the builder; weights stay in their safetensors files and are referred to
 * by file, offset and length.
 */
export class GraphBuilder {
  readonly name: string;
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers = new Map<string, TensorMessage>();
  readonly #inputs: ValueInfoMessage[] = [];
  readonly #outputs: ValueInfoMessage[] = [];
  readonly #weights = new Map<string, Value>();
  readonly #quantized = new Map<string, Value[]>();
  readonly #stored = new Map<string, StoredTensor>();
  #counter = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Declares a graph input. */
  input(name: string, type: ElementType, shape: Shape): Value {
    if (this.#inputs.some((input) => input.name === name)) throw new Error(`two graph inputs named ${name}`);
    this.#inputs.push(valueInfo(name, type, shape));
    return name as Value;
  }

  /** Makes a value a graph output of the given name. */
  output(value: Value, name: string, type: ElementType, shape: Shape): void {
    if (this.#outputs.some((output) => output.name === name))
      throw new Error(`two graph outputs named ${name}`);
    this.#append('Identity', [value], [name], {}, '');
    this.#outputs.push(valueInfo(name, type, shape));
  }

  get outputNames(): string[] {
    return this.#outputs.map((output) => output.name);
  }

  get inputNames(): string[] {
    return this.#inputs.map((input) => input.name);
  }

  /** Adds an operator with one output. An empty input name leaves an optional input out. */
  node(op: string, inputs: (Value | '')[], attributes: Record<string, Attribute> = {}, domain = ''): Value {
    const name = `${op}_${this.#counter++}`;
    this.#append(op, inputs, [name], attributes, domain);
    return name as Value;
  }

  /** Adds one of ONNX Runtime's own operators (domain com.microsoft). */
  contrib(op: string, inputs: (Value | '')[], attributes: Record<string, Attribute> = {}): Value {
    return this.node(op, inputs, attributes, 'com.microsoft');
  }

  /** Indices (int64) of the `count` largest or smallest values along the last axis, best first, lower index first. */
  topIndices(x: Value, count: number, largest: boolean): Value {
    const name = `TopK_${this.#counter++}`;
    const attributes = { axis: -1, largest: largest ? 1 : 0, sorted: 1 };
    this.#append('TopK', [x, this.int64([count])], [`${name}_values`, `${name}_indices`], attributes, '');
    return `${name}_indices` as Value;
  }

  #append(
    op: string,
    inputs: (Value | '')[],
    outputs: string[],
    attributes: Record<string, Attribute>,
    domain: string,
  ): void {
    this.#nodes.push({
      opType: op,
      name: `node_${this.#nodes.length}`,
      domain,
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
    });
  }

  #initializer(tensor: TensorMessage): Value {
    // ONNX Runtime only warns about a second initialiser of one name and lets the last win.
    if (this.#initializers.has(tensor.name)) throw new Error(`two initialisers named ${tensor.name}`);
    this.#initializers.set(tensor.name, tensor);
    return tensor.name as Value;
  }

  #inline(type: ElementType, dims: readonly number[], data: Uint8Array): Value {
    if (data.byteLength > maxInlineBytes)
      throw new RangeError(`an inline constant of ${data.byteLength} bytes`);
    const name = `const_${this.#counter++}`;
    return this.#initializer({ name, dims, dataType: elementType[type], rawData: data });
  }

  /** An int64 constant, mostly a shape. */
  int64(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.#inline('int64', dims, new Uint8Array(data.buffer));
  }

  /** A float32 constant. */
  float32(values: readonly number[] | Float32Array, dims: readonly number[] = [values.length]): Value {
    const data = Float32Array.from(values);
    return this.#inline('float32', dims, new Uint8Array(data.buffer));
  }

  /**
   * A stored weight as a float32 value: F16 and BF16 are cast in the graph.
   * @param options.rows only rows from…to−1 of the first axis, which are contiguous in the file
   * @param options.shape another shape of the same number of elements
   */
  weight(
    tensor: StoredTensor,
    options: { rows?: readonly [from: number, to: number]; shape?: readonly number[] } = {},
  ): Value {
    const [from, to] = this.#range(tensor, options.rows);
    const own = tensor.shape.length === 0 ? [] : [to - from, ...tensor.shape.slice(1)];
    const dims = options.shape ?? own;
    const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
    if (count(dims) !== count(own))
      throw new RangeError(`${tensor.name} cannot be seen as [${dims.join(', ')}]`);
    const key = `${tensor.name}[${from}:${to}][${dims.join(',')}]`;
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    if (tensor.quantized) throw new Error(`${tensor.name} is quantised: it can only be multiplied by`);
    const stored = this.#external(tensor, key, weightType(tensor), dims, tensor, [from, to]);
    const value = tensor.dtype === 'F32' ? stored : this.node('Cast', [stored], { to: elementType.float32 });
    this.#weights.set(key, value);
    return value;
  }

  /**
   * y = x·Wᵀ (+ bias) of flat rows x [n, K] by a stored matrix W [N, K], quantised or not.
   * @param options.rows only rows from…to−1 of W, as for `weight`
   * @param options.bias a vector [N], added to every row
   */
  linear(
    x: Value,
    tensor: StoredTensor,
    options: { rows?: readonly [from: number, to: number]; bias?: Value } = {},
  ): Value {
    const { rows, bias } = options;
    const { quantized } = tensor;
    if (!quantized) {
      const weight = this.weight(tensor, rows === undefined ? {} : { rows });
      return this.node('Gemm', bias === undefined ? [x, weight] : [x, weight, bias], { transB: 1 });
    }
    const [from, to] = this.#range(tensor, rows);
    const shape = quantizedShape([to - from, tensor.shape[1] ?? 0], quantized);
    const blocks = blocksPerRow(shape);
    const key = `${tensor.name}[${from}:${to}]`;
    let parts = this.#quantized.get(key);
    if (parts === undefined) {
      const packedDims = [shape.rows, blocks, blockBytes(shape)];
      parts = [
        this.#external(tensor, `${key}.q`, 'uint8', packedDims, tensor, [from, to]),
        this.#external(tensor, `${key}.scales`, 'float32', [shape.rows, blocks], quantized.scales, [
          from,
          to,
        ]),
      ];
      this.#quantized.set(key, parts);
    }
    const product = this.contrib('MatMulNBits', [x, ...parts], {
      K: shape.columns,
      N: shape.rows,
      bits: shape.bits,
      block_size: shape.block,
      // Products of 8-bit integers: the float form is 10 to 100 times slower for 8-bit weights on a processor.
      accuracy_level: 4,
    });
    return bias === undefined ? product : this.node('Add', [product, bias]);
  }

  /** Rows of a tensor, checked; all of them by default. */
  #range(tensor: StoredTensor, rows?: readonly [from: number, to: number]): readonly [number, number] {
    const length = tensor.shape[0] ?? 1;
    const [from, to] = rows ?? [0, length];
    if (from < 0 || to > length || from > to)
      throw new RangeError(`${tensor.name} has no rows ${from}…${to}`);
    return [from, to];
  }

  /** An initialiser that is rows from…to−1 of `place`, bytes of the file that holds `tensor`. */
  #external(
    tensor: StoredTensor,
    name: string,
    type: ElementType,
    dims: readonly number[],
    place: { offset: number; byteLength: number },
    [from, to]: readonly [number, number],
  ): Value {
    const length = tensor.shape[0] ?? 1;
    const rowBytes = length === 0 ? 0 : place.byteLength / length;
    this.#stored.set(tensor.name, tensor);
    return this.#initializer({
      name,
      dims,
      dataType: elementType[type],
      dataLocation: 1,
      externalData: [
        { key: 'location', value: tensor.location },
        { key: 'offset', value: String(place.offset + from * rowBytes) },
        { key: 'length', value: String((to - from) * rowBytes) },
      ],
    });
  }

  /** The stored tensors the graph refers to. */
  get storedTensors(): StoredTensor[] {
    return [...this.#stored.values()];
  }

  /** The model as protobuf bytes. */
  build(): Uint8Array {
    const model: ModelMessage = {
      irVersion: 10,
      producerName: 'lavida-studio',
      opsetImport: opsets,
      graph: {
        name: this.name,
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: this.#inputs,
        output: this.#outputs,
      },
    };
    return encodeModel(model);
  }
}
