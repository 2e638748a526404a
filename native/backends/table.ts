/** A way to compute, as ONNX Runtime's Node binding offers it. */
export interface Backend {
  /** What users and metadata call it. */
  readonly name: string;
  readonly label: string;
  /** ONNX Runtime's name of the execution provider. */
  readonly provider: string;
  /** `platform-architecture` of Node, for which the binding is built with it. */
  readonly platforms: readonly string[];
  /** Whether this project's suites have run on it, on whatever hardware. */
  readonly tested: boolean;
  readonly precision: string;
  /** What is known to go wrong, and what the engine does about it. */
  readonly traps: readonly string[];
}

/** All backends, in the order `auto` tries them; the processor is what remains. */
export const backends = [
  {
    name: 'cuda',
    label: 'NVIDIA CUDA',
    provider: 'cuda',
    platforms: ['linux-x64'],
    tested: false,
    precision: 'float32; quantised matrices by MatMulNBits',
    traps: [
      "its provider library is not in the npm package: onnxruntime-node's own installer fetches it",
      'creating a session throws when the library or the driver is missing',
    ],
  },
  {
    name: 'directml',
    label: 'DirectML',
    provider: 'dml',
    platforms: ['win32-x64', 'win32-arm64'],
    tested: false,
    precision: 'float32; quantised matrices by MatMulNBits',
    traps: ['attention is written as plain matrix products until its fused form has been checked'],
  },
  {
    name: 'coreml',
    label: 'Core ML',
    provider: 'coreml',
    platforms: ['darwin-arm64'],
    tested: false,
    precision: 'may compute in float16 on the neural engine; quantised matrices stay on the processor',
    traps: ["operators of ONNX Runtime's own domain run on the processor"],
  },
  {
    name: 'webgpu',
    label: 'WebGPU',
    provider: 'webgpu',
    platforms: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    tested: true,
    precision: 'float32; quantised matrices by MatMulNBits',
    traps: [
      'MultiHeadAttention gives wrong numbers from 32 rows on with subgroups: attention is written as plain matrix products',
      'bfloat16 nodes run on the processor, so half-precision weights are cast when a session is made',
      'without an adapter creating a session throws',
      'the adapter cannot be chosen; on Linux VK_ICD_FILENAMES chooses the Vulkan driver',
      "reading a tensor that stayed on the device ends the process: results always come back through the session's outputs",
      'the first run of every operator compiles its shader',
    ],
  },
  {
    name: 'cpu',
    label: 'Processor',
    provider: 'cpu',
    platforms: ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    tested: true,
    precision: 'float32; quantised matrices with 8-bit activations (MatMulNBits, accuracy level 4)',
    traps: [
      'bfloat16 has no matrix kernel, and float16 is computed as float32',
      'without prepacking quantised matrices are a hundred times slower',
    ],
  },
] as const satisfies readonly Backend[];

export function findBackend(name: string): Backend | undefined {
  return backends.find((backend) => backend.name === name);
}

/** ONNX Runtime's name of a backend's execution provider. */
export function providerOf(name: string): string {
  return findBackend(name)?.provider ?? name;
}
