import { Boxes, ChevronDown, PlugZap } from 'lucide-react';
import { mostDemanding } from '../../../../electron/contract/hardware.ts';
import { useConnection } from '../../../api/connection.ts';
import { Button } from '../../../components/button.tsx';
import { ProgressRing } from '../../../components/progress-ring.tsx';
import { Popover } from '../../../components/popover.tsx';
import { formatBytes, formatNumber, formatParameters, t } from '../../../i18n/index.ts';
import { engineDetail, errorWords } from '../../../i18n/studio-words.ts';
import { FitBadge } from '../../hardware/components/fit-badge.tsx';
import { useHardware } from '../../hardware/store.ts';
import { openModels, shareUnderWay, useModels } from '../../models/store.ts';
import { restartEngine, useEngine } from '../store.ts';

/** The model and the backend it runs on; opens what the engine says of itself. */
export function EnginePill() {
  const { status, model } = useEngine();
  const connected = useConnection((connection) => connection.state === 'open');
  const state = status?.state ?? 'starting';
  const share = useModels((models) => shareUnderWay(models.state));
  const worst = mostDemanding(useHardware(({ fits }) => fits));
  return (
    <Popover
      label={t('engine.popover')}
      trigger={
        <button type="button" className="pill engine-pill">
          <i className="dot" data-state={connected ? state : 'unknown'} aria-hidden="true" />
          <b>{model?.name ?? t('engine.noModel')}</b>
          <span>{status?.backend ?? t(`engine.state.${state}`)}</span>
          {worst ? <FitBadge {...worst} /> : null}
          {share === null ? null : (
            <>
              <ProgressRing share={share} />
              <span className="sr-only">{t('models.underWay', { n: formatNumber(share * 100) })}</span>
            </>
          )}
          <ChevronDown size={13} aria-hidden="true" />
        </button>
      }
    >
      <EngineFacts />
    </Popover>
  );
}

/** What fits into memory, by task. */
function TaskFits() {
  const fits = useHardware((state) => state.fits);
  if (fits.length === 0) return null;
  return (
    <dl aria-label={t('hardware.verdict')}>
      {fits.map(({ task, fit }) => (
        <div key={task}>
          <dt>{t(`fit.task.${task}`)}</dt>
          <dd className="num">
            {formatBytes(fit.needBytes)} <FitBadge fit={fit} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function EngineFacts() {
  const { status, model } = useEngine();
  if (!status) return <p>{t('engine.state.starting')}</p>;
  const facts: [string, string][] = [];
  if (model) {
    facts.push(
      [t('fact.model'), `${model.name} ${model.version}`],
      [t('fact.parameters'), formatParameters(model.parameters)],
      [
        t('fact.picture'),
        t('fact.picture.value', { size: model.imageSize, w: model.grid.width, h: model.grid.height }),
      ],
      [t('fact.codebook'), formatNumber(model.codebookSize)],
    );
  }
  facts.push(
    [t('fact.backend'), status.backend ?? '–'],
    [t('fact.threads'), status.threads === null ? '–' : String(status.threads)],
    [t('fact.memory'), status.residentBytes === null ? '–' : formatBytes(status.residentBytes)],
    [t('fact.process'), status.pid === null ? '–' : String(status.pid)],
    [t('fact.restarts'), String(status.restarts)],
  );
  return (
    <div className="engine-facts">
      <header>
        <i className="dot" data-state={status.state} aria-hidden="true" />
        <b>{t(`engine.state.${status.state}`)}</b>
        <span>{engineDetail(status.detail)}</span>
      </header>
      {status.error ? (
        <p className="engine-error">
          {errorWords(status.error).message} {errorWords(status.error).action}
        </p>
      ) : null}
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <TaskFits />
      {model ? (
        <p className="mono engine-folder" title={model.directory}>
          {model.directory}
        </p>
      ) : null}
      <div className="engine-buttons">
        <Button size="s" variant="primary" icon={Boxes} onClick={openModels}>
          {t('models.open')}
        </Button>
        <Button size="s" icon={PlugZap} onClick={() => void restartEngine()}>
          {t('engine.restart')}
        </Button>
      </div>
    </div>
  );
}
