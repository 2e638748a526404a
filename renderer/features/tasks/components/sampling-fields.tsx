import type { TextToImageRequest } from '../../../../electron/contract/request.ts';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { t } from '../../../i18n/index.ts';
import { orderOptions, scheduleOptions } from '../../create/options.ts';
import { ranges } from '../../create/settings.ts';
import type { bindNumbers } from '../bind-numbers.ts';

/** Whether each code is drawn by its probability or the likeliest is taken. */
export function PolicyField({ value, onChange }: ChoiceProps<'samplePolicy'>) {
  return (
    <Field label={t('create.sampling')}>
      <Segmented
        label={t('create.sampling')}
        value={value}
        options={(['multinomial', 'argmax'] as const).map((policy) => ({
          value: policy,
          label: t(`create.sampling.${policy}`),
          about: t(`create.sampling.${policy}.about`),
        }))}
        onChange={onChange}
      />
    </Field>
  );
}

interface ChoiceProps<N extends keyof TextToImageRequest> {
  value: TextToImageRequest[N];
  onChange: (value: TextToImageRequest[N]) => void;
}

/** Temperature of the draws. */
export function TemperatureField({
  bound,
  sampled,
}: {
  bound: ReturnType<ReturnType<typeof bindNumbers>>;
  sampled: boolean;
}) {
  return (
    <NumberField
      label={t('create.temperature')}
      about={t('create.temperature.about')}
      {...ranges.temperature}
      step={0.05}
      decimals={2}
      {...bound}
      disabledReason={sampled ? undefined : t('create.sampling.unused')}
    />
  );
}

/** How many codes each step commits. */
export function ScheduleField({ value, onChange }: ChoiceProps<'schedule'>) {
  return (
    <Field label={t('create.schedule')}>
      <Select
        label={t('create.schedule')}
        value={value.name}
        options={scheduleOptions()}
        onChange={(name) => {
          onChange({ ...value, name });
        }}
      />
    </Field>
  );
}

/** Which codes come first. */
export function OrderField({
  value,
  changed,
  hasExplicit = false,
  onChange,
}: ChoiceProps<'order'> & { changed: boolean; hasExplicit?: boolean }) {
  return (
    <Field label={t('create.order')} about={t('create.order.about')} changed={changed}>
      <Select
        label={t('create.order')}
        value={value}
        options={orderOptions(hasExplicit)}
        onChange={onChange}
      />
    </Field>
  );
}
