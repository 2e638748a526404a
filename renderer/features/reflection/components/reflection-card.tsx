import { Columns3 } from 'lucide-react';
import { useId } from 'react';
import type { ReflectionSettings } from '../../../../electron/contract/reflection.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate, useDocument, type ReflectionDraft } from '../../../state/document.ts';
import { WeightField } from '../../create/components/weight-field.tsx';
import { ownReflection } from '../../create/settings.ts';
import { useEngine } from '../../engine/store.ts';
import { usePlayback } from '../../playback/store.ts';
import { useStory } from '../../runs/story.ts';
import { useRoundsUi } from '../store.ts';
import { Verdict } from './verdict.tsx';
import '../reflection.css';

/** Chooses what a round is told; the model's own way is not kept, so that another model may have another. */
function tell(mode: ReflectionSettings['mode']): void {
  const { mode: _before, ...reflection } = useDocument.getState().document.create.reflection;
  const own = mode === ownReflection(useEngine.getState().model).mode;
  editCreate('reflection mode', { reflection: own ? reflection : { ...reflection, mode } });
}

function change(patch: Partial<ReflectionDraft>, kind = 'reflection'): void {
  const { reflection } = useDocument.getState().document.create;
  editCreate(kind, { reflection: { ...reflection, ...patch } });
}

function setWeight(weight: number | undefined): void {
  const { weight: _before, ...reflection } = useDocument.getState().document.create.reflection;
  const next = weight === undefined ? reflection : { ...reflection, weight };
  editCreate('reflection weight', { reflection: next });
}

/** Paint, judge, paint again: how often, and what a round is told of the ones before. */
export function ReflectionCard({ problem }: { problem?: string | undefined }) {
  const {
    on,
    rounds,
    history,
    weight,
    mode: chosen,
  } = useDocument(({ document }) => document.create.reflection);
  const planned = useDocument(({ document: { create } }) => {
    const { mode, boxes } = create.plan;
    return mode === 'auto' || (mode === 'given' && boxes.length > 0);
  });
  const model = useEngine((state) => state.model);
  const own = ownReflection(model);
  const mode = chosen ?? own.mode;
  const heading = useId();
  const able = model?.tasks.includes('reflect') ?? false;
  return (
    <section className="card" aria-label={t('reflection.title')}>
      {able ? (
        <div className="card-head">
          <h3 id={heading}>{t('reflection.title')}</h3>
          <Switch
            heading={heading}
            label={on ? t('reflection.upTo', { n: Number.isFinite(rounds) ? rounds : '–' }) : t('create.off')}
            checked={on}
            onChange={(checked) => {
              change({ on: checked }, 'reflection on');
            }}
          />
        </div>
      ) : (
        <>
          <div className="card-head">
            <h3>{t('reflection.title')}</h3>
          </div>
          <p className="field-note">
            {model ? t('reflection.cannot', { model: model.name }) : t('plan.waiting')}
          </p>
        </>
      )}
      {able && on ? (
        <>
          <NumberField
            label={t('reflection.rounds')}
            about={t('reflection.rounds.about')}
            value={rounds}
            min={1}
            max={20}
            step={1}
            error={problem}
            onChange={(value) => {
              change({ rounds: value ?? NaN }, 'reflection rounds');
            }}
          />
          <Field label={t('reflection.mode')} changed={mode !== own.mode}>
            <Segmented
              label={t('reflection.mode')}
              value={mode}
              options={[
                {
                  value: 'reflection',
                  label: t('reflection.mode.reflection'),
                  about: t('reflection.mode.reflection.about'),
                },
                {
                  value: 'self-verify',
                  label: t('reflection.mode.self-verify'),
                  about: t('reflection.mode.self-verify.about'),
                },
              ]}
              onChange={tell}
            />
          </Field>
          {mode === 'reflection' ? (
            <div className="pair">
              <NumberField
                label={t('reflection.history')}
                about={t('reflection.history.about')}
                value={history}
                min={0}
                max={3}
                step={1}
                error={
                  Number.isInteger(history) && history >= 0 && history <= 3
                    ? undefined
                    : t('problem.whole', { min: 0, max: 3 })
                }
                onChange={(value) => {
                  change({ history: value ?? NaN }, 'reflection history');
                }}
              />
              <WeightField
                about={t('reflection.weight.about')}
                value={weight}
                own={own.weight}
                disabledReason={planned ? t('reflection.weight.planned') : undefined}
                onChange={setWeight}
              />
            </div>
          ) : null}
        </>
      ) : null}
      <ShownRounds />
    </section>
  );
}

/** What the model said in the run on show. */
function ShownRounds() {
  const runId = usePlayback((state) => state.runId);
  const story = useStory(runId);
  if (!story || story.rounds.length === 0) return null;
  return (
    <div className="said">
      <ol aria-label={t('reflection.said')} aria-live="polite">
        {story.rounds.map((round) => (
          <li key={round.round}>
            <Verdict round={round} />
            <span className="said-text">{round.text === '' ? '' : `“${round.text}”`}</span>
          </li>
        ))}
      </ol>
      <Button
        size="s"
        icon={Columns3}
        onClick={() => {
          useRoundsUi.setState({ open: runId });
        }}
      >
        {t('reflection.sideBySide')}
      </Button>
    </div>
  );
}
