import { create } from 'zustand';
import type { TextToImageRequest } from '../../../electron/contract/request.ts';
import { t } from '../../i18n/index.ts';
import { advanceCreate, editCreate, useDocument, type CreateOverrides } from '../../state/document.ts';
import { setSession, useSession } from '../../state/session.ts';
import { useEngine } from '../engine/store.ts';
import { startRuns } from '../runs/service.ts';
import { showToast } from '../shell/toasts.ts';
import { usePlayback } from '../playback/store.ts';
import { buildRequest, defaultsOf, problemsOf, ranges } from './settings.ts';

interface CreateUi {
  /** The user pressed Generate on something that cannot run: now say why beside each field. */
  asked: boolean;
  /** Grows when the prompt should take the focus. */
  focusPrompt: number;
}

export const useCreateUi = create<CreateUi>(() => ({ asked: false, focusPrompt: 0 }));

export function focusPrompt(): void {
  useCreateUi.setState(({ focusPrompt: n }) => ({ focusPrompt: n + 1 }));
}

export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Queues the draft once, or once a variation with seeds in a row. */
export async function generate(): Promise<void> {
  const { create: draft } = useDocument.getState().document;
  const { model } = useEngine.getState();
  const problems = problemsOf(draft, model);
  if (Object.keys(problems).length > 0) {
    useCreateUi.setState({ asked: true });
    const advanced = Object.keys(problems).some(
      (name) => !['prompt', 'seed', 'steps', 'guidanceScale'].includes(name),
    );
    if (advanced) setSession({ advancedOpen: true });
    if (problems.prompt) focusPrompt();
    return;
  }
  useCreateUi.setState({ asked: false });
  const { variations } = useSession.getState();
  const seeds = Array.from({ length: variations }, (_, i) => (draft.seed + i) % (ranges.seed.max + 1));
  // The next picture in view is the one asked for now.
  usePlayback.setState({ follow: true });
  if (!draft.seedLocked) advanceCreate({ seed: randomSeed() });
  await startRuns(seeds.map((seed) => buildRequest(draft, model, seed)));
}

/** Makes a finished run's prompt and settings the draft; undo brings the old draft back. */
export function recallSettings(request: TextToImageRequest): void {
  const { version: _version, task: _task, branch: _branch, prompt, seed, ...settings } = request;
  const defaults = defaultsOf(useEngine.getState().model) as Record<string, unknown>;
  const overrides = Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
    ),
  ) as CreateOverrides;
  editCreate('recall', { prompt, seed, seedLocked: true, overrides });
  setSession({ task: 'create' });
  showToast(t('results.recalled'), t('results.recalled.detail'));
}

export function recallSeed(request: TextToImageRequest): void {
  editCreate('recall seed', { seed: request.seed, seedLocked: true });
  showToast(t('results.seedRecalled', { seed: request.seed }));
}

export function resetSettings(): void {
  editCreate('reset', { overrides: {} });
}
