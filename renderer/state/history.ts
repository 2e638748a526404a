import { create } from 'zustand';

/** One thing the user did, as the change it made: it can be taken back and done again, in turn. */
export interface Deed {
  /** What kind of edit it was; edits of one kind in quick succession may join. */
  kind: string;
  /** About how much memory it holds, bytes. */
  bytes: number;
  undo(): void;
  redo(): void;
}

interface HistoryStore {
  past: readonly Deed[];
  future: readonly Deed[];
}

/** Deeds kept, and the memory they may hold together; the oldest go first. */
export const historyLimits = { deeds: 200, bytes: 64 * 1024 * 1024 } as const;

/** The one history of the window: settings, mask strokes and boxes in the order they were made. */
export const useHistory = create<HistoryStore>(() => ({ past: [], future: [] }));

/** Deeds of the act under way, which will be one. */
let act: Deed[] | null = null;

/** Makes one deed of all that an act does: it is taken back and done again as a whole. */
export function asOneDeed(kind: string, perform: () => void): void {
  if (act) {
    perform();
    return;
  }
  const deeds: Deed[] = [];
  act = deeds;
  try {
    perform();
  } finally {
    act = null;
  }
  if (deeds.length === 0) return;
  remember({
    kind,
    bytes: deeds.reduce((sum, { bytes }) => sum + bytes, 0),
    undo: () => {
      for (const deed of deeds.toReversed()) deed.undo();
    },
    redo: () => {
      for (const deed of deeds) deed.redo();
    },
  });
}

/** Remembers a deed that has just been done; whatever was undone before it is gone. */
export function remember(deed: Deed): void {
  if (act) {
    act.push(deed);
    return;
  }
  useHistory.setState(({ past }) => ({ past: bounded([...past, deed]), future: [] }));
}

/** Takes a deed out again that came to nothing. */
export function forget(deed: Deed): void {
  useHistory.setState(({ past, future }) => ({
    past: past.filter((each) => each !== deed),
    future: future.filter((each) => each !== deed),
  }));
}

/** Puts a deed in place of the newest one, with which it was joined. */
export function replaceNewest(deed: Deed): void {
  useHistory.setState(({ past }) => ({ past: bounded([...past.slice(0, -1), deed]), future: [] }));
}

export function undo(): void {
  const { past, future } = useHistory.getState();
  const deed = past.at(-1);
  if (!deed) return;
  useHistory.setState({ past: past.slice(0, -1), future: [deed, ...future] });
  deed.undo();
}

export function redo(): void {
  const { past, future } = useHistory.getState();
  const deed = future[0];
  if (!deed) return;
  useHistory.setState({ past: [...past, deed], future: future.slice(1) });
  deed.redo();
}

/** Forgets everything, as when another document is opened. */
export function clearHistory(): void {
  useHistory.setState({ past: [], future: [] });
}

function bounded(deeds: Deed[]): Deed[] {
  let from = Math.max(0, deeds.length - historyLimits.deeds);
  let bytes = deeds.slice(from).reduce((sum, deed) => sum + deed.bytes, 0);
  for (; bytes > historyLimits.bytes && from < deeds.length - 1; from++) bytes -= deeds[from]?.bytes ?? 0;
  return deeds.slice(from);
}
