import type { ModelInfo } from '../../electron/contract/engine.ts';
import type { Network } from '../network/index.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';

/** What every task runs on: an open bundle. */
export interface TaskContext {
  network: Network;
  tokenizer: TextTokenizer;
  info: ModelInfo;
  backend: string;
}

export interface TaskOptions {
  /** Checked between forwards. */
  signal: AbortSignal;
  /** Whether to decode pictures on the way; never changes the result. */
  previews: boolean;
}
