import { join } from 'node:path';
import type { ChannelInput, ChannelName, StudioApi } from '../../electron/contract/index.ts';

/** What a window was told before the process was killed: that much must be on the disk. */
export interface Told {
  /** Files of finished runs by run id. */
  done: Map<string, { imageFile: string | null; traceFile: string | null }>;
  /** Ids of runs that were put into the queue and neither finished nor left it since. */
  queued: Set<string>;
  /** Ids of pictures that were starred. */
  starred: Set<string>;
  /** Number of the last session that was saved, −1 before the first. */
  session: number;
  /** Number of the last project that was saved, −1 before the first. */
  project: number;
}

/** One thing a window was told, as it travels between processes. */
export type Word =
  | { busy: true }
  | { session: number }
  | { project: number }
  | { queued: string }
  | { starred: string }
  | { id: string; imageFile: string | null; traceFile: string | null };

/** Takes down what a window was told. */
export function hear(told: Told, word: Word): void {
  if ('session' in word) told.session = Math.max(told.session, word.session);
  else if ('project' in word) told.project = Math.max(told.project, word.project);
  else if ('queued' in word) told.queued.add(word.queued);
  else if ('starred' in word) told.starred.add(word.starred);
  else if ('id' in word) told.done.set(word.id, word);
}

/** Text that makes a file long enough to be torn. */
export const fillerText = 'x'.repeat(10_000);
/** The one project that is saved again and again. */
export const projectFile = (data: string): string => join(data, 'projects', 'work.lavida');

/** A window that works until its studio is killed. */
export interface WorkingWindow {
  invoke: StudioApi['invoke'];
  /** Called with every finished run. */
  onDone(listener: (id: string) => void): void;
}

/**
 * Works as a user in a hurry: sessions and projects saved, every finished picture starred and put into the project. What
 * is answered goes to `say`.
 * @param first number of the first session and project
 */
export function workOn(
  window: WorkingWindow,
  data: string,
  { first, times, say }: { first: number; times: number; say: (word: Word) => void },
): void {
  const done: string[] = [];
  const ask = <C extends ChannelName>(channel: C, input: ChannelInput<C>, word: Word): void => {
    void window.invoke(channel, input).then((reply) => {
      if (reply.ok) say(word);
    });
  };
  const saveProject = (n: number): void => {
    const content = {
      document: { n, text: fillerText },
      canvas: { current: null, pictures: [], snapshots: [] },
      results: done.slice(-2),
    };
    const input = { path: projectFile(data), name: 'work', replace: true, content };
    ask('project.save', input, { project: n });
  };
  let project = first;
  window.onDone((id) => {
    const before = done.at(-1);
    done.push(id);
    if (before !== undefined) ask('gallery.star', { ids: [before], starred: true }, { starred: before });
    if (project < first + times) saveProject(project++);
  });
  saveProject(project++);
  for (let n = first; n < first + times; n++)
    ask('session.save', { session: { n, text: fillerText } }, { session: n });
}
