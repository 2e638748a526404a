import type { Fixture } from './fixture.ts';
import type { Row } from './report.ts';

/** What a case may use besides its fixture. */
export interface ParityContext {
  /** ONNX Runtime's backend name. */
  backend: string;
  threads: number;
  /** Largest absolute difference allowed on hidden states and logits. */
  tolerance: number;
}

/** One kind of fixture: how to recognise it, and how to run it. */
export interface ParityCase {
  /** The JSON `name` of the fixtures it is written for. */
  name: string;
  /** Whether the tensors of a fixture of unknown name are of this kind. */
  matches: (fixture: Fixture) => boolean;
  /** Yields one row a comparison; a thrown error becomes a failed row. */
  run: (fixture: Fixture, context: ParityContext) => AsyncGenerator<Row>;
}
