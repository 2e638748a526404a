import type { LucideIcon } from 'lucide-react';
import type { PlainKey } from '../i18n/index.ts';
import type { TaskPanelName } from '../state/task-drafts.ts';

export type ActionGroup =
  'run' | 'edit' | 'timeline' | 'canvas' | 'mask' | 'result' | 'overlay' | 'gallery' | 'app';

/** What must be in sight for a key to mean an action. */
export type ActionPlace = 'canvas' | 'gallery' | 'anywhere';

/** One thing the user can do: feeds its button, its key, the command palette and the shortcut sheet. */
export interface Action {
  id: string;
  group: ActionGroup;
  label: PlainKey;
  icon: LucideIcon;
  /** Keys as `mod+shift+z`; `mod` is Ctrl, or Command on a Mac. The first is shown. */
  keys: readonly string[];
  /** Performed when the key comes up, unless the pointer was used meanwhile. */
  onRelease?: boolean;
  /** Lasts as long as the key is held; called when it goes down and when it comes up. `perform` switches. */
  hold?: (down: boolean) => void;
  /** Also works while a text field has the focus. */
  inText?: boolean;
  /** Where its keys are heard; absent = as its group says. */
  place?: ActionPlace;
  /** The task it belongs to: it can be done only while that panel is in front. */
  task?: TaskPanelName;
  /** Actions on the same key that hear it first, while they can be done. */
  after?: readonly string[];
  /** Whether it can be done now, as far as place and task do not say; absent = always. */
  enabled?: () => boolean;
  /** For things that are on or off. */
  checked?: () => boolean;
  perform: () => void;
}

const isMac = /mac/i.test(navigator.userAgent);

const keyNames: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  enter: '↵',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
  space: 'Space',
  home: 'Home',
  end: 'End',
  delete: 'Del',
  backspace: isMac ? '⌫' : 'Backspace',
  tab: 'Tab',
  pageup: 'Page Up',
  pagedown: 'Page Down',
};

/** A key combination as it is printed on keyboards, part by part. */
export function keyParts(combination: string): string[] {
  // The plus key itself stands last, behind the sign that joins.
  const parts = combination.endsWith('+')
    ? [...combination.slice(0, -1).split('+').filter(Boolean), '+']
    : combination.split('+');
  return parts.map((part) => keyNames[part] ?? part.toUpperCase());
}

/** The combination an event stands for, in the notation of `Action.keys`. */
export function combinationOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const parts: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // A shifted character is its own key ("?"), a shifted letter or named key is not.
  if (event.shiftKey && (key.length > 1 || /[a-z]/.test(key))) parts.push('shift');
  return [...parts, key].join('+');
}
