import { create } from 'zustand';

/** Which field of a task panel should take the focus; a new object is a new wish. */
export const useTaskFocus = create<{ wish: { field: string } | null }>(() => ({ wish: null }));

export function focusField(field: string): void {
  useTaskFocus.setState({ wish: { field } });
}
