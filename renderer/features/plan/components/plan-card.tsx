import { BoxSelect, Plus, Trash2, Wand2, X } from 'lucide-react';
import { selectBox, useBoxes } from '../../../canvas/selection-api.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { t } from '../../../i18n/index.ts';
import { useDocument, type DraftBox } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { WeightField } from '../../create/components/weight-field.tsx';
import { planWeightOf } from '../../create/settings.ts';
import { useEngine } from '../../engine/store.ts';
import { cancelRun } from '../../runs/service.ts';
import {
  addPlanBox,
  adoptDrawnBoxes,
  clearPlan,
  placePlanBox,
  proposePlan,
  removePlanBox,
  renamePlanBox,
  setPlanMode,
  setPlanSetting,
  usePlanUi,
} from '../store.ts';
import '../plan.css';

/** The layout before the picture: none, the model's own, or boxes to look at and change first. */
export function PlanCard({ problem }: { problem?: string | undefined }) {
  const plan = useDocument(({ document }) => document.create.plan);
  const model = useEngine((state) => state.model);
  const { asking, warnings } = usePlanUi();
  const able = model?.tasks.includes('plan') ?? false;
  return (
    <section className="card" aria-label={t('plan.title')}>
      <header className="card-head">
        <h3>{t('plan.title')}</h3>
        {able ? (
          <Segmented
            label={t('plan.mode')}
            value={plan.mode}
            options={[
              { value: 'off', label: t('plan.off'), about: t('plan.off.about') },
              { value: 'auto', label: t('plan.auto'), about: t('plan.auto.about') },
              { value: 'given', label: t('plan.given'), about: t('plan.given.about') },
            ]}
            onChange={setPlanMode}
          />
        ) : null}
      </header>
      {able ? null : (
        <p className="field-note">{model ? t('plan.cannot', { model: model.name }) : t('plan.waiting')}</p>
      )}
      {able && plan.mode !== 'off' ? (
        <>
          {plan.mode === 'given' ? <BoxList boxes={plan.boxes} /> : null}
          {problem ? (
            <p className="field-error" role="alert">
              {problem}
            </p>
          ) : null}
          <div className="card-actions">
            {asking === null ? (
              <Button
                size="s"
                icon={Wand2}
                title={t('plan.propose.about')}
                onClick={() => void proposePlan()}
              >
                {plan.boxes.length > 0 && plan.mode === 'given' ? t('plan.proposeAgain') : t('plan.propose')}
              </Button>
            ) : (
              <Button size="s" icon={X} onClick={() => void cancelRun(asking)}>
                {t('plan.stop')}
              </Button>
            )}
            {plan.mode === 'given' ? <GivenTools boxes={plan.boxes} /> : null}
          </div>
          {asking === null ? null : (
            <p className="field-note" role="status">
              {t('plan.asking', { n: plan.mode === 'given' ? plan.boxes.length : 0 })}
            </p>
          )}
          {warnings.map((warning) => (
            <p key={warning} className="field-note">
              {warning}
            </p>
          ))}
          <PlanSettings />
        </>
      ) : null}
    </section>
  );
}

function GivenTools({ boxes }: { boxes: readonly DraftBox[] }) {
  const drawn = useBoxes((state) => state.boxes.filter(({ source }) => source === 'drawn').length);
  const tool = useSession((state) => state.tool);
  return (
    <>
      <Button
        size="s"
        icon={Plus}
        onClick={() => {
          selectBox(addPlanBox());
        }}
      >
        {t('plan.add')}
      </Button>
      {drawn > 0 ? (
        <Button size="s" icon={BoxSelect} onClick={adoptDrawnBoxes}>
          {t('plan.adopt', { n: drawn })}
        </Button>
      ) : (
        <IconButton
          icon={BoxSelect}
          side="top"
          label={t('plan.draw')}
          pressed={tool === 'box'}
          onClick={() => {
            setSession({ tool: tool === 'box' ? 'move' : 'box' });
          }}
        />
      )}
      {boxes.length > 0 ? (
        <IconButton icon={Trash2} side="top" label={t('plan.clear')} onClick={clearPlan} />
      ) : null}
    </>
  );
}

