import type { AnswerTurn, PictureNotes } from '../../../electron/contract/notes.ts';
import type { AskRequest, CaptionRequest } from '../../../electron/contract/request.ts';
import { studio } from '../../api/index.ts';
import { t } from '../../i18n/index.ts';
import { editTask, useDocument } from '../../state/document.ts';
import { nameOf } from '../notes/sync.ts';
import { useNotes } from '../notes/store.ts';
import { onRunEvent } from '../runs/listeners.ts';
import { startRuns } from '../runs/service.ts';
import { useRuns } from '../runs/store.ts';
import { setSession } from '../../state/session.ts';
import { showError, showToast } from '../shell/toasts.ts';
import { focusField } from '../tasks/focus.ts';
import { consumeAnswerEvent } from './live.ts';
import { answerProblems, answerSettings, wholeBlocks } from './settings.ts';

/** Earlier turns a question is asked after, at most. */
const historyLimit = 64;
/** Turns that give way once the run that answers their question anew is done. */
const replaced = new Map<string, string>();

/** Listens to answers on their way, to questions taken back, and for answers that take the place of others. */
export function listenToThreads(): void {
  onRunEvent((id, event) => {
    if (event.type === 'run.cancelled') returnQuestion(id);
    consumeAnswerEvent(id, event);
  });
  studio.on('notes.changed', ({ notes }) => {
    for (const turn of notes.turns) {
      const old = replaced.get(turn.id);
      if (old === undefined || turn.outcome !== 'done') continue;
      replaced.delete(turn.id);
      void forgetTurns(notes, [old]);
    }
  });
}

/** The request for a question, about the picture on the canvas if there is one, or null when it cannot be asked. */
function askRequest(question: string, before: readonly AnswerTurn[]): AskRequest | null {
  const { picture, notes } = useNotes.getState();
  const { reasoning, overrides } = useDocument.getState().document.tasks.ask;
  const settings = answerSettings(overrides, 'ask');
  if (!notes || question.trim() === '' || Object.keys(answerProblems(settings)).length > 0) return null;
  return {
    version: 1,
    task: 'ask',
    prompt: question.trim(),
    image: picture && nameOf(picture),
    history: historyOf(before),
    reasoning,
    ...settings,
    length: wholeBlocks(settings),
  };
}

/** What was said before, as a later question is asked after it. */
function historyOf(turns: readonly AnswerTurn[]): AskRequest['history'] {
  return turns
    .flatMap(({ request, outcome, text }) =>
      request.task === 'ask' && outcome !== 'failed' && text !== ''
        ? [{ question: request.prompt, answer: text }]
        : [],
    )
    .slice(-historyLimit);
}

/** Asks the drafted question. */
export async function askQuestion(): Promise<void> {
  const { question } = useDocument.getState().document.tasks.ask;
  const request = askRequest(question, useNotes.getState().notes?.turns ?? []);
  if (!request) {
    if (question.trim() === '') focusField('question');
    else setSession({ askOptionsOpen: true });
    return;
  }
  editTask('ask', 'ask', { question: '' });
  const [id] = await startRuns([request]);
  if (id === undefined) restoreQuestion(request);
}

/** Asks for a description with boxes. */
export async function describePicture(): Promise<void> {
  const { picture } = useNotes.getState();
  const { overrides } = useDocument.getState().document.tasks.ask;
  const settings = answerSettings(overrides, 'caption');
  if (!picture || Object.keys(answerProblems(settings)).length > 0) return;
  const request: CaptionRequest = {
    version: 1,
    task: 'caption',
    image: nameOf(picture),
    ...settings,
    length: wholeBlocks(settings),
  };
  await startRuns([request]);
}

/** Asks a turn's question again with the present settings; the new answer takes the old one's place. */
export async function askAgain(turn: AnswerTurn): Promise<void> {
  const turns = useNotes.getState().notes?.turns ?? [];
  const at = turns.findIndex(({ id }) => id === turn.id);
  const { picture } = useNotes.getState();
  const request =
    turn.request.task === 'ask'
      ? askRequest(turn.request.prompt, turns.slice(0, Math.max(0, at)))
      : picture && { ...turn.request, image: nameOf(picture) };
  if (!request) return;
  const [id] = await startRuns([request]);
  if (id !== undefined) replaced.set(id, turn.id);
}

/** Puts a question that was never asked back into its field, unless something else stands there by now. */
function restoreQuestion({ prompt }: AskRequest): void {
  if (useDocument.getState().document.tasks.ask.question === '') editTask('ask', 'ask', { question: prompt });
}

/** A question that is cancelled while it waits goes back to its field. */
function returnQuestion(id: string): void {
  const run = useRuns.getState().live[id];
  if (run?.state === 'queued' && run.request.task === 'ask') restoreQuestion(run.request);
}

export async function forgetTurns({ picture }: PictureNotes, turns: string[]): Promise<void> {
  const reply = await studio.invoke('notes.forget', { ...picture, turns });
  if (!reply.ok) showError(reply.error);
}

/** Copies an answer, or a whole thread as questions and answers. */
export async function copyAnswers(turns: readonly AnswerTurn[]): Promise<void> {
  const [only] = turns;
  const text =
    only && turns.length === 1
      ? only.text
      : turns
          .map(({ request, text: answer }) => {
            const asked = request.task === 'ask' ? request.prompt : t('ask.caption');
            return `${t('ask.q')} ${asked}\n${t('ask.a')} ${answer}`;
          })
          .join('\n\n');
  try {
    await navigator.clipboard.writeText(text);
    showToast(t('ask.copied'));
  } catch {
    showToast(t('copy.refused'), t('copy.refused.detail'));
  }
}
