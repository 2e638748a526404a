import { Crosshair, MessageCircleQuestionMark, Sparkles, WandSparkles, type LucideIcon } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { t } from '../../../i18n/index.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { taskNames, type TaskPanelName } from '../../../state/task-drafts.ts';
import { AskPanel } from '../../ask/components/ask-panel.tsx';
import { CreatePanel } from '../../create/components/create-panel.tsx';
import { EditPanel } from '../../edit/components/edit-panel.tsx';
import { useEngine } from '../../engine/store.ts';
import { GroundPanel } from '../../ground/components/ground-panel.tsx';
import { abilityOf, canDo } from '../abilities.ts';
import '../tasks.css';

const icons: Record<TaskPanelName, LucideIcon> = {
  create: Sparkles,
  edit: WandSparkles,
  ask: MessageCircleQuestionMark,
  ground: Crosshair,
};

/** The right panel: what the user wants of the model, and the form for it. */
export function TaskPanel() {
  const task = useSession((state) => state.task);
  const model = useEngine((state) => state.model);
  return (
    <Tabs.Root
      className="tasks"
      value={task}
      onValueChange={(next) => {
        const name = taskNames.find((candidate) => candidate === next);
        if (name) setSession({ task: name });
      }}
    >
      <Tabs.List className="task-switch" aria-label={t('tasks.label')}>
        {taskNames.map((name) => {
          const Icon = icons[name];
          const lacks = !canDo(model, abilityOf[name]);
          return (
            <Tabs.Trigger
              key={name}
              value={name}
              className="task-tab"
              data-lacks={lacks || undefined}
              title={lacks ? t('tasks.lacks', { model: model?.name ?? '' }) : undefined}
            >
              <Icon size={15} aria-hidden="true" />
              {t(`tasks.${name}`)}
            </Tabs.Trigger>
          );
        })}
      </Tabs.List>
      <Tabs.Content value="create" className="task-content" tabIndex={-1}>
        <CreatePanel />
      </Tabs.Content>
      <Tabs.Content value="edit" className="task-content" tabIndex={-1}>
        <EditPanel />
      </Tabs.Content>
      <Tabs.Content value="ask" className="task-content" tabIndex={-1}>
        <AskPanel />
      </Tabs.Content>
      <Tabs.Content value="ground" className="task-content" tabIndex={-1}>
        <GroundPanel />
      </Tabs.Content>
    </Tabs.Root>
  );
}
