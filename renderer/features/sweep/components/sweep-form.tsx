import { Sparkles } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { Select } from '../../../components/select.tsx';
import { formatDuration, formatNumber, t } from '../../../i18n/index.ts';
import { useDocument } from '../../../state/document.ts';
import { useSession } from '../../../state/session.ts';
import { useEngine } from '../../engine/store.ts';
import { usePace } from '../../runs/pace.ts';
import { axisIds, axisOf, limitsOf, type AxisId } from '../axes.ts';
import { readAxis, sheetProblem, type AxisDraft } from '../build.ts';
import { axesOf, setAxes, startAxis, startSheet, useSweep } from '../store.ts';

const nothing = 'nothing';

/** What a new sheet varies. */
export function SweepForm() {
  const draft = useDocument(({ document }) => document.create);
  const model = useEngine((state) => state.model);
  const stepMs = usePace();
  const axes = axesOf(useSession((state) => state.sweepAxes));
  const { problem, starting } = useSweep();
  const [across, down] = axes;
  const columns = across ? readAxis(across).values.length : 0;
  const rows = down ? readAxis(down).values.length : 1;
  const count = columns * rows;
  const wrong = problem ?? sheetProblem(draft, model, axes);
  const steps = draft.overrides.steps ?? model?.defaults.steps ?? 0;
  return (
    <form
      className="sweep-form"
      onSubmit={(event) => {
        event.preventDefault();
        void startSheet();
      }}
    >
      <p className="field-note">{t('sweep.intro')}</p>
      <div className="sweep-axes">
        <AxisFields
          label={t('sweep.across')}
          axis={across ?? null}
          onChange={(axis) => {
            setAxes([axis ?? startAxis('steps'), ...(down ? [down] : [])]);
          }}
        />
        <AxisFields
          label={t('sweep.down')}
          axis={down ?? null}
          optional
          onChange={(axis) => {
            setAxes([across ?? startAxis('steps'), ...(axis ? [axis] : [])]);
          }}
        />
      </div>
      <footer className="sweep-foot">
        <div>
          <b className="num">
            {t('sweep.count', {
              columns: formatNumber(columns),
              rows: formatNumber(rows),
              n: formatNumber(count),
            })}
          </b>
          {stepMs !== null && count > 0 ? (
            <span className="field-note num">
              {t('sweep.estimate', { time: formatDuration(stepMs * steps * count) })}
            </span>
          ) : null}
          {wrong === null ? null : (
            <p className="field-error" role="alert">
              {wrong}
            </p>
          )}
        </div>
        <Button variant="primary" type="submit" icon={Sparkles} disabled={wrong !== null || starting}>
          {t('sweep.start', { n: count })}
        </Button>
      </footer>
    </form>
  );
}

interface AxisFieldsProps {
  label: string;
  axis: AxisDraft | null;
  optional?: boolean;
  onChange: (axis: AxisDraft | null) => void;
}

function AxisFields({ label, axis, optional = false, onChange }: AxisFieldsProps) {
  const known = axis ? axisOf(axis.id) : null;
  const limits = axis ? limitsOf(axis.id) : null;
  const put = (text: string): void => {
    if (axis) onChange({ ...axis, text });
  };
  return (
    <fieldset className="sweep-axis fields">
      <legend>{label}</legend>
      <Select<AxisId | typeof nothing>
        label={label}
        value={axis?.id ?? nothing}
        options={[
          ...(optional ? [{ value: nothing, label: t('sweep.nothing') } as const] : []),
          ...axisIds.map((id) => ({ value: id, label: axisOf(id).label })),
        ]}
        onChange={(id) => {
          onChange(id === nothing ? null : startAxis(id));
        }}
      />
      {axis && known?.kind === 'choices' ? (
        <div className="sweep-choices" role="group" aria-label={t('sweep.values')}>
          {known.options.map(({ value, label: name }) => {
            const chosen = axis.text.split('\n');
            const on = chosen.includes(value);
            return (
              <button
                key={value}
                type="button"
                className="sweep-chip"
                aria-pressed={on}
                onClick={() => {
                  put((on ? chosen.filter((other) => other !== value) : [...chosen, value]).join('\n'));
                }}
              >
                {name}
              </button>
            );
          })}
        </div>
      ) : null}
      {axis && known && known.kind !== 'choices' ? (
        <div className="field">
          {known.kind === 'numbers' ? (
            <div className="input-box">
              <input
                className="input num"
                aria-label={`${label}: ${t('sweep.values')}`}
                value={axis.text}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => {
                  put(event.target.value);
                }}
              />
              {limits ? <span className="input-hint num">{t('sweep.limits', limits)}</span> : null}
            </div>
          ) : (
            <textarea
              className="prompt-area"
              aria-label={`${label}: ${t('sweep.values')}`}
              rows={4}
              value={axis.text}
              spellCheck={false}
              onChange={(event) => {
                put(event.target.value);
              }}
            />
          )}
          <p className="field-note">
            {known.kind === 'numbers' ? t('sweep.values.about') : t('sweep.words.about')}
          </p>
        </div>
      ) : null}
    </fieldset>
  );
}
