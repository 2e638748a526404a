import {
  ArrowDown,
  ArrowUp,
  FastForward,
  Gauge,
  Layers2,
  Play,
  Radio,
  SkipBack,
  StepBack,
  StepForward,
  Rewind,
} from 'lucide-react';
import {
  goLive,
  seek,
  shownFilm,
  showRun,
  stepBy,
  togglePlay,
  usePlayback,
} from '../features/playback/store.ts';
import { useRuns } from '../features/runs/store.ts';
import { limits, setSession, useSession } from '../state/session.ts';
import type { Action } from './action.ts';

const hasSteps = (): boolean => (shownFilm()?.reached ?? 0) > 0;

/** The run next to the one on show, in the order of the strip. */
function neighbour(by: number): string | null {
  const { runId } = usePlayback.getState();
  const { order, live, finished } = useRuns.getState();
  const ids = [...order.filter((id) => live[id]?.state === 'running'), ...finished.map(({ id }) => id)];
  return ids[ids.indexOf(runId ?? '') + by] ?? null;
}

function changeSpeed(by: number): void {
  const { speeds } = limits;
  const at = speeds.findIndex((speed) => speed >= useSession.getState().speed);
  const next = speeds[Math.max(0, Math.min(speeds.length - 1, at + by))];
  if (next !== undefined) setSession({ speed: next });
}

/** Moving through the steps of a run, and from run to run. */
export const timelineActions: readonly Action[] = [
  {
    id: 'timeline.play',
    group: 'timeline',
    label: 'action.play',
    icon: Play,
    keys: ['space'],
    onRelease: true,
    enabled: hasSteps,
    perform: togglePlay,
  },
  {
    id: 'timeline.back',
    group: 'timeline',
    label: 'transport.back',
    icon: StepBack,
    keys: ['arrowleft'],
    enabled: hasSteps,
    perform: () => {
      stepBy(-1);
    },
  },
  {
    id: 'timeline.forward',
    group: 'timeline',
    label: 'transport.forward',
    icon: StepForward,
    keys: ['arrowright'],
    enabled: hasSteps,
    perform: () => {
      stepBy(1);
    },
  },
  {
    id: 'timeline.back5',
    group: 'timeline',
    label: 'action.back5',
    icon: Rewind,
    keys: ['shift+arrowleft'],
    enabled: hasSteps,
    perform: () => {
      stepBy(-5);
    },
  },
  {
    id: 'timeline.forward5',
    group: 'timeline',
    label: 'action.forward5',
    icon: FastForward,
    keys: ['shift+arrowright'],
    enabled: hasSteps,
    perform: () => {
      stepBy(5);
    },
  },
  {
    id: 'timeline.start',
    group: 'timeline',
    label: 'transport.start',
    icon: SkipBack,
    keys: ['home'],
    enabled: hasSteps,
    perform: () => {
      seek(0);
    },
  },
  {
    id: 'timeline.end',
    group: 'timeline',
    label: 'action.end',
    icon: Radio,
    keys: ['end'],
    enabled: hasSteps,
    perform: goLive,
  },
  {
    id: 'timeline.slower',
    group: 'timeline',
    label: 'action.slower',
    icon: Gauge,
    keys: ['['],
    after: ['mask.smaller'],
    perform: () => {
      changeSpeed(-1);
    },
  },
  {
    id: 'timeline.faster',
    group: 'timeline',
    label: 'action.faster',
    icon: Gauge,
    keys: [']'],
    after: ['mask.larger'],
    perform: () => {
      changeSpeed(1);
    },
  },
  {
    id: 'timeline.drafts',
    group: 'timeline',
    label: 'action.drafts',
    icon: Layers2,
    keys: ['d'],
    checked: () => useSession.getState().pictureKind === 'x0',
    perform: () => {
      setSession({ pictureKind: useSession.getState().pictureKind === 'x0' ? 'committed' : 'x0' });
    },
  },
  {
    id: 'timeline.newer',
    group: 'timeline',
    label: 'action.newerRun',
    icon: ArrowUp,
    keys: ['arrowup'],
    enabled: () => neighbour(-1) !== null,
    perform: () => {
      showRun(neighbour(-1));
    },
  },
  {
    id: 'timeline.older',
    group: 'timeline',
    label: 'action.olderRun',
    icon: ArrowDown,
    keys: ['arrowdown'],
    enabled: () => neighbour(1) !== null,
    perform: () => {
      showRun(neighbour(1));
    },
  },
];