const sides = ['left', 'top', 'right', 'bottom'] as const;

function BoxList({ boxes }: { boxes: readonly DraftBox[] }) {
  const { selected, boxes: onCanvas } = useBoxes();
  if (boxes.length === 0) return <p className="field-note">{t('plan.empty')}</p>;
  return (
    <ol className="plan-boxes" aria-label={t('plan.boxes')}>
      {boxes.map(({ id, name, box }) => (
        <li
          key={id}
          data-selected={id === selected || undefined}
          onFocus={() => {
            selectBox(id);
          }}
        >
          <i
            className="plan-swatch"
            style={{ background: onCanvas.find((other) => other.id === id)?.colour }}
            aria-hidden="true"
          />
          <input
            className="plan-name"
            aria-label={t('plan.name')}
            value={name}
            maxLength={200}
            spellCheck={false}
            aria-invalid={name.trim() === ''}
            onChange={(event) => {
              renamePlanBox(id, event.target.value);
            }}
          />
          <IconButton
            icon={X}
            size="s"
            side="left"
            label={t('plan.remove', { name })}
            onClick={() => {
              removePlanBox(id);
            }}
          />
          <div className="plan-numbers">
            {sides.map((side, at) => (
              <BinField
                key={side}
                label={t(`plan.${side}`)}
                value={box[at] ?? 0}
                onChange={(value) => {
                  placePlanBox(id, box.map((bin, i) => (i === at ? value : bin)) as DraftBox['box']);
                }}
              />
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** One side of a box in bins; the arrow keys nudge it. */
function BinField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (v: number) => void;
}) {
  const put = (next: number): void => {
    if (Number.isFinite(next)) onChange(Math.min(1024, Math.max(0, Math.round(next))));
  };
  return (
    <label className="bin">
      <span aria-hidden="true">{label.slice(0, 1)}</span>
      <input
        className="num"
        aria-label={label}
        inputMode="numeric"
        value={value}
        onChange={(event) => {
          put(Number(event.target.value));
        }}
        onFocus={(event) => {
          event.target.select();
        }}
        onKeyDown={(event) => {
          const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
          if (direction === 0) return;
          event.preventDefault();
          put(value + direction * (event.shiftKey ? 32 : 4));
        }}
      />
    </label>
  );
}

function PlanSettings() {
  const { length, temperature, weight, mode } = useDocument(({ document }) => document.create.plan);
  const own = useEngine((state) => planWeightOf(state.model, mode === 'given' ? mode : 'auto'));
  return (
    <div className="pair">
      <NumberField
        label={t('plan.length')}
        about={t('plan.length.about')}
        value={length}
        min={16}
        max={256}
        step={16}
        optional
        hint={length === undefined ? '64' : undefined}
        error={
          length !== undefined && (length % 16 !== 0 || length < 16 || length > 256)
            ? t('plan.length.wrong')
            : undefined
        }
        onChange={(value) => {
          setPlanSetting('length', value);
        }}
      />
      <NumberField
        label={t('plan.temperature')}
        about={t('plan.temperature.about')}
        value={temperature}
        min={0}
        max={2}
        step={0.1}
        decimals={2}
        optional
        hint={temperature === undefined ? '0.5' : undefined}
        error={
          temperature !== undefined && !(temperature >= 0 && temperature <= 2)
            ? t('problem.range', { min: 0, max: 2 })
            : undefined
        }
        onChange={(value) => {
          setPlanSetting('temperature', value);
        }}
      />
      <WeightField
        about={t('plan.weight.about')}
        value={weight}
        own={own}
        onChange={(value) => {
          setPlanSetting('weight', value);
        }}
      />
    </div>
  );
}
