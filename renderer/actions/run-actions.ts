import {
  ClipboardType,
  Copy,
  Dices,
  ListX,
  Lock,
  MessageSquareText,
  Repeat2,
  RotateCcw,
  RotateCw,
  Sparkles,
  Sprout,
  Square,
} from 'lucide-react';
import type { TextToImageRequest } from '../../electron/contract/request.ts';
import {
  focusPrompt,
  generate,
  randomSeed,
  recallSeed,
  recallSettings,
  resetSettings,
} from '../features/create/generate.ts';
import { getRecord } from '../features/playback/records.ts';
import { copyPicture, copyText, shownPicture } from '../features/playback/clipboard.ts';
import { usePlayback } from '../features/playback/store.ts';
import { asTextToImage } from '../features/runs/request-words.ts';
import { cancelAll, cancelRun, retry } from '../features/runs/service.ts';
import { runningRun, useRuns } from '../features/runs/store.ts';
import { editCreate, useDocument } from '../state/document.ts';
import { setSession, useSession } from '../state/session.ts';
import type { Action } from './action.ts';

function shownRequest(): TextToImageRequest | null {
  const { runId } = usePlayback.getState();
  const summary = useRuns.getState().finished.find(({ id }) => id === runId);
  return asTextToImage(summary?.request ?? getRecord(runId)?.shape.request);
}

/** Asking for pictures, stopping, and asking again. */
export const runActions: readonly Action[] = [
  {
    id: 'run.generate',
    group: 'run',
    label: 'run.generate',
    icon: Sparkles,
    keys: ['mod+enter'],
    inText: true,
    enabled: () => useSession.getState().task === 'create',
    perform: () => void generate(),
  },
  {
    id: 'run.cancel',
    group: 'run',
    label: 'action.cancelRun',
    icon: Square,
    keys: ['mod+.'],
    inText: true,
    enabled: () => runningRun(useRuns.getState()) !== null,
    perform: () => {
      const run = runningRun(useRuns.getState());
      if (run) void cancelRun(run.id);
    },
  },
  {
    id: 'run.cancelAll',
    group: 'run',
    label: 'queue.cancelAll',
    icon: ListX,
    keys: [],
    enabled: () => useRuns.getState().order.length > 1,
    perform: () => void cancelAll(),
  },
  {
    id: 'run.retry',
    group: 'run',
    label: 'run.retry',
    icon: RotateCw,
    keys: ['mod+shift+enter'],
    inText: true,
    enabled: () => useRuns.getState().failure !== null,
    perform: () => {
      const { failure } = useRuns.getState();
      if (failure) void retry(failure);
    },
  },
  {
    id: 'run.prompt',
    group: 'run',
    label: 'action.focusPrompt',
    icon: MessageSquareText,
    keys: ['/'],
    perform: () => {
      setSession({ task: 'create' });
      focusPrompt();
    },
  },
  {
    id: 'run.randomSeed',
    group: 'run',
    label: 'create.seed.random',
    icon: Dices,
    keys: ['r'],
    perform: () => {
      editCreate('random seed', { seed: randomSeed() });
    },
  },
  {
    id: 'run.lockSeed',
    group: 'run',
    label: 'action.lockSeed',
    icon: Lock,
    keys: ['l'],
    checked: () => useDocument.getState().document.create.seedLocked,
    perform: () => {
      editCreate('lock seed', { seedLocked: !useDocument.getState().document.create.seedLocked });
    },
  },
  {
    id: 'run.useSettings',
    group: 'run',
    label: 'results.useSettings',
    icon: Repeat2,
    keys: ['u'],
    enabled: () => shownRequest() !== null,
    perform: () => {
      const request = shownRequest();
      if (request) recallSettings(request);
    },
  },
  {
    id: 'run.useSeed',
    group: 'run',
    label: 'results.useSeed',
    icon: Sprout,
    keys: ['s'],
    enabled: () => shownRequest() !== null,
    perform: () => {
      const request = shownRequest();
      if (request) recallSeed(request);
    },
  },
  {
    id: 'run.copyPicture',
    group: 'run',
    label: 'action.copyPicture',
    icon: Copy,
    keys: ['mod+shift+c'],
    enabled: () => shownPicture() !== null,
    perform: () => void copyPicture(),
  },
  {
    id: 'run.copyPrompt',
    group: 'run',
    label: 'action.copyPrompt',
    icon: ClipboardType,
    keys: [],
    enabled: () => shownRequest() !== null,
    perform: () => void copyText(shownRequest()?.prompt ?? ''),
  },
  {
    id: 'run.reset',
    group: 'run',
    label: 'create.reset',
    icon: RotateCcw,
    keys: [],
    enabled: () => Object.keys(useDocument.getState().document.create.overrides).length > 0,
    perform: resetSettings,
  },
];
