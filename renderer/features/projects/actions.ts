import { FileDown, FilePlus2, FolderOpen, Save, SaveAll } from 'lucide-react';
import type { Action } from '../../actions/action.ts';
import { chooseProject, downloadProject, newProject, saveProject, saveProjectAs } from './service.ts';

/** New, open and save, by the keys every editor has. */
export const projectActions: readonly Action[] = [
  {
    id: 'project.new',
    group: 'app',
    label: 'project.new',
    icon: FilePlus2,
    keys: ['mod+alt+n'],
    inText: true,
    perform: newProject,
  },
  {
    id: 'project.open',
    group: 'app',
    label: 'project.open',
    icon: FolderOpen,
    keys: ['mod+alt+o'],
    inText: true,
    perform: () => void chooseProject(),
  },
  {
    id: 'project.save',
    group: 'app',
    label: 'project.save',
    icon: Save,
    keys: ['mod+s'],
    inText: true,
    perform: () => void saveProject(),
  },
  {
    id: 'project.saveAs',
    group: 'app',
    label: 'project.saveAs',
    icon: SaveAll,
    keys: ['mod+shift+s'],
    inText: true,
    perform: () => void saveProjectAs(),
  },
  {
    id: 'project.download',
    group: 'app',
    label: 'project.download',
    icon: FileDown,
    keys: [],
    perform: () => void downloadProject(),
  },
];
