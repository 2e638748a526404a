import { noPicture } from '../../../../electron/contract/notes.ts';
import { useDocument } from '../../../state/document.ts';
import { emptyTaskDrafts } from '../../../state/task-drafts.ts';
import { useEngine } from '../../engine/store.ts';
import { FitNote, useRequestFit } from '../../hardware/components/fit-badge.tsx';
import { editRequest } from '../edit.ts';

/** Whether the edit as it is set has room in memory. */
export function EditFit() {
  const draft = useDocument(({ document }) => document.tasks.edit);
  const model = useEngine((state) => state.model);
  // Neither what the instruction says nor which picture it is about costs memory worth mention.
  const request = editRequest(
    { ...draft, instruction: '', words: emptyTaskDrafts.edit.words },
    model,
    noPicture,
  );
  const { plan, guidanceScale, imageGuidanceScale } = request;
  const key = [plan?.mode, guidanceScale > 0, imageGuidanceScale > 0].join();
  return <FitNote fit={useRequestFit(key, () => request)} />;
}
