import { create } from 'zustand';
import type { ProjectList } from '../../../electron/contract/project.ts';

interface ProjectStore {
  /** Whether something changed since the project was saved or opened. */
  dirty: boolean;
  dialog: 'open' | 'saveAs' | 'leave' | null;
  list: ProjectList | null;
  /** A file is being written or read. */
  busy: boolean;
  /** What the user wanted when asked whether to save first. */
  then: (() => void) | null;
  /** The name of a project that is there already. */
  taken: string | null;
}

export const useProject = create<ProjectStore>(() => ({
  dirty: false,
  dialog: null,
  list: null,
  busy: false,
  then: null,
  taken: null,
}));

export function closeDialog(): void {
  useProject.setState({ dialog: null, then: null, taken: null });
}
