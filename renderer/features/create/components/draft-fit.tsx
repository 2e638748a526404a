import { useDocument } from '../../../state/document.ts';
import { useEngine } from '../../engine/store.ts';
import { FitNote, useRequestFit } from '../../hardware/components/fit-badge.tsx';
import { buildRequest } from '../settings.ts';

/** Whether the picture as it is set has room in memory. */
export function DraftFit() {
  const draft = useDocument(({ document }) => document.create);
  const model = useEngine((state) => state.model);
  const request = buildRequest(draft, model, draft.seed);
  const { plan, reflection, guidanceScale } = request;
  const key = [plan?.mode, reflection !== undefined, guidanceScale > 0].join();
  // What the prompt says costs no memory worth mention, and it may still be too long to be asked about.
  return <FitNote fit={useRequestFit(key, () => ({ ...request, prompt: '' }))} />;
}
