import { studio } from '../../api/index.ts';
import { useRuns } from './store.ts';

const shown = 400;
let underWay: Promise<void> | null = null;
let again = false;

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
  if (list.ok) useRuns.setState({ finished: list.value, loaded: true });
  else useRuns.setState({ loaded: true });
  if (problems.ok) useRuns.setState({ problems: problems.value });
}
