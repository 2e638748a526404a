import type { RunSummary } from '../../../electron/contract/runs.ts';
import { studio } from '../../api/index.ts';
import { useRuns } from './store.ts';

const shown = 400;
let underWay: Promise<void> | null = null;
let again = false;
/** Older pictures that were opened from the gallery stay among the results. */
const opened = new Map<string, RunSummary>();

/** Puts an older picture among the results. */
export function keepFinished(run: RunSummary): void {
  const { finished } = useRuns.getState();
  if (finished.some(({ id }) => id === run.id)) return;
  opened.set(run.id, run);
  useRuns.setState({ finished: [...finished, run] });
}

/** Takes pictures out of the results before the studio has told. */
export function dropFinished(ids: readonly string[]): void {
  const gone = new Set(ids);
  for (const id of ids) opened.delete(id);
  useRuns.setState(({ finished }) => ({ finished: finished.filter(({ id }) => !gone.has(id)) }));
}

/** Reads the list of finished pictures; calls in quick succession become at most two. */
export function refreshFinished(): Promise<void> {
  if (underWay) {
    again = true;
    return underWay;
  }
  underWay = read().finally(() => {
    underWay = null;
    if (again) {
      again = false;
      void refreshFinished();
    }
  });
  return underWay;
}

async function read(): Promise<void> {
  const [list, problems] = await Promise.all([
    studio.invoke('run.list', { limit: shown }),
    studio.invoke('run.problems', {}),
  ]);
  if (list.ok)
    useRuns.setState(({ finished }) => ({
      finished: withOpened(asBefore(finished, list.value)),
      loaded: true,
    }));
  else useRuns.setState({ loaded: true });
  if (problems.ok) useRuns.setState({ problems: problems.value });
}

/**
 * What was read anew, with runs that are as they were as the same objects, so that of hundreds of results only new ones
 * are drawn. The list itself is always another: who waits for a run takes it as the word that the library was read.
 */
function asBefore(before: readonly RunSummary[], now: readonly RunSummary[]): RunSummary[] {
  const known = new Map(before.map((run) => [run.id, run]));
  return now.map((run) => {
    const same = known.get(run.id);
    return same && JSON.stringify(same) === JSON.stringify(run) ? same : run;
  });
}

function withOpened(newest: RunSummary[]): RunSummary[] {
  const known = new Set(newest.map(({ id }) => id));
  return [...newest, ...[...opened.values()].filter(({ id }) => !known.has(id))];
}
