import type { ModelInfo } from '../../../electron/contract/engine.ts';
import type { TaskName } from '../../../electron/contract/request.ts';
import type { PlainKey } from '../../i18n/index.ts';
import type { TaskPanelName } from '../../state/task-drafts.ts';
import { useEngine } from '../engine/store.ts';

/** A task, or an extra of one, as the contract names it. */
export type Ability = TaskName | 'plan';

/** What the panel of a task is there for. */
export const abilityOf: Record<TaskPanelName, Ability> = {
  create: 'text-to-image',
  edit: 'edit',
  ask: 'ask',
  ground: 'ground',
};

/** Whether the loaded model can do it; nothing is denied while no model is known yet. */
export function canDo(model: ModelInfo | null, ability: Ability): boolean {
  return model?.tasks.includes(ability) ?? true;
}

export function useCan(ability: Ability): boolean {
  return useEngine(({ model }) => canDo(model, ability));
}

/** "edit pictures", "answer questions" …, for a sentence that says what a model cannot do. */
export const abilityWords: Record<Ability, PlainKey> = {
  'text-to-image': 'ability.text-to-image',
  edit: 'ability.edit',
  ask: 'ability.ask',
  caption: 'ability.caption',
  ground: 'ability.ground',
  plan: 'ability.plan',
};
