import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ModelLicence, StoredModel, StoredPrecision } from '../../../../electron/contract/models.ts';
import { Button } from '../../../components/button.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { currentLanguage, t } from '../../../i18n/index.ts';
import { formatDate } from '../../../i18n/dates.ts';
import { FitBadge, FitNote } from '../../hardware/components/fit-badge.tsx';
import { ask, type PrecisionFit } from '../store.ts';

interface DownloadFormProps {
  model: StoredModel;
  licence: ModelLicence;
  fits: readonly PrecisionFit[];
  onDone: () => void;
}

/** The licence, and in which precision the model is to be kept; the only place a download starts from. */
export function DownloadForm({ model, licence, fits, onDone }: DownloadFormProps) {
  const [accepted, setAccepted] = useState(false);
  const [chosen, setChosen] = useState<StoredPrecision | null>(null);
  const [keepOriginal, setKeepOriginal] = useState(false);
  // The most precise that has room, until the user says otherwise.
  const precision = chosen ?? fits.find((each) => each.fit.verdict === 'fits')?.precision ?? 'original';
  const fit = fits.find((each) => each.precision === precision)?.fit ?? null;
  const known = licence.acceptedAt !== null;
  const start = async (): Promise<void> => {
    const input = { id: model.id, precision, keepOriginal, licence: known ? null : licence.sha256 };
    if (await ask('models.get', input)) onDone();
  };
  return (
    <section className="models-form" aria-label={t('models.get', { name: model.name })}>
      <div className="licence">
        <b>
          {licence.name}
          {licence.noncommercial ? ` · ${t('models.noncommercial')}` : ''}
        </b>
        <p>{licence.text[currentLanguage()]}</p>
        <a className="mono" href={licence.url} target="_blank" rel="noreferrer">
          {licence.url}
        </a>
        {licence.acceptedAt === null ? (
          <Switch label={t('models.accept')} checked={accepted} onChange={setAccepted} />
        ) : (
          <p className="licence-known">{t('models.accepted', { date: formatDate(licence.acceptedAt) })}</p>
        )}
      </div>
      {model.precisions.length > 1 ? (
        <div className="model-choice">
          <span>{t('models.keepAs')}</span>
          <Select
            label={t('models.keepAs')}
            value={precision}
            options={model.precisions.map((value) => ({
              value,
              label: t(`models.precision.${value}`),
              hint: t(`models.precision.${value}.about`),
            }))}
            onChange={setChosen}
          />
          {fit?.verdict === 'fits' ? <FitBadge fit={fit} /> : null}
          {precision === 'original' ? null : (
            <Switch label={t('models.keepOriginal')} checked={keepOriginal} onChange={setKeepOriginal} />
          )}
        </div>
      ) : null}
      <FitNote fit={fit} />
      <div className="models-form-end">
        <Button variant="primary" icon={Download} disabled={!known && !accepted} onClick={() => void start()}>
          {t('models.startDownload')}
        </Button>
        <Button variant="quiet" onClick={onDone}>
          {t('models.notNow')}
        </Button>
      </div>
    </section>
  );
}
