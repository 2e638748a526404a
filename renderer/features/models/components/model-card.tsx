import { BadgeCheck, CircleAlert, Download, ExternalLink, Scale } from 'lucide-react';
import { useState } from 'react';
import type { ModelProblem, StoredModel } from '../../../../electron/contract/models.ts';
import { Button } from '../../../components/button.tsx';
import { formatDate } from '../../../i18n/dates.ts';
import { currentLanguage, formatBytes, formatNumber, formatParameters, t } from '../../../i18n/index.ts';
import { studioWords } from '../../../i18n/studio-words.ts';
import { FitBadge } from '../../hardware/components/fit-badge.tsx';
import { useModelFits } from '../fits.ts';
import { ask, type PrecisionFit } from '../store.ts';
import { DownloadForm } from './download-form.tsx';
import { JobLine } from './job-line.tsx';
import { ModelActions } from './model-actions.tsx';

interface ModelCardProps {
  model: StoredModel;
  isCurrent: boolean;
}

/** One model: what it is, under which licence, how it stands, and what can be done with it. */
export function ModelCard({ model, isCurrent }: ModelCardProps) {
  const fits = useModelFits(model);
  // One that can be had is told of at its best: the least precise takes the least memory.
  const best = fits.find(({ fit }) => fit.verdict === 'fits') ?? fits.find(({ fit }) => fit.verdict === 'tight') ?? fits[0];
  const [getting, setGetting] = useState(false);
  const { id, name, summary, job, state, installed, licence, page } = model;
  const isDownload = job?.kind === 'download';
  return (
    <article className="model-card" data-current={isCurrent || undefined} aria-label={name}>
      <header className="model-head">
        <h3>{name}</h3>
        <StateBadge model={model} isCurrent={isCurrent} />
        <span className="grow" />
        {state === 'available' && !job && licence ? (
          <Button
            size="s"
            variant={getting ? 'outline' : 'primary'}
            icon={Download}
            aria-expanded={getting}
            onClick={() => {
              setGetting(!getting);
            }}
          >
            {t('models.download')}
          </Button>
        ) : null}
        <ModelActions model={model} isCurrent={isCurrent} />
      </header>
      {summary ? <p className="model-summary">{summary[currentLanguage()]}</p> : null}
      <p className="model-facts num">
        {facts(model).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        {licence ? (
          <span className="model-licence" data-limited={licence.noncommercial || undefined}>
            <Scale size={13} aria-hidden="true" />
            {licence.name}
            {licence.noncommercial ? ` · ${t('models.noncommercial')}` : ''}
          </span>
        ) : null}
        {best ? (
          <>
            {fits.length > 1 ? <span>{t(`models.precision.${best.precision}`)}</span> : null}
            <ModelFit fit={best} />
          </>
        ) : null}
        {page === null ? null : (
          <a href={page} target="_blank" rel="noreferrer">
            <ExternalLink size={13} aria-hidden="true" />
            {t('models.page')}
          </a>
        )}
      </p>
      {installed && (state === 'damaged' || installed.problems.length > 0) ? (
        <ul className="model-problem">
          {installed.problems.slice(0, 5).map((problem) => (
            <li key={problemWords(problem)}>{problemWords(problem)}</li>
          ))}
        </ul>
      ) : null}
      {getting && !job && licence ? (
        <DownloadForm
          model={model}
          licence={licence}
          fits={fits}
          onDone={() => {
            setGetting(false);
          }}
        />
      ) : null}
      {job ? <JobLine job={job} actions={<JobActions id={id} model={model} isDownload={isDownload} />} /> : null}
    </article>
  );
}

/** Whether the model has room, and of its tasks that have none the one that needs most. */
function ModelFit({ fit: { task, fit, lacking } }: { fit: PrecisionFit }) {
  if (!lacking) return <FitBadge fit={fit} />;
  return (
    <>
      {lacking.task === task ? null : <FitBadge fit={fit} task={task} />}
      <FitBadge fit={lacking.fit} task={lacking.task} />
    </>
  );
}

function problemWords(problem: ModelProblem): string {
  switch (problem.kind) {
    case 'words':
      return studioWords(problem.text);
    case 'length':
      return t('models.problem.length', {
        file: problem.file,
        bytes: formatNumber(problem.bytes),
        wanted: formatNumber(problem.wanted),
      });
    default:
      return t(`models.problem.${problem.kind}`, { file: problem.file });
  }
}

function facts({ parameters, downloadBytes, installed }: StoredModel): string[] {
  const found: string[] = [];
  if (parameters !== null) found.push(t('models.parameters', { n: formatParameters(parameters) }));
  if (installed) {
    found.push(formatBytes(installed.bytes));
    if (installed.precision !== 'original') found.push(t(`models.precision.${installed.precision}`));
    if (installed.verifiedAt !== null)
      found.push(t('models.verified', { date: formatDate(installed.verifiedAt) }));
  } else found.push(downloadBytes === null ? t('models.sizeUnknown') : formatBytes(downloadBytes));
  return found;
}

function StateBadge({ model: { state, origin }, isCurrent }: { model: StoredModel; isCurrent: boolean }) {
  if (state === 'available') return null;
  if (state === 'damaged' || state === 'missing')
    return (
      <span className="model-badge" data-tone="bad">
        <CircleAlert size={13} aria-hidden="true" />
        {t(`models.state.${state}`)}
      </span>
    );
  return (
    <span className="model-badge" data-tone={isCurrent ? 'good' : undefined}>
      <BadgeCheck size={13} aria-hidden="true" />
      {t(isCurrent ? 'models.current' : `models.origin.${origin}`)}
    </span>
  );
}

function JobActions({ id, model, isDownload }: { id: string; model: StoredModel; isDownload: boolean }) {
  const state = model.job?.state;
  const still = state === 'paused' || state === 'failed';
  const canGoOn = isDownload || model.job?.kind === 'repair';
  return (
    <>
      {canGoOn && still ? (
        <Button size="s" variant="primary" onClick={() => void ask('models.resume', { id })}>
          {t('models.resume')}
        </Button>
      ) : null}
      {canGoOn && !still ? (
        <Button size="s" onClick={() => void ask('models.pause', { id })}>
          {t('models.pause')}
        </Button>
      ) : null}
      {model.job?.kind === 'verify' && state === 'failed' && model.installed?.repairable ? (
        <Button size="s" variant="primary" onClick={() => void ask('models.repair', { id })}>
          {t('models.repair')}
        </Button>
      ) : null}
      <Button size="s" variant="quiet" onClick={() => void ask('models.cancel', { id })}>
        {t(still && !canGoOn ? 'models.dismiss' : 'models.cancel')}
      </Button>
    </>
  );
}
