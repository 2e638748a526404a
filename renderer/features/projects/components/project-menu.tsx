import { ChevronDown } from 'lucide-react';
import type { Action } from '../../../actions/action.ts';
import { useKeysOf } from '../../../actions/keys.ts';
import { Menu, MenuItem } from '../../../components/menu.tsx';
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
    <Menu
      trigger={
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
      }
    >
      {projectActions.map((action) => (
        <ActionItem key={action.id} action={action} />
      ))}
    </Menu>
  );
}

function ActionItem({ action }: { action: Action }) {
  const [key] = useKeysOf(action);
  return (
    <MenuItem icon={action.icon} shortcut={key} onSelect={action.perform}>
      {t(action.label)}
    </MenuItem>
  );
}
