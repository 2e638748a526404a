import { create } from 'zustand';
import type { RememberedPrompt, Style, WildcardList } from '../../../electron/contract/prompts.ts';
import { studio } from '../../api/index.ts';
import { showError } from '../shell/toasts.ts';

interface PromptBook {
  wildcards: readonly WildcardList[];
  styles: readonly Style[];
  /** Prompts asked for, newest first. */
  prompts: readonly RememberedPrompt[];
  /** Which dialog of the book is open. */
  open: 'wildcards' | 'styles' | null;
}

export const usePromptBook = create<PromptBook>(() => ({
  wildcards: [],
  styles: [],
  prompts: [],
  open: null,
}));

/** Reads lists, styles and history, and follows their changes for as long as the window lives. */
export function listenToPrompts(): void {
  studio.on('prompts.changed', ({ what }) => {
    void readers[what]();
  });
}

/** Reads everything anew, after the window opened or the line came back. */
export async function readPromptBook(): Promise<void> {
  await Promise.all(Object.values(readers).map((read) => read()));
}

const readers = {
  wildcards: async (): Promise<void> => {
    const reply = await studio.invoke('wildcards.list', {});
    if (reply.ok) usePromptBook.setState({ wildcards: reply.value });
  },
  styles: async (): Promise<void> => {
    const reply = await studio.invoke('styles.list', {});
    if (reply.ok) usePromptBook.setState({ styles: reply.value });
  },
  prompts: async (): Promise<void> => {
    const reply = await studio.invoke('prompts.list', {});
    if (reply.ok) usePromptBook.setState({ prompts: reply.value });
  },
};

/** Saves a list; false when that failed, which is then told. */
export async function saveWildcards(list: WildcardList): Promise<boolean> {
  const reply = await studio.invoke('wildcards.save', list);
  if (!reply.ok) showError(reply.error);
  return reply.ok;
}

export async function deleteWildcards(name: string): Promise<void> {
  const reply = await studio.invoke('wildcards.delete', { name });
  if (!reply.ok) showError(reply.error);
}

/** Shows the styles at once and saves them. */
export async function saveStyles(styles: readonly Style[]): Promise<void> {
  usePromptBook.setState({ styles });
  const reply = await studio.invoke('styles.save', { styles: [...styles] });
  if (!reply.ok) showError(reply.error);
}

export async function restoreStyles(): Promise<void> {
  const reply = await studio.invoke('styles.restore', {});
  if (!reply.ok) showError(reply.error);
}

export async function starPrompt({ task, prompt, starred }: RememberedPrompt): Promise<void> {
  const reply = await studio.invoke('prompts.star', { task, prompt, starred: !starred });
  if (!reply.ok) showError(reply.error);
}

/** Forgets one prompt, or all of a task that have no star. */
export async function forgetPrompts(task: string, prompt?: string): Promise<void> {
  const reply = await studio.invoke('prompts.forget', prompt === undefined ? { task } : { task, prompt });
  if (!reply.ok) showError(reply.error);
}
