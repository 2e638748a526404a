/** How a network is run. */
export interface NetworkOptions {
  /** ONNX Runtime's backend name. */
  backend: string;
  threads: number;
  /** Layers per session; by default as many as fit `groupBytes`. */
  layersPerSession?: number;
  /** Bytes that the transformer's sessions may take; a share of the machine's memory by default. */
  memoryBytes?: number | undefined;
}
