import {
  Asterisk,
  ClipboardType,
  Copy,
  Columns3,
  Dices,
  Grid3x3,
  History,
  ListX,
  Lock,
  MessageSquareText,
  Palette,
  Pause,
  Repeat2,
  RotateCcw,
  RotateCw,
  ScanText,
  Sparkles,
  Sprout,
  Square,
  Wand2,
} from 'lucide-react';
import type { TextToImageRequest } from '../../electron/contract/request.ts';
import {
  focusPrompt,
  generate,
  randomSeed,
  recallSeed,
  recallSettings,
  recallTemplate,
  resetSettings,
  useCreateUi,
} from '../features/create/generate.ts';
import { getRecord } from '../features/playback/records.ts';
import { canCopyPicture, copyPicture, copyText } from '../features/playback/clipboard.ts';
import { usePlayback } from '../features/playback/store.ts';
import { asTextToImage } from '../features/runs/request-words.ts';
import { canPlan, proposePlan } from '../features/plan/store.ts';
import { canDescribe, describePicture } from '../features/prompts/describe.ts';
import { usePromptBook } from '../features/prompts/store.ts';
import { useRoundsUi } from '../features/reflection/store.ts';
import { openSweep } from '../features/sweep/store.ts';
import { cancelAll, cancelRun, pauseQueue, retry, retryRuns } from '../features/runs/service.ts';
import { runningRun, useRuns } from '../features/runs/store.ts';
import { useStories } from '../features/runs/story.ts';
import { editCreate, useDocument } from '../state/document.ts';
import { setSession } from '../state/session.ts';
import type { Action } from './action.ts';

function shownRequest(): TextToImageRequest | null {
  const { runId } = usePlayback.getState();
  const summary = useRuns.getState().finished.find(({ id }) => id === runId);
  return asTextToImage(summary?.request ?? getRecord(runId)?.shape.request);
}

function hasRounds(id: string | null): boolean {
  if (id === null) return false;
  const kept = useRuns.getState().finished.find((run) => run.id === id)?.rounds;
  return (useStories.getState().stories[id]?.rounds ?? kept ?? []).length > 0;
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
    task: 'create',
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
    id: 'run.cancelWaiting',
    group: 'run',
    label: 'queue.cancelWaiting',
    icon: ListX,
    keys: [],
    enabled: () => Object.values(useRuns.getState().live).some(({ state }) => state === 'queued'),
    perform: () => void cancelAll(false),
  },
  {
    id: 'run.pause',
    group: 'run',
    label: 'queue.pause',
    icon: Pause,
    keys: [],
    checked: () => useRuns.getState().paused,
    perform: () => void pauseQueue(!useRuns.getState().paused),
  },
  {
    id: 'run.retryAll',
    group: 'run',
    label: 'queue.retryAll',
    icon: RotateCw,
    keys: [],
    enabled: () => useRuns.getState().left.length > 0,
    perform: () => void retryRuns(useRuns.getState().left.map(({ id }) => id)),
  },
  {
    id: 'run.plan',
    group: 'run',
    label: 'plan.propose',
    icon: Wand2,
    keys: ['mod+alt+enter'],
    inText: true,
    enabled: canPlan,
    perform: () => void proposePlan(),
  },
  {
    id: 'run.history',
    group: 'run',
    label: 'history.title',
    icon: History,
    keys: ['alt+h'],
    perform: () => {
      useCreateUi.setState({ historyOpen: true });
    },
  },
  {
    id: 'run.describe',
    group: 'run',
    label: 'describe.action',
    icon: ScanText,
    keys: [],
    enabled: canDescribe,
    perform: () => void describePicture(),
  },
  {
    id: 'run.wildcards',
    group: 'run',
    label: 'wildcards.title',
    icon: Asterisk,
    keys: [],
    perform: () => {
      usePromptBook.setState({ open: 'wildcards' });
    },
  },
  {
    id: 'run.styles',
    group: 'run',
    label: 'styles.edit',
    icon: Palette,
    keys: [],
    perform: () => {
      usePromptBook.setState({ open: 'styles' });
    },
  },
  {
    id: 'run.sweep',
    group: 'run',
    label: 'sweep.open',
    icon: Grid3x3,
    keys: ['shift+v'],
    place: 'canvas',
    perform: openSweep,
  },
  {
    id: 'run.rounds',
    group: 'run',
    label: 'results.openRounds',
    icon: Columns3,
    keys: [],
    enabled: () => hasRounds(usePlayback.getState().runId),
    perform: () => {
      useRoundsUi.setState({ open: usePlayback.getState().runId });
    },
  },
  {
    id: 'run.useTemplate',
    group: 'run',
    label: 'results.useTemplate',
    icon: Asterisk,
    keys: [],
    enabled: () => shownRequest()?.origin?.template !== undefined,
    perform: () => {
      const request = shownRequest();
      if (request) recallTemplate(request);
    },
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
    place: 'canvas',
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
    place: 'canvas',
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
    place: 'canvas',
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
    place: 'canvas',
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
    place: 'canvas',
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
    place: 'canvas',
    enabled: canCopyPicture,
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
