import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { usePlayback } from '../../playback/store.ts';
import { useRuns } from '../../runs/store.ts';
import { acceptStaged, stagedRuns } from '../../viewer/staging.ts';

/** Says that a task is not about the result that lies over the picture, and takes the result where it is meant. */
export function WaitingLine() {
  const picture = useCanvasPicture((state) => state.picture);
  const shown = usePlayback((state) => state.runId);
  const waits = useSession((state) => shown !== null && stagedRuns(state, picture).includes(shown));
  const finished = useRuns((state) => state.finished.some(({ id }) => id === shown));
  if (!waits || !finished) return null;
  return (
    <div className="task-note" role="note">
      <p>{t('task.waiting')}</p>
      <Button size="s" onClick={() => void acceptStaged()} title={t('staging.accept.about')}>
        {t('task.waiting.accept')}
      </Button>
    </div>
  );
}
