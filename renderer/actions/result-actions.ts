import {
  Check,
  ChevronLeft,
  ChevronRight,
  FolderOpen,
  ImageDown,
  SplitSquareHorizontal,
  Trash2,
  Undo,
  X,
} from 'lucide-react';
import { currentPicture } from '../canvas/selection-api.ts';
import { openPictureFile } from '../features/viewer/bring-in.ts';
import { nextCompareMode, useCompare } from '../features/viewer/compare.ts';
import {
  acceptable,
  acceptStaged,
  discardStaged,
  isStaged,
  showStaged,
  stagedRuns,
} from '../features/viewer/staging.ts';
import { usePlayback } from '../features/playback/store.ts';
import { canSaveAs, openSaveAs } from '../features/save-as/store.ts';
import { useSession } from '../state/session.ts';
import type { Action } from './action.ts';

const hasStaged = (): boolean => stagedRuns(useSession.getState(), currentPicture()).length > 0;

/** Pictures from elsewhere, results laid over what they were made from, before and after. */
export const resultActions: readonly Action[] = [
  {
    id: 'picture.open',
    group: 'result',
    label: 'picture.open',
    icon: FolderOpen,
    keys: ['mod+o'],
    place: 'anywhere',
    inText: true,
    perform: openPictureFile,
  },
  {
    id: 'picture.saveAs',
    group: 'result',
    label: 'picture.saveAs',
    icon: ImageDown,
    keys: ['shift+e'],
    place: 'anywhere',
    enabled: canSaveAs,
    perform: openSaveAs,
  },
  {
    id: 'staging.previous',
    group: 'result',
    label: 'staging.previous',
    icon: ChevronLeft,
    keys: [','],
    enabled: hasStaged,
    perform: () => {
      showStaged(-1);
    },
  },
  {
    id: 'staging.next',
    group: 'result',
    label: 'staging.next',
    icon: ChevronRight,
    keys: ['.'],
    enabled: hasStaged,
    perform: () => {
      showStaged(1);
    },
  },
  {
    id: 'staging.accept',
    group: 'result',
    label: 'staging.accept',
    icon: Check,
    keys: ['enter'],
    after: ['pointer.press', 'polygon.close'],
    enabled: () => acceptable() !== null,
    perform: () => void acceptStaged(),
  },
  {
    id: 'staging.discard',
    group: 'result',
    label: 'staging.discard',
    icon: X,
    keys: ['delete'],
    after: ['box.remove'],
    enabled: () => isStaged(usePlayback.getState().runId),
    perform: () => {
      discardStaged('shown');
    },
  },
  {
    id: 'staging.discardAll',
    group: 'result',
    label: 'staging.discardAll',
    icon: Trash2,
    keys: ['shift+delete'],
    enabled: hasStaged,
    perform: () => {
      discardStaged('all');
    },
  },
  {
    id: 'compare.next',
    group: 'result',
    label: 'compare.next',
    icon: SplitSquareHorizontal,
    keys: ['c'],
    checked: () => useCompare.getState().mode !== 'off',
    perform: nextCompareMode,
  },
  {
    id: 'compare.hold',
    group: 'result',
    label: 'compare.hold',
    icon: Undo,
    keys: ['\\'],
    checked: () => useCompare.getState().holding,
    hold: (holding) => {
      useCompare.setState({ holding });
    },
    perform: () => {
      useCompare.setState(({ holding }) => ({ holding: !holding }));
    },
  },
];
