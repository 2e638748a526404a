import type { CanvasPicture } from '../../canvas/selection-api.ts';
import type { RunSummary } from '../../../electron/contract/runs.ts';
import { nameOf } from './request-words.ts';
import { useRuns } from './store.ts';

/** What a picture is called: a result by what was asked for, a picture brought in by its file. */
export function usePictureName(picture: CanvasPicture | null): string {
  const run = useRuns((state) => (picture?.kind === 'run' ? findRun(state.finished, picture.id) : undefined));
  return run ? nameOf(run.request) : (picture?.name ?? '');
}

/** What the picture a request starts from is called, which the request knows by its file. */
export function useSourceName(file: string): string {
  const run = useRuns((state) => findRun(state.finished, file.replace(/\.png$/u, '')));
  return run ? nameOf(run.request) : file;
}

function findRun(finished: readonly RunSummary[], id: string): RunSummary | undefined {
  return finished.find((run) => run.id === id);
}
