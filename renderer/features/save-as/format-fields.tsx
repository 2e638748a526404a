import { Field } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Slider } from '../../components/slider.tsx';
import { formatNumber, t } from '../../i18n/index.ts';
import { limits, saveFormats, setSession, useSession, type SaveFormat } from '../../state/session.ts';
import { formatNames } from './encode.ts';

/** The format and, where it has one, its quality. */
export function FormatFields({ disabled = false }: { disabled?: boolean }) {
  const format = useSession((state) => state.saveFormat);
  const quality = useSession((state) => state.saveQuality);
  return (
    <>
      <Field label={t('saveAs.format')}>
        <Segmented
          label={t('saveAs.format')}
          value={format}
          options={saveFormats.map((value) => ({ value, label: formatNames[value] }))}
          onChange={(saveFormat) => {
            setSession({ saveFormat });
          }}
        />
      </Field>
      <Field label={t('saveAs.quality')} value={format === 'png' ? '–' : formatNumber(quality)}>
        <Slider
          labels={[t('saveAs.quality')]}
          values={[quality]}
          {...limits.saveQuality}
          step={1}
          disabled={disabled || format === 'png'}
          onChange={([saveQuality]) => {
            if (saveQuality !== undefined) setSession({ saveQuality });
          }}
        />
      </Field>
    </>
  );
}

/** What the format keeps and what it does not. */
export function noteOf(format: SaveFormat, isPng: boolean): string {
  if (format === 'png') return t(isPng ? 'saveAs.asItIs' : 'saveAs.png');
  return `${t(`saveAs.${format}`)} ${t('saveAs.notKept')}`;
}
