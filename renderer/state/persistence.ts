import { create } from 'zustand';
import { useConnection } from '../api/connection.ts';
import { studio } from '../api/index.ts';
import { canvasDraft, onCanvasDraft, restoreCanvasDraft } from '../canvas/selection/draft.ts';
import { errorWords } from '../i18n/studio-words.ts';
import { parseDocument, useDocument } from './document.ts';
import { parseSession, useSession } from './session.ts';

/** Whether what the user sees is on the disk. */
export type SavedState = 'saved' | 'saving' | 'unsaved' | 'failed';

interface SavedStore {
  state: SavedState;
  loaded: boolean;
  failure: string;
}

export const useSaved = create<SavedStore>(() => ({ state: 'saved', loaded: false, failure: '' }));

const settle = 500;
let timer: number | undefined;

/** Brings back what the last start left, then keeps every change. */
export async function restoreAndKeep(): Promise<void> {
  let reply = await studio.invoke('session.load', {});
  // Starting from nothing would soon overwrite what could not be read.
  while (!reply.ok && reply.error.code === 'connection.lost') {
    await new Promise((resolve) => window.setTimeout(resolve, settle));
    reply = await studio.invoke('session.load', {});
  }
  if (reply.ok) {
    useDocument.setState({ document: parseDocument(reply.value['document']) });
    useSession.setState(parseSession(reply.value['session']));
    restoreCanvasDraft(reply.value['canvas']);
  }
  useSaved.setState({ loaded: true });
  useDocument.subscribe((now, before) => {
    if (now.document !== before.document) schedule();
  });
  useSession.subscribe(schedule);
  onCanvasDraft(schedule);
  useConnection.subscribe(({ generation }, before) => {
    if (generation !== before.generation && useSaved.getState().state === 'failed') schedule();
  });
  window.addEventListener('pagehide', () => {
    if (useSaved.getState().state === 'unsaved') void save();
  });
}

function schedule(): void {
  useSaved.setState({ state: 'unsaved' });
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void save(), settle);
}

async function save(): Promise<void> {
  window.clearTimeout(timer);
  useSaved.setState({ state: 'saving' });
  // A number the user has not finished typing is NaN, which JSON has no word for.
  const session = JSON.parse(
    JSON.stringify({
      document: useDocument.getState().document,
      session: useSession.getState(),
      canvas: canvasDraft(),
    }),
  ) as Record<string, never>;
  const reply = await studio.invoke('session.save', { session });
  if (useSaved.getState().state !== 'saving') return;
  useSaved.setState(
    reply.ok
      ? { state: 'saved', failure: '' }
      : { state: 'failed', failure: `${errorWords(reply.error).message} ${errorWords(reply.error).action}` },
  );
}
