import type { GenerationRequest } from '../../electron/contract/request.ts';
import type { StudioError } from '../../electron/contract/errors.ts';
import { createEngine } from '../../native/engine.ts';
import { peakResidentBytes } from '../../native/hardware/memory.ts';
import { toStudioError } from '../../native/errors.ts';

/** What a measured child is asked for, and what it answers. */
export interface MeasuredJob {
  modelDirectory: string;
  request: GenerationRequest;
}
export type MeasuredAnswer = { peakBytes: number; error: StudioError | null };

/** A process of its own that opens a model, runs one request and tells its peak of resident memory. */
process.once('message', (job: MeasuredJob) => {
  void measure(job).then((answer) => {
    process.send?.(answer, () => process.exit(0));
  });
});

async function measure({ modelDirectory, request }: MeasuredJob): Promise<MeasuredAnswer> {
  const engine = createEngine();
  let error: StudioError | null = null;
  try {
    await engine.open({ modelDirectory, backend: 'cpu', threads: 1 }, () => undefined);
    const signal = new AbortController().signal;
    for await (const event of engine.run(request, { signal, previews: false })) {
      if (event.type === 'run.error') error = event.error;
    }
  } catch (thrown) {
    error = toStudioError(thrown);
  }
  return { peakBytes: peakResidentBytes(), error };
}
