import type { StudioError } from '../../electron/contract/errors.ts';
import type { RunEvent } from '../../electron/contract/events.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { toStudioError } from '../errors.ts';
import { writeFileSafely } from '../library/safe-file.ts';
import { RunRecorder } from '../trace/run-recorder.ts';

/** Writes the trace of a run that makes no picture, so that an answer can be looked into like a picture. */
export class TextTraceSaver {
  readonly #pathOf: (id: string) => string;
  readonly #records: () => boolean;

  /** @param records whether steps are kept */
  constructor(pathOf: (id: string) => string, records: () => boolean) {
    this.#pathOf = pathOf;
    this.#records = records;
  }

  /** Passes an engine's events on; run.done comes once the trace is on the disk, or with the warning why it is not. */
  async *follow(
    id: string,
    request: GenerationRequest,
    events: AsyncIterable<RunEvent>,
  ): AsyncGenerator<RunEvent> {
    const recorder = new RunRecorder();
    for await (const event of events) {
      recorder.consume(event);
      if (event.type !== 'run.done') {
        yield event;
        continue;
      }
      const trace = this.#records() ? recorder.encode(request) : null;
      const path = this.#pathOf(id);
      const warnings: StudioError[] = [...(event.result.warnings ?? [])];
      let traceFile: string | null = null;
      if (trace) {
        await writeFileSafely(path, trace).then(
          () => (traceFile = path),
          (error: unknown) => warnings.push(toStudioError(error)),
        );
      }
      yield {
        ...event,
        result: { ...event.result, traceFile, ...(warnings.length > 0 ? { warnings } : {}) },
      };
    }
  }
}
