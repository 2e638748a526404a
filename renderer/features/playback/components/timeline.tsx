import { t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { useRuns } from '../../runs/store.ts';
import { useLoader } from '../loader.ts';
import { getFilm, useFilm } from '../records.ts';
import { timelineRun, usePlayback } from '../store.ts';
import { Tracks } from './tracks.tsx';
import { Transport } from './transport.tsx';
import '../timeline.css';

/** The run as a film: its phases, tokens revealed, confidence and entropy over its steps, with one playhead. */
export function Timeline() {
  const runId = usePlayback(timelineRun);
  const { film, version } = useFilm(runId);
  return (
    <section className="timeline" aria-label={t('timeline.label')}>
      <Transport film={film} runId={runId} />
      {film && film.scenes.length > 0 ? <Tracks film={film} version={version} /> : <NoSteps runId={runId} />}
    </section>
  );
}

function NoSteps({ runId }: { runId: string | null }) {
  const loading = useLoader((state) => state.loading);
  const error = useLoader((state) => state.error);
  const hasTrace = useRuns((state) => state.finished.find(({ id }) => id === runId)?.hasTrace ?? false);
  const boxes = (getFilm(runId)?.boxes.length ?? 0) > 0;
  const running = useRuns((state) => runId !== null && state.live[runId] !== undefined);
  const text =
    error !== null
      ? `${errorWords(error).message} ${errorWords(error).action}`
      : runId === null
        ? t('timeline.empty')
        : boxes
          ? t('timeline.boxes')
          : loading || hasTrace || running
            ? t('timeline.loading')
            : t('timeline.noTrace');
  return <p className="timeline-empty">{text}</p>;
}
