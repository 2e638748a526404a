import type { RunEvent } from '../../electron/contract/events.ts';
import { withoutPictures, type GenerationRequest } from '../../electron/contract/request.ts';
import { encodeTextTrace, encodeTrace } from './format.ts';
import { TraceRecorder } from './recorder.ts';
import { TextTraceRecorder } from './text-recorder.ts';

/** Records a run of whatever kind: codes, texts and boxes. */
export class RunRecorder {
  readonly #codes = new TraceRecorder();
  readonly #texts = new TextTraceRecorder();
  #made: { model: { name: string; fingerprint: string }; backend: string } | null = null;

  consume(event: RunEvent): void {
    if (event.type === 'run.start' || event.type === 'ground.start' || event.type === 'text.start') {
      this.#made ??= { model: event.model, backend: event.backend };
    }
    this.#codes.consume(event);
    this.#texts.consume(event);
  }

  /** The bytes of the trace file, or null when the run left nothing to replay. */
  encode(request: GenerationRequest): Uint8Array | null {
    const recorded = this.#codes.recorded();
    const texts = this.#texts.recorded();
    if (recorded) return encodeTrace(recorded, texts);
    if (!this.#made) return null;
    return encodeTextTrace({ request: withoutPictures(request), ...this.#made }, texts);
  }
}
