import {
  Braces,
  Clapperboard,
  GitBranch,
  GitCompareArrows,
  LayoutGrid,
  Repeat,
  TableProperties,
} from 'lucide-react';
import { branchPoint, useBranch } from '../features/branch/branch.ts';
import { comparable, openCompare } from '../features/compare/store.ts';
import { canExport, exportRun } from '../features/export/export.ts';
import { copyText } from '../features/playback/clipboard.ts';
import { stepTable } from '../features/playback/numbers.ts';
import { shownFilm, usePlayback } from '../features/playback/store.ts';
import { t } from '../i18n/index.ts';
import { setSession, useSession } from '../state/session.ts';
import type { Action } from './action.ts';

/** Looking into a run: branching, comparing, copying its numbers, taking it out of the studio. */
export const inspectActions: readonly Action[] = [
  {
    id: 'timeline.loop',
    group: 'timeline',
    label: 'transport.loop',
    icon: Repeat,
    keys: ['shift+l'],
    checked: () => useSession.getState().loop,
    perform: () => {
      setSession({ loop: !useSession.getState().loop });
    },
  },
  {
    id: 'timeline.branch',
    group: 'timeline',
    label: 'branch.title',
    icon: GitBranch,
    keys: ['shift+b'],
    enabled: () => branchPoint() !== null,
    perform: () => {
      useBranch.setState({ open: true });
    },
  },
  {
    id: 'timeline.compare',
    group: 'timeline',
    label: 'lockstep.title',
    icon: GitCompareArrows,
    keys: ['shift+c'],
    enabled: () => comparable().length > 1,
    perform: openCompare,
  },
  {
    id: 'timeline.copyStep',
    group: 'timeline',
    label: 'numbers.copyStep',
    icon: TableProperties,
    keys: [],
    enabled: () => (shownFilm()?.place(usePlayback.getState().position)?.local ?? 0) > 0,
    perform: () => {
      const place = shownFilm()?.place(usePlayback.getState().position);
      if (place) void copyText(stepTable(place), t('copy.numbers'));
    },
  },
  {
    id: 'timeline.exportGif',
    group: 'timeline',
    label: 'action.exportGif',
    icon: Clapperboard,
    keys: [],
    enabled: () => canExport('gif'),
    perform: () => void exportRun('gif'),
  },
  {
    id: 'timeline.exportSheet',
    group: 'timeline',
    label: 'action.exportSheet',
    icon: LayoutGrid,
    keys: [],
    enabled: () => canExport('sheet'),
    perform: () => void exportRun('sheet'),
  },
  {
    id: 'timeline.exportJson',
    group: 'timeline',
    label: 'action.exportJson',
    icon: Braces,
    keys: [],
    enabled: () => canExport('json'),
    perform: () => void exportRun('json'),
  },
];
