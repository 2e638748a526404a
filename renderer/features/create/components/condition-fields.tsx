import { microConditionsSchema, type MicroConditions } from '../../../../electron/contract/request.ts';
import { NumberField } from '../../../components/number-field.tsx';
import { t } from '../../../i18n/index.ts';
import { setSetting, useSettings } from '../settings.ts';

type ConditionName = keyof MicroConditions;

const steps: Record<ConditionName, { step: number; decimals: number; max: number }> = {
  score: { step: 0.1, decimals: 3, max: 10 },
  hps: { step: 0.1, decimals: 3, max: 10 },
  luminance: { step: 0.05, decimals: 3, max: 1 },
  contrast: { step: 0.05, decimals: 3, max: 1 },
  originalWidth: { step: 64, decimals: 0, max: 16_384 },
  originalHeight: { step: 64, decimals: 0, max: 16_384 },
  top: { step: 16, decimals: 0, max: 16_384 },
  left: { step: 16, decimals: 0, max: 16_384 },
};
const names = Object.keys(steps) as ConditionName[];

/** Properties written after the caption, as the model saw them in training; an empty field is not written. */
export function ConditionFields() {
  const { microConditions } = useSettings();
  const change = (name: ConditionName, value: number | undefined): void => {
    const { [name]: _before, ...others } = microConditions ?? {};
    const next = value === undefined ? others : { ...others, [name]: value };
    setSetting('microConditions', Object.keys(next).length > 0 ? next : null);
  };
  return (
    <fieldset className="group">
      <legend>{t('create.conditions')}</legend>
      <p className="field-note">{t('create.conditions.about')}</p>
      <div className="quad">
        {names.map((name) => {
          const value = microConditions?.[name];
          const wrong = value !== undefined && !microConditionsSchema.shape[name].safeParse(value).success;
          return (
            <NumberField
              key={name}
              label={t(`condition.${name}`)}
              value={value}
              min={0}
              max={steps[name].max}
              step={steps[name].step}
              decimals={steps[name].decimals}
              optional
              error={wrong ? t('problem.range', { min: 0, max: steps[name].max }) : undefined}
              onChange={(next) => {
                change(name, next);
              }}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
