import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Kbd } from '../../../components/kbd.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { projectActions } from '../actions.ts';
import { useProject } from '../store.ts';

/** Which file the document belongs to, whether it holds what is on the screen, and what can be done with it. */
export function ProjectMenu() {
  const project = useSession((state) => state.project);
  const dirty = useProject((state) => state.dirty);
  const state = project === null ? t('project.none') : dirty ? t('project.changed') : t('project.unchanged');
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="pill project-pill"
          aria-label={t('project.menu', { state })}
          title={project?.path ?? state}
        >
          {project ? <span>{project.name}</span> : t('project.title')}
          {project && dirty ? <i className="project-dot" aria-hidden="true" /> : null}
          <ChevronDown size={13} aria-hidden="true" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          {projectActions.map((action) => (
            <DropdownMenu.Item key={action.id} className="menu-item project-item" onSelect={action.perform}>
              <action.icon size={15} aria-hidden="true" />
              {t(action.label)}
              {action.keys[0] ? <Kbd keys={action.keys[0]} /> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
