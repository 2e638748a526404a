import {
  ClipboardCopy,
  Crosshair,
  Download,
  MessageCircleQuestionMark,
  ScanText,
  Sparkles,
  Square,
  WandSparkles,
  type LucideIcon,
} from 'lucide-react';
import { editIntents } from '../../electron/contract/request.ts';
import { askQuestion, describePicture } from '../features/ask/ask.ts';
import { runEdit } from '../features/edit/edit.ts';
import { intentIcons } from '../features/edit/intents.ts';
import { useEngine } from '../features/engine/store.ts';
import { canExport, copyBoxes, saveBoxes } from '../features/ground/boxes.ts';
import { groundMask, runGround } from '../features/ground/service.ts';
import { useNotes } from '../features/notes/store.ts';
import { cancelRun } from '../features/runs/service.ts';
import { useRuns } from '../features/runs/store.ts';
import { canDo, type Ability } from '../features/tasks/abilities.ts';
import { focusField } from '../features/tasks/focus.ts';
import { editTask, useDocument } from '../state/document.ts';
import { setSession, useSession } from '../state/session.ts';
import { taskNames, type TaskPanelName } from '../state/task-drafts.ts';
import type { Action } from './action.ts';

const icons: Record<TaskPanelName, LucideIcon> = {
  create: Sparkles,
  edit: WandSparkles,
  ask: MessageCircleQuestionMark,
  ground: Crosshair,
};

function can(ability: Ability): boolean {
  return canDo(useEngine.getState().model, ability) && useNotes.getState().picture !== null;
}

/** The field a task begins with. */
const fields = { edit: 'instruction', ask: 'question', ground: 'phrases' } as const;

function runningAnswer(): string | undefined {
  const { order, live } = useRuns.getState();
  return order.find((id) => ['ask', 'caption'].includes(live[id]?.request.task ?? ''));
}

/** Switching between the tasks, and what Edit, Ask and Ground do. */
export const taskActions: readonly Action[] = [
  ...taskNames.map((name, i): Action => ({
    id: `task.${name}`,
    group: 'run',
    label: `action.task.${name}`,
    icon: icons[name],
    keys: [`alt+${String(i + 1)}`],
    inText: true,
    checked: () => useSession.getState().task === name,
    perform: () => {
      setSession({ task: name });
      if (name !== 'create') focusField(fields[name]);
    },
  })),
  {
    id: 'edit.run',
    group: 'run',
    label: 'edit.run',
    icon: WandSparkles,
    keys: ['mod+enter'],
    inText: true,
    task: 'edit',
    enabled: () => can('edit'),
    perform: () => void runEdit(),
  },
  ...editIntents.map((intent): Action => ({
    id: `edit.intent.${intent}`,
    group: 'run',
    label: `action.edit.intent.${intent}`,
    icon: intentIcons[intent],
    keys: [],
    enabled: () => canDo(useEngine.getState().model, 'edit'),
    perform: () => {
      setSession({ task: 'edit' });
      editTask('edit', 'intent', { intent });
      focusField('instruction');
    },
  })),
  {
    id: 'edit.groundIt',
    group: 'run',
    label: 'action.edit.groundIt',
    icon: Crosshair,
    keys: [],
    enabled: () => can('ground') && useDocument.getState().document.tasks.edit.phrase.trim() !== '',
    perform: () => void groundMask(),
  },
  {
    id: 'ask.send',
    group: 'run',
    label: 'ask.send',
    icon: MessageCircleQuestionMark,
    keys: ['mod+enter'],
    inText: true,
    task: 'ask',
    enabled: () => canDo(useEngine.getState().model, 'ask'),
    perform: () => void askQuestion(),
  },
  {
    id: 'ask.describe',
    group: 'run',
    label: 'action.ask.describe',
    icon: ScanText,
    keys: ['mod+shift+d'],
    inText: true,
    enabled: () => can('caption'),
    perform: () => {
      setSession({ task: 'ask' });
      void describePicture();
    },
  },
  {
    id: 'ask.stop',
    group: 'run',
    label: 'action.ask.stop',
    icon: Square,
    keys: [],
    enabled: () => runningAnswer() !== undefined,
    perform: () => {
      const id = runningAnswer();
      if (id !== undefined) void cancelRun(id);
    },
  },
  {
    id: 'ground.run',
    group: 'run',
    label: 'ground.run',
    icon: Crosshair,
    keys: ['mod+enter'],
    inText: true,
    task: 'ground',
    enabled: () => can('ground'),
    perform: () => void runGround(),
  },
  {
    id: 'ground.copyCoco',
    group: 'run',
    label: 'action.ground.copyCoco',
    icon: ClipboardCopy,
    keys: [],
    enabled: canExport,
    perform: () => void copyBoxes('coco'),
  },
  {
    id: 'ground.saveCoco',
    group: 'run',
    label: 'action.ground.saveCoco',
    icon: Download,
    keys: ['mod+shift+e'],
    enabled: canExport,
    perform: () => {
      saveBoxes('coco');
    },
  },
  {
    id: 'ground.saveJson',
    group: 'run',
    label: 'action.ground.saveJson',
    icon: Download,
    keys: [],
    enabled: canExport,
    perform: () => {
      saveBoxes('json');
    },
  },
  {
    id: 'ground.saveCsv',
    group: 'run',
    label: 'action.ground.saveCsv',
    icon: Download,
    keys: [],
    enabled: canExport,
    perform: () => {
      saveBoxes('csv');
    },
  },
];
