/** Element types of the safetensors format that the studio reads. */
export const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type Dtype = keyof typeof dtypeBytes;

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypeBytes, name);
}

/** IEEE 754 binary16 bits as a number. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | undefined;

/** Every binary16 value as float32, 256 KiB, made at first use: a lookup is several times faster than bit work. */
function halves(): Float32Array {
  halfTable ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToNumber(bits));
  return halfTable;
}

/** binary16 bits to float32, exact. */
function float16ToFloat32(bits: Uint16Array): Float32Array {
  const table = halves();
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i] as number] as number;
  return values;
}

/** bfloat16 bits to float32, exact: bfloat16 is the upper half of a float32. */
function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}

/** A typed-array view needs its own alignment; bytes that came from the middle of a file may lack it. */
function aligned(bytes: Uint8Array, elementBytes: number): Uint8Array {
  return bytes.byteOffset % elementBytes === 0 ? bytes : bytes.slice();
}

/**
 * Little-endian elements of any dtype as float32. F32, F16, BF16, 8- and 16-bit integers and BOOL are exact; F64 and
 * wider integers are rounded to float32.
 */
export function toFloat32(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const source = aligned(bytes, dtypeBytes[dtype]);
  const { buffer, byteOffset } = source;
  const length = source.byteLength / dtypeBytes[dtype];
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, length));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'U64':
      return Float32Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
    case 'I32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length));
    case 'U32':
      return Float32Array.from(new Uint32Array(buffer, byteOffset, length));
    case 'I16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, length));
    case 'U16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(source);
  }
}

/** Little-endian integer elements as int32; wider values must fit. Floating-point dtypes are refused. */
export function toInt32(bytes: Uint8Array, dtype: Dtype): Int32Array {
  const source = aligned(bytes, dtypeBytes[dtype]);
  const { buffer, byteOffset } = source;
  const length = source.byteLength / dtypeBytes[dtype];
  switch (dtype) {
    case 'I32':
      return new Int32Array(buffer, byteOffset, length);
    case 'U32':
      return Int32Array.from(new Uint32Array(buffer, byteOffset, length));
    case 'I64':
      return Int32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'U64':
      return Int32Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
    case 'I16':
      return Int32Array.from(new Int16Array(buffer, byteOffset, length));
    case 'U16':
      return Int32Array.from(new Uint16Array(buffer, byteOffset, length));
    case 'I8':
      return Int32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'U8':
    case 'BOOL':
      return Int32Array.from(source);
    case 'F64':
    case 'F32':
    case 'F16':
    case 'BF16':
      throw new TypeError(`${dtype} elements are not integers`);
  }
}
