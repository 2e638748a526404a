/** How a network is run. */
export interface NetworkOptions {
  /** ONNX Runtime's backend name. */
  backend: string;
  threads: number;
  /** Layers per session; by default as many as fit `groupBytes`. */
  layersPerSession?: number;
  /** Bytes of memory the engine may take; what the machine allows by default. The transformer's sessions get a share. */
  memoryBytes?: number | undefined;
}
