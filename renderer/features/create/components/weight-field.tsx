import { NumberField } from '../../../components/number-field.tsx';
import { t } from '../../../i18n/index.ts';
import { contextWeights } from '../settings.ts';

interface WeightFieldProps {
  about: string;
  /** Absent = `own`. */
  value: number | undefined;
  /** What suits the model. */
  own: number;
  disabledReason?: string | undefined;
  onChange: (value: number | undefined) => void;
}

/** How far what stands beside the prompt counts. */
export function WeightField({ about, value, own, disabledReason, onChange }: WeightFieldProps) {
  const { min, max } = contextWeights;
  return (
    <NumberField
      label={t('weight')}
      about={about}
      value={value}
      min={min}
      max={max}
      step={0.1}
      decimals={2}
      optional
      hint={value === undefined ? String(own) : undefined}
      disabledReason={disabledReason}
      error={
        value !== undefined && !(value >= min && value <= max) ? t('problem.range', { min, max }) : undefined
      }
      onChange={onChange}
    />
  );
}
