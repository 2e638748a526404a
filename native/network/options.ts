/** How a network is run. */
export interface NetworkOptions {
  /** ONNX Runtime's backend name. */
  backend: string;
  threads: number;
  /** Layers per session; by default as many as fit `groupBytes`. */
  layersPerSession?: number;
}
