import { create } from 'zustand';

/** Whether the list of snapshots is open. */
export const useSnapshotList = create<{ open: boolean }>(() => ({ open: false }));
