import { create } from 'zustand';
import type { RunEvent, RunEventOf } from '../../../electron/contract/events.ts';
import type { GroundRequest } from '../../../electron/contract/request.ts';
import { setMaskFromBoxes } from '../../canvas/selection-api.ts';
import { t } from '../../i18n/index.ts';
import { editTask, useDocument } from '../../state/document.ts';
import { asOneDeed } from '../../state/history.ts';
import { useNotes, type NotedPicture } from '../notes/store.ts';
import { nameOf } from '../notes/sync.ts';
import { onRunEvent } from '../runs/listeners.ts';
import { startRuns } from '../runs/service.ts';
import { focusField } from '../tasks/focus.ts';
import { showToast } from '../shell/toasts.ts';

/** Phrases a run takes at most. */
export const mostPhrases = 64;

interface GroundUi {
  /** The run that makes a mask, while it works, and what it looks for. */
  masking: { id: string; phrase: string; pictureId: string } | null;
  /** What came of the last search for a mask. */
  maskNote: string;
  /** Boxes of the runs under way as they stand after their newest pass, by run and phrase. */
  live: Readonly<Record<string, readonly (RunEventOf<'box.update'> | undefined)[]>>;
}

export const useGround = create<GroundUi>(() => ({ masking: null, maskNote: '', live: {} }));

/** The phrases of a text, one a line; empty lines do not count. */
export function phrasesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function groundRequest(
  phrases: string[],
  picture: NotedPicture,
  settings: Pick<GroundRequest, 'mode' | 'steps' | 'restrictToBins'>,
): GroundRequest {
  return {
    version: 1,
    task: 'ground',
    phrases,
    image: nameOf(picture),
    prompt: 'published',
    loop: 'fixed',
    ...settings,
  };
}

/** Looks for the drafted phrases in the picture on the canvas. */
export async function runGround(): Promise<void> {
  const { phrases: text, mode, steps, restrictToBins } = useDocument.getState().document.tasks.ground;
  const { picture } = useNotes.getState();
  const phrases = phrasesOf(text);
  if (phrases.length === 0) focusField('phrases');
  if (!picture || phrases.length === 0 || phrases.length > mostPhrases) return;
  await startRuns([groundRequest(phrases, picture, { mode, steps, restrictToBins })]);
}

/** Looks for one phrase and masks what is found. */
export async function groundMask(): Promise<void> {
  const phrase = useDocument.getState().document.tasks.edit.phrase.trim();
  const { picture } = useNotes.getState();
  if (!picture || phrase === '' || useGround.getState().masking) return;
  useGround.setState({ masking: { id: '', phrase, pictureId: picture.id }, maskNote: '' });
  const settings = { mode: 'expression', steps: 1, restrictToBins: true } as const;
  const [id] = await startRuns([groundRequest([phrase], picture, settings)]);
  useGround.setState(({ masking }) => ({ masking: masking && id !== undefined ? { ...masking, id } : null }));
  for (const told of early.splice(0)) tellMask(...told);
}

/** What runs told while the reply to the question was awaited: the answer may be quicker. */
const early: [id: string, event: RunEvent][] = [];

/** Listens to grounding runs for as long as the window lives. */
export function listenToGround(): void {
  onRunEvent(consume);
}

/** Takes one event of any run; those of grounding runs move the boxes on show and make the mask. */
function consume(id: string, event: RunEvent): void {
  switch (event.type) {
    case 'box.update':
      useGround.setState(({ live }) => {
        const boxes = [...(live[id] ?? [])];
        boxes[event.object] = event;
        return { live: { ...live, [id]: boxes } };
      });
      return;
    case 'run.boxes':
      tellMask(id, event);
      return;
    case 'run.done':
    case 'run.error':
    case 'run.cancelled':
      useGround.setState(({ live: { [id]: _ended, ...live } }) => ({ live }));
      tellMask(id, event);
      return;
    default:
  }
}

/** Takes the boxes or the end of a run; those of the run that makes a mask count. */
function tellMask(id: string, event: RunEvent): void {
  const { masking } = useGround.getState();
  if (masking?.id === '') early.push([id, event]);
  if (masking?.id !== id) return;
  if (event.type === 'run.boxes') maskFound(event);
  else useGround.setState({ masking: null });
}

function maskFound({ boxes: [found] }: RunEventOf<'run.boxes'>): void {
  const { masking } = useGround.getState();
  if (!found || !masking) return;
  const { phrase, pictureId } = masking;
  if (found.box && found.problem === null && useNotes.getState().picture?.id === pictureId) {
    const [x0, y0, x1, y1] = found.box;
    asOneDeed('mask.grounded', () => {
      setMaskFromBoxes([{ x0, y0, x1, y1 }]);
      editTask('edit', 'grounded', { region: null });
    });
    useGround.setState({ maskNote: t('edit.ground.found', { phrase }) });
    return;
  }
  const note = t('edit.ground.none', { phrase, raw: found.raw });
  useGround.setState({ maskNote: note });
  showToast(note);
}
