import { ActionButton } from '../../../actions/action-button.tsx';
import { useCanvasPicture } from '../../../canvas/selection-api.ts';
import { Button } from '../../../components/button.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { usePlayback } from '../../playback/store.ts';
import { nameOf, titleOf } from '../../runs/request-words.ts';
import { useRuns } from '../../runs/store.ts';
import { acceptStaged, stagedRuns, useAcceptable } from '../staging.ts';

/** Results that wait over the picture they were made from. */
export function StagingBar() {
  const picture = useCanvasPicture((state) => state.picture);
  const runs = useSession((state) => stagedRuns(state, picture));
  const shown = usePlayback((state) => state.runId);
  const finished = useRuns((state) => state.finished.find(({ id }) => id === shown));
  const live = useRuns((state) => (shown === null ? undefined : state.live[shown]));
  const isAcceptable = useAcceptable();
  if (runs.length === 0) return null;
  const at = runs.indexOf(shown ?? '');
  const request = at < 0 ? undefined : (finished ?? live)?.request;
  return (
    <div className="hud-chip staging" role="group" aria-label={t('staging.label')}>
      <ActionButton id="staging.previous" side="top" />
      <span className="staging-which" role="status">
        {request ? (
          <span className="staging-name" title={titleOf(request)}>
            {nameOf(request)}
          </span>
        ) : null}
        <span className="num">
          {at < 0
            ? t('staging.waiting', { n: runs.length })
            : t('staging.place', { at: at + 1, n: runs.length })}
        </span>
      </span>
      <ActionButton id="staging.next" side="top" />
      <span className="tool-rule" aria-hidden="true" />
      <ActionButton id="staging.discard" side="top" />
      <ActionButton id="staging.discardAll" side="top" />
      <Button
        variant="primary"
        size="s"
        disabled={!isAcceptable}
        onClick={() => void acceptStaged()}
        title={t('staging.accept.about')}
      >
        {t('staging.accept')}
      </Button>
    </div>
  );
}
