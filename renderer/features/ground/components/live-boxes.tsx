import type { RunEventOf } from '../../../../electron/contract/events.ts';
import { t } from '../../../i18n/index.ts';

/** The boxes of a run under way: what is settled stands plain, what may still change behind a tilde. */
export function LiveBoxes({ boxes }: { boxes: readonly (RunEventOf<'box.update'> | undefined)[] }) {
  return (
    <ul className="live-boxes" aria-label={t('ground.live')}>
      {boxes.map((update) =>
        update ? (
          <li key={update.object}>
            <b>{update.result.phrase}</b>
            <span className="num">
              {update.coordinates.map(({ bin, committed }, i) => (
                <span key={i} data-open={!committed || undefined}>
                  {committed ? '' : '~'}
                  {bin ?? '?'}
                </span>
              ))}
            </span>
            <small className="num">{t('ground.pass', { n: update.step + 1, of: update.steps })}</small>
          </li>
        ) : null,
      )}
    </ul>
  );
}
