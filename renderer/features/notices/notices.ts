import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { userSettings } from '../../state/user-settings.ts';
import { nameOf } from '../runs/request-words.ts';

/** What ended since the queue was last empty. */
interface Ended {
  done: number;
  failed: number;
  words: string;
}

let ended: Ended = { done: 0, failed: 0, words: '' };
/** What each run under way was asked for. */
const asked = new Map<string, string>();

/** Tells the user through the system when the queue has run empty, as far as they want to be told. */
export function startNotices(): void {
  studio.on('run.event', ({ id, event }) => {
    if (event.type === 'run.start') asked.set(id, nameOf(event.request));
    if (event.type === 'run.done') ended = { ...ended, done: ended.done + 1, words: asked.get(id) ?? '' };
    if (event.type === 'run.error') ended = { ...ended, failed: ended.failed + 1 };
    if (event.type === 'run.done' || event.type === 'run.error' || event.type === 'run.cancelled')
      asked.delete(id);
  });
  studio.on('run.queue', ({ ids }) => {
    if (ids.length > 0) return;
    const { done, failed, words } = ended;
    ended = { done: 0, failed: 0, words: '' };
    if (done + failed > 0 && isWanted()) notify(titleOf(done, failed), done === 1 ? words : '');
  });
}

function titleOf(done: number, failed: number): string {
  if (failed > 0) return t('notices.failed', { failed, done });
  return done === 1 ? t('notices.done') : t('notices.doneMany', { done });
}

function isWanted(): boolean {
  const { notify: when } = userSettings();
  if (when === 'never') return false;
  return when === 'always' || document.hidden || !document.hasFocus();
}

function notify(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const notice = new Notification(title, { body, tag: 'run', silent: true });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}

export type NoticePermission = 'granted' | 'denied' | 'default' | 'missing';

/** Whether the system lets this window notify; asked only when the user says so. */
export function noticePermission(): NoticePermission {
  return 'Notification' in window ? Notification.permission : 'missing';
}

export async function askForNotices(): Promise<NoticePermission> {
  return 'Notification' in window ? Notification.requestPermission() : 'missing';
}
