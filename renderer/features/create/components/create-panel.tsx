import { NumberField } from '../../../components/number-field.tsx';
import { formatDuration, formatNumber, t } from '../../../i18n/index.ts';
import { editCreate, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { useEngine } from '../../engine/store.ts';
import { PlanCard } from '../../plan/components/plan-card.tsx';
import { useWrittenPrompt } from '../../prompts/written.ts';
import { ReflectionCard } from '../../reflection/components/reflection-card.tsx';
import { usePace } from '../../runs/pace.ts';
import { bindNumbers } from '../../tasks/bind-numbers.ts';
import { OptionsSection } from '../../tasks/components/options-section.tsx';
import { OrderField } from '../../tasks/components/sampling-fields.tsx';
import { SeedField } from '../../tasks/components/seed-field.tsx';
import { resetSettings, useCreateUi } from '../generate.ts';
import { problemsOf, ranges, setSetting, stepLimit, useSettings, type Problems } from '../settings.ts';
import { AdvancedFields } from './advanced-fields.tsx';
import { DraftFit } from './draft-fit.tsx';
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

  return (
    <div className="create">
      <div className="create-fields">
        <PromptField problem={showPrompt} written={written} />
        <PlanCard problem={problems.plan} />
        <ReflectionCard problem={problems.reflection} />
        <MainFields problems={problems} />
        <OptionsSection
          id="advanced"
          title={t('create.advanced')}
          open={advancedOpen}
          onToggle={(open) => {
            setSession({ advancedOpen: open });
          }}
          changed={Object.keys(draft.overrides).length > 0}
          onReset={resetSettings}
        >
          <AdvancedFields problems={problems} />
        </OptionsSection>
      </div>
      <DraftFit />
      <GenerateBar />
    </div>
  );
}

function MainFields({ problems }: { problems: Problems }) {
  const { seed, seedLocked, overrides } = useDocument(({ document }) => document.create);
  const settings = useSettings();
  const model = useEngine((state) => state.model);
  const pace = usePace();
  const { steps, guidanceScale } = settings;
  const number = bindNumbers(settings, overrides, problems, setSetting);
  return (
    <div className="fields">
      <div className="pair">
        <NumberField
          label={t('create.steps')}
          about={t('create.steps.about')}
          min={ranges.steps.min}
          max={stepLimit(model)}
          step={1}
          {...number('steps')}
          hint={pace !== null && steps > 0 ? `≈ ${formatDuration(pace * steps)}` : undefined}
        />
        <NumberField
          label={t('create.guidance')}
          about={t('create.guidance.about')}
          {...ranges.guidanceScale}
          step={0.1}
          decimals={2}
          {...number('guidanceScale')}
          hint={
            Number.isFinite(guidanceScale) ? t('create.cfg', { n: formatNumber(1 + guidanceScale, 1) }) : null
          }
        />
      </div>
      <SeedField
        seed={seed}
        locked={seedLocked}
        error={problems.seed}
        withKeys
        onChange={(change, kind) => {
          editCreate(kind, change);
        }}
      />
      <OrderField
        value={settings.order}
        changed={'order' in overrides}
        hasExplicit={settings.explicitOrder !== undefined}
        onChange={(value) => {
          setSetting('order', value);
        }}
      />
    </div>
  );
}
