import { ChevronRight, Copy, Dices, Lock, LockOpen, Plus, RotateCcw } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Select } from '../../../components/select.tsx';
import { formatDuration, formatNumber, t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { useEngine } from '../../engine/store.ts';
import { PlanCard } from '../../plan/components/plan-card.tsx';
import { copyText } from '../../playback/clipboard.ts';
import { useWrittenPrompt } from '../../prompts/written.ts';
import { ReflectionCard } from '../../reflection/components/reflection-card.tsx';
import { useRuns } from '../../runs/store.ts';
import { randomSeed, resetSettings, useCreateUi } from '../generate.ts';
import { orderOptions } from '../options.ts';
import { problemsOf, ranges, setSetting, stepLimit, useSettings, type Problems } from '../settings.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { GenerateBar } from './generate-bar.tsx';
import { PromptField } from './prompt-field.tsx';
import '../create.css';

/** The Create task: what to draw and how. Limits and defaults come from the contract and the loaded model. */
export function CreatePanel() {
  const draft = useDocument(({ document }) => document.create);
  const model = useEngine((state) => state.model);
  const advancedOpen = useSession((state) => state.advancedOpen);
  const asked = useCreateUi((state) => state.asked);
  const promptWrong = useCreateUi((state) => state.promptProblem);
  const written = useWrittenPrompt(draft.prompt, draft.style, draft.seed);
  // What counts is what the model will read.
  const found = problemsOf(written ? { ...draft, prompt: written.prompt } : draft, model);
  // An empty prompt is no reproach until Generate was pressed.
  const { prompt: promptProblem, ...rest } = found;
  const problems: Problems = rest;
  const showPrompt = promptProblem && (asked || draft.prompt.trim() !== '') ? promptProblem : promptWrong;
  const changes = Object.keys(draft.overrides).length;

  return (
    <div className="create">
      <div className="create-fields">
        <PromptField problem={showPrompt} written={written} />
        <PlanCard problem={problems.plan} />
        <ReflectionCard problem={problems.reflection} />
        <MainFields problems={problems} />
        <div className="section">
          <div className="section-head">
            <button
              type="button"
              className="disclosure"
              aria-expanded={advancedOpen}
              aria-controls="advanced"
              onClick={() => {
                setSession({ advancedOpen: !advancedOpen });
              }}
            >
              <ChevronRight size={14} aria-hidden="true" />
              {t('create.advanced')}
            </button>
            {changes > 0 ? (
              <button type="button" className="text-button" onClick={resetSettings}>
                <RotateCcw size={12} aria-hidden="true" />
                {t('create.reset')}
              </button>
            ) : null}
          </div>
          {advancedOpen ? <AdvancedFields problems={problems} /> : null}
        </div>
      </div>
      <GenerateBar />
    </div>
  );
}

function MainFields({ problems }: { problems: Problems }) {
  const { seed, seedLocked, overrides } = useDocument(({ document }) => document.create);
  const settings = useSettings();
  const model = useEngine((state) => state.model);
  const stepMs = useRuns((state) => state.lastStepMs);
  const { steps, guidanceScale } = settings;
  const estimate = stepMs !== null && steps > 0 ? `≈ ${formatDuration(stepMs * steps)}` : undefined;
  return (
    <div className="fields">
      <div className="pair">
        <NumberField
          label={t('create.steps')}
          about={t('create.steps.about')}
          value={steps}
          min={ranges.steps.min}
          max={stepLimit(model)}
          step={1}
          changed={'steps' in overrides}
          error={problems.steps}
          hint={estimate}
          onChange={(value) => {
            setSetting('steps', value);
          }}
        />
        <NumberField
          label={t('create.guidance')}
          about={t('create.guidance.about')}
          value={guidanceScale}
          min={ranges.guidanceScale.min}
          max={ranges.guidanceScale.max}
          step={0.1}
          decimals={2}
          changed={'guidanceScale' in overrides}
          error={problems.guidanceScale}
          hint={
            Number.isFinite(guidanceScale) ? t('create.cfg', { n: formatNumber(1 + guidanceScale, 1) }) : null
          }
          onChange={(value) => {
            setSetting('guidanceScale', value);
          }}
        />
      </div>
      <NumberField
        label={t('create.seed')}
        about={t('create.seed.about')}
        value={seed}
        min={ranges.seed.min}
        max={ranges.seed.max}
        step={1}
        error={problems.seed}
        onChange={(value) => {
          editCreate('seed', { seed: value ?? NaN, seedLocked: true });
        }}
        tools={
          <>
            <IconButton
              icon={Dices}
              size="s"
              label={t('create.seed.random')}
              shortcut="r"
              onClick={() => {
                editCreate('random seed', { seed: randomSeed() });
              }}
            />
            <IconButton
              icon={Plus}
              size="s"
              label={t('create.seed.next')}
              onClick={() => {
                editCreate('next seed', { seed: (seed + 1) % (ranges.seed.max + 1) });
              }}
            />
            <IconButton
              icon={Copy}
              size="s"
              label={t('create.seed.copy')}
              onClick={() => void copyText(String(seed))}
            />
            <IconButton
              icon={seedLocked ? Lock : LockOpen}
              size="s"
              label={seedLocked ? t('create.seed.locked') : t('create.seed.unlocked')}
              shortcut="l"
              pressed={seedLocked}
              onClick={() => {
                editCreate('lock seed', { seedLocked: !seedLocked });
              }}
            />
          </>
        }
      />
      <div className="field">
        <span className="field-label" title={t('create.order.about')}>
          {t('create.order')}
          {'order' in overrides ? <span className="field-changed" aria-hidden="true" /> : null}
        </span>
        <Select
          label={t('create.order')}
          value={settings.order}
          options={orderOptions(settings.explicitOrder !== undefined)}
          onChange={(value) => {
            setSetting('order', value);
          }}
        />
      </div>
    </div>
  );
}
