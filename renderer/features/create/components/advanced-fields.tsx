import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Select } from '../../../components/select.tsx';
import { Slider } from '../../../components/slider.tsx';
import { Switch } from '../../../components/switch.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useDocument } from '../../../state/document.ts';
import { useEngine } from '../../engine/store.ts';
import { bindNumbers } from '../../tasks/bind-numbers.ts';
import { PolicyField, ScheduleField, TemperatureField } from '../../tasks/components/sampling-fields.tsx';
import { curveOptions } from '../options.ts';
import { ranges, setSetting, useSettings, type Problems } from '../settings.ts';
import { ConditionFields } from './condition-fields.tsx';

const percent = (value: number): string => t('unit.percent', { n: formatNumber(value * 100) });

/** Everything else that decides a result. */
export function AdvancedFields({ problems }: { problems: Problems }) {
  const settings = useSettings();
  const overrides = useDocument(({ document }) => document.create.overrides);
  const codebook = useEngine((state) => state.model?.codebookSize ?? 8192);
  const { schedule, guidanceInterval, samplePolicy } = settings;
  const number = bindNumbers(settings, overrides, problems, setSetting);
  const setSchedule = (value: typeof schedule): void => {
    setSetting('schedule', value);
  };
  return (
    <>
      <PolicyField
        value={samplePolicy}
        onChange={(value) => {
          setSetting('samplePolicy', value);
        }}
      />
      <TemperatureField bound={number('temperature')} sampled={samplePolicy === 'multinomial'} />
      <div className="pair">
        <NumberField
          label={t('create.topK')}
          about={t('create.topK.about')}
          min={0}
          max={codebook}
          step={1}
          {...number('topK')}
          hint={settings.topK === 0 ? t('create.off') : undefined}
        />
        <NumberField
          label={t('create.topP')}
          about={t('create.topP.about')}
          min={0.05}
          max={ranges.topP.max}
          step={0.05}
          decimals={2}
          {...number('topP')}
          hint={settings.topP === 1 ? t('create.off') : undefined}
        />
      </div>
      <div className="pair">
        <ScheduleField value={schedule} onChange={setSchedule} />
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
            setSchedule({ ...schedule, shift: shift ?? NaN });
          }}
        />
      </div>
      <Field
        label={t('create.interval')}
        about={t('create.interval.about')}
        value={`${percent(guidanceInterval[0])} – ${percent(guidanceInterval[1])}`}
      >
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
      </Field>
      <SelectionFields problems={problems} />
      <ConditionFields />
    </>
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
          <Field label={t('create.selection.curve')}>
            <Select
              label={t('create.selection.curve')}
              value={selection.curve}
              disabled={!selection.dynamic}
              options={curveOptions()}
              onChange={(curve) => {
                change({ curve });
              }}
            />
          </Field>
        </>
      ) : null}
    </fieldset>
  );
}
