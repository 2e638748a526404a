import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { Slider } from '../../../components/slider.tsx';
import { Switch } from '../../../components/switch.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useDocument } from '../../../state/document.ts';
import { useEngine } from '../../engine/store.ts';
import { curveOptions, scheduleOptions } from '../options.ts';
import { ranges, setSetting, useSettings, type Problems } from '../settings.ts';
import { ConditionFields } from './condition-fields.tsx';

const percent = (value: number): string => t('unit.percent', { n: formatNumber(value * 100) });

/** Everything else that decides a result. */
export function AdvancedFields({ problems }: { problems: Problems }) {
  const settings = useSettings();
  const overrides = useDocument(({ document }) => document.create.overrides);
  const codebook = useEngine((state) => state.model?.codebookSize ?? 8192);
  const { schedule, guidanceInterval, samplePolicy } = settings;
  const sampled = samplePolicy === 'multinomial';
  const notSampled = sampled ? undefined : t('create.sampling.unused');
  return (
    <div className="fields advanced" id="advanced">
      <div className="field">
        <span className="field-label">{t('create.sampling')}</span>
        <Segmented
          label={t('create.sampling')}
          value={samplePolicy}
          options={[
            {
              value: 'multinomial',
              label: t('create.sampling.multinomial'),
              about: t('create.sampling.multinomial.about'),
            },
            { value: 'argmax', label: t('create.sampling.argmax'), about: t('create.sampling.argmax.about') },
          ]}
          onChange={(value) => {
            setSetting('samplePolicy', value);
          }}
        />
      </div>
      <NumberField
        label={t('create.temperature')}
        about={t('create.temperature.about')}
        value={settings.temperature}
        {...ranges.temperature}
        step={0.05}
        decimals={2}
        changed={'temperature' in overrides}
        error={problems.temperature}
        disabledReason={notSampled}
        onChange={(value) => {
          setSetting('temperature', value);
        }}
      />
      <div className="pair">
        <NumberField
          label={t('create.topK')}
          about={t('create.topK.about')}
          value={settings.topK}
          min={0}
          max={codebook}
          step={1}
          changed={'topK' in overrides}
          error={problems.topK}
          hint={settings.topK === 0 ? t('create.off') : undefined}
          onChange={(value) => {
            setSetting('topK', value);
          }}
        />
        <NumberField
          label={t('create.topP')}
          about={t('create.topP.about')}
          value={settings.topP}
          min={0.05}
          max={ranges.topP.max}
          step={0.05}
          decimals={2}
          changed={'topP' in overrides}
          error={problems.topP}
          hint={settings.topP === 1 ? t('create.off') : undefined}
          onChange={(value) => {
            setSetting('topP', value);
          }}
        />
      </div>
      <div className="pair">
        <div className="field">
          <span className="field-label">{t('create.schedule')}</span>
          <Select
            label={t('create.schedule')}
            value={schedule.name}
            options={scheduleOptions()}
            onChange={(name) => {
              setSetting('schedule', { ...schedule, name });
            }}
          />
        </div>
        <NumberField
          label={t('create.shift')}
          about={t('create.shift.about')}
          value={schedule.shift}
          {...ranges.shift}
          step={0.5}
          decimals={2}
          changed={'schedule' in overrides}
          error={problems.schedule}
          disabledReason={schedule.name === 'shift' ? undefined : t('create.shift.unused')}
          onChange={(shift) => {
            setSetting('schedule', { ...schedule, shift: shift ?? NaN });
          }}
        />
      </div>
      <div className="field">
        <span className="field-label" title={t('create.interval.about')}>
          {t('create.interval')}
          <span className="num field-value">
            {percent(guidanceInterval[0])} – {percent(guidanceInterval[1])}
          </span>
        </span>
        <Slider
          labels={[t('create.interval.from'), t('create.interval.to')]}
          values={guidanceInterval}
          min={0}
          max={1}
          step={0.05}
          format={percent}
          onChange={([from = 0, to = 1]) => {
            setSetting('guidanceInterval', [from, to]);
          }}
        />
      </div>
      <SelectionFields problems={problems} />
      <ConditionFields />
    </div>
  );
}

/** Selection temperature; only orders that choose by confidence use it. */
function SelectionFields({ problems }: { problems: Problems }) {
  const { order, orderCutoff, selectionTemperature: selection } = useSettings();
  const used = order === 'confidence' || order === 'mask_git' || orderCutoff < 1;
  const unused = used ? undefined : t('create.selection.unused', { order: t(`order.${order}`) });
  const change = (patch: Partial<typeof selection>): void => {
    setSetting('selectionTemperature', { ...selection, ...patch });
  };
  return (
    <fieldset className="group" data-disabled={!used || undefined}>
      <legend>{t('create.selection')}</legend>
      {unused ? <p className="field-note">{unused}</p> : null}
      {used ? (
        <>
          <div className="pair">
            <NumberField
              label={t('create.selection.value')}
              value={selection.value}
              {...ranges.selection}
              step={0.5}
              decimals={2}
              error={problems.selectionTemperature}
              onChange={(value) => {
                change({ value: value ?? NaN });
              }}
            />
            <NumberField
              label={t('create.selection.min')}
              value={selection.min}
              {...ranges.selectionMin}
              step={0.05}
              decimals={2}
              disabledReason={selection.dynamic ? undefined : t('create.selection.constant')}
              onChange={(min) => {
                change({ min: min ?? NaN });
              }}
            />
          </div>
          <Switch
            label={t('create.selection.dynamic')}
            checked={selection.dynamic}
            onChange={(dynamic) => {
              change({ dynamic });
            }}
          />
          <div className="field">
            <span className="field-label">{t('create.selection.curve')}</span>
            <Select
              label={t('create.selection.curve')}
              value={selection.curve}
              disabled={!selection.dynamic}
              options={curveOptions()}
              onChange={(curve) => {
                change({ curve });
              }}
            />
          </div>
        </>
      ) : null}
    </fieldset>
  );
}
