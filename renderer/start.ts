import { useConnection } from './api/connection.ts';
import { listenForKeys } from './actions/dispatch-keys.ts';
import { actions } from './actions/registry.ts';
import { listenToEngine, readEngineStatus, useEngine } from './features/engine/store.ts';
import { listenToHardware } from './features/hardware/store.ts';
import { checkAtStart } from './features/updates/updates.ts';
import { watchProject } from './features/projects/service.ts';
import { listenToGallery } from './features/gallery/data.ts';
import { forgetFailures, startLoader } from './features/playback/loader.ts';
import { startNotices } from './features/notices/notices.ts';
import { showRun, usePlayback } from './features/playback/store.ts';
import { listenToThreads } from './features/ask/ask.ts';
import { listenToGround } from './features/ground/service.ts';
import { syncFrame } from './features/edit/frame.ts';
import { syncNotes } from './features/notes/sync.ts';
import { listenForPaste } from './features/viewer/bring-in.ts';
import { showLibraryPicture } from './canvas/selection-api.ts';
import { syncPicture } from './features/viewer/picture-sync.ts';
import { restoreStaged } from './features/viewer/staging.ts';
import { showToast } from './features/shell/toasts.ts';
import { t } from './i18n/index.ts';
import { errorWords } from './i18n/studio-words.ts';
import { refreshFinished } from './features/runs/library.ts';
import { keepFits } from './features/models/fits.ts';
import { listenToModels, readModels } from './features/models/store.ts';
import { listenToPlans } from './features/plan/store.ts';
import { syncPlan } from './features/plan/sync.ts';
import { listenToDescriptions } from './features/prompts/describe.ts';
import { listenToPrompts, readPromptBook } from './features/prompts/store.ts';
import { attachToRuns, listenToRuns } from './features/runs/service.ts';
import { useRuns } from './features/runs/store.ts';
import { restoreAndKeep } from './state/persistence.ts';
import { applyLanguage } from './state/language.ts';
import { useSession } from './state/session.ts';
import { applyAppearance } from './state/theme.ts';
import { loadUserSettings } from './state/user-settings.ts';

/** Wires the window to the studio: listens first, then catches up, and again whenever the line comes back. */
export async function startStudio(): Promise<void> {
  listenToEngine();
  listenToHardware();
  listenToRuns();
  startNotices();
  listenToModels();
  keepFits();
  listenToPlans();
  listenToPrompts();
  listenToDescriptions();
  startLoader();
  syncPicture();
  syncNotes();
  syncFrame();
  listenToThreads();
  listenToGround();
  listenForPaste();
  listenForKeys(actions);
  await loadUserSettings();
  applyAppearance();
  applyLanguage();
  await restoreAndKeep();
  listenToGallery();
  watchProject();
  await catchUp();
  const { selectedRun, selectedPicture } = useSession.getState();
  const isShown =
    usePlayback.getState().runId !== null ||
    (await restoreStaged(selectedRun)) ||
    (selectedPicture !== null && (await showLibraryPicture(selectedPicture)).ok);
  if (!isShown) {
    const { finished } = useRuns.getState();
    showRun(finished.some(({ id }) => id === selectedRun) ? selectedRun : (finished[0]?.id ?? null));
  }
  syncPlan();
  checkAtStart();
  useConnection.subscribe((now, before) => {
    if (now.generation !== before.generation && now.generation > 1) void catchUp().then(forgetFailures);
  });
  useEngine.subscribe((now, before) => {
    if (now.status?.state !== 'ready' || before.status?.state !== 'starting') return;
    forgetFailures();
    if (before.status.error && !useRuns.getState().failure)
      showToast(t('engine.restarted'), errorWords(before.status.error).message);
  });
}

async function catchUp(): Promise<void> {
  await readEngineStatus();
  await refreshFinished();
  await attachToRuns();
  await readPromptBook();
  await readModels();
}
