import { useViewport } from '../../../canvas/current.ts';
import { formatBytes, formatNumber, t } from '../../../i18n/index.ts';
import { engineDetail } from '../../../i18n/studio-words.ts';
import { useConnection } from '../../../api/connection.ts';
import { useEngine } from '../../engine/store.ts';
import { usePlayback } from '../../playback/store.ts';
import { useRecord } from '../../playback/records.ts';
import { usePace } from '../../runs/pace.ts';

/** The facts of the machine, for those who look for them. */
export function StatusBar() {
  const { status, model } = useEngine();
  const connection = useConnection((state) => state.state);
  const stepMs = useMedianStep();
  const scale = useViewport((state) => state.scale);
  const runId = usePlayback((state) => state.runId);
  const state = connection === 'open' ? (status?.state ?? 'starting') : 'dead';
  return (
    <footer className="status num">
      <span className="status-engine">
        <i className="dot" data-state={state} aria-hidden="true" />
        {connection === 'open'
          ? `${t('status.engine', { state: t(`engine.state.${state}`) })}${status?.detail ? ` · ${engineDetail(status.detail)}` : ''}`
          : t(`connection.${connection}`)}
      </span>
      {status && status.pid !== null ? <span>{t('status.pid', { pid: status.pid })}</span> : null}
      {status && status.residentBytes !== null ? <span>{formatBytes(status.residentBytes)}</span> : null}
      {status?.backend ? (
        <span>
          {status.threads === null
            ? status.backend
            : t('status.backend', { backend: status.backend, n: status.threads })}
        </span>
      ) : null}
      {stepMs === null ? null : (
        <span>{t('status.step', { n: formatNumber(stepMs, stepMs < 10 ? 1 : 0) })}</span>
      )}
      {model ? (
        <span>
          {t('status.tokens', {
            codes: formatNumber(model.grid.width * model.grid.height),
            slots: formatNumber(model.slots),
          })}
        </span>
      ) : null}
      <span className="grow" />
      {runId === null ? null : <span>{t('status.zoom', { n: formatNumber(scale * 100) })}</span>}
    </footer>
  );
}

/** Median milliseconds a step of the run on show, else the newest measure. */
function useMedianStep(): number | null {
  const runId = usePlayback((state) => state.runId);
  const { record } = useRecord(runId);
  const last = usePace();
  const known = record?.stepMs.filter((value) => value !== undefined).sort((a, b) => a - b) ?? [];
  return known[Math.floor(known.length / 2)] ?? last;
}
