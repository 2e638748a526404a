import { Crosshair } from 'lucide-react';
import { useEffect } from 'react';
import { editIntents } from '../../../../electron/contract/request.ts';
import { setSquareFit, useBoxes, useMask } from '../../../canvas/selection-api.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { limits, setSession, useSession } from '../../../state/session.ts';
import { regionChoices } from '../../../state/task-drafts.ts';
import { useEngine } from '../../engine/store.ts';
import { groundMask, useGround } from '../../ground/service.ts';
import { useNotes } from '../../notes/store.ts';
import { useCan } from '../../tasks/abilities.ts';
import { Examples } from '../../tasks/components/examples.tsx';
import { UnknownWords } from '../../tasks/components/known-words.tsx';
import { Lacking } from '../../tasks/components/lacking.tsx';
import { PictureLine } from '../../tasks/components/picture-line.tsx';
import { RunBar } from '../../tasks/components/run-bar.tsx';
import { TaskText } from '../../tasks/components/task-text.tsx';
import { focusField } from '../../tasks/focus.ts';
import { runEdit, useEditUi, useRegion } from '../edit.ts';
import { intentIcons, promptOf, runLabel, withWords, wordsOf } from '../intents.ts';
import { editProblems, useEditSettings } from '../settings.ts';
import { ContextFields } from './context-fields.tsx';
import { EditFields } from './edit-fields.tsx';
import { EditFit } from './edit-fit.tsx';
import { ExpandFields } from './expand-fields.tsx';
import '../edit.css';

/** The Edit task: change the picture on the canvas by an instruction, everywhere or inside a region. */
export function EditPanel() {
  const { fit } = useEditSettings();
  const canEdit = useCan('edit');
  useEffect(() => {
    setSquareFit(fit);
  }, [fit]);
  return (
    <div className="create">
      <div className="create-fields">
        <PictureLine empty={t('edit.noPicture')} />
        <Lacking ability="edit" />
        {canEdit ? <EditForm /> : null}
      </div>
      {canEdit ? <EditFit /> : null}
      <EditBar />
    </div>
  );
}

/** Instruction, region and settings. */
function EditForm() {
  const draft = useDocument(({ document }) => document.tasks.edit);
  const model = useEngine((state) => state.model);
  const asked = useEditUi((state) => state.asked);
  const { words: blank, ...problems } = editProblems(draft, model);
  const { intent } = draft;
  const words = wordsOf(draft);
  const write = (text: string): void => {
    editTask('edit', `words ${intent}`, withWords(draft, text));
  };
  return (
    <>
      <IntentField />
      <TaskText
        id="instruction"
        label={t(`edit.words.${intent}`)}
        value={words}
        rows={intent === 'edit' ? 3 : 2}
        placeholder={t(`edit.words.${intent}.placeholder`)}
        error={blank && (asked || words.trim() !== '') ? blank : undefined}
        onChange={write}
      />
      <UnknownWords text={words} own={words} onWrite={write} />
      {intent === 'edit' && words === '' ? (
        <Examples
          kind="edit"
          onPick={(text) => {
            editTask('edit', 'instruction', { instruction: text });
            focusField('instruction');
          }}
        />
      ) : null}
      <SentPrompt />
      {intent === 'expand' ? (
        <ExpandFields>
          <FeatherField />
        </ExpandFields>
      ) : (
        <>
          <RegionFields />
          <ContextFields />
        </>
      )}
      <PlanSwitch plan={draft.plan} />
      <EditFields problems={problems} />
    </>
  );
}

/** What is to be done. */
function IntentField() {
  const intent = useDocument(({ document }) => document.tasks.edit.intent);
  return (
    <div className="intents">
      <Segmented
        label={t('edit.intent')}
        value={intent}
        options={editIntents.map((name) => ({
          value: name,
          label: t(`edit.intent.${name}`),
          about: t(`edit.intent.${name}.about`),
        }))}
        onChange={(value) => {
          editTask('edit', 'intent', { intent: value });
        }}
      />
    </div>
  );
}

/** The sentence that is made of the words, where it is another one. */
function SentPrompt() {
  const draft = useDocument(({ document }) => document.tasks.edit);
  const prompt = promptOf(draft);
  if (prompt === '' || prompt === wordsOf(draft).trim()) return null;
  return <p className="field-note sent-prompt">{t('edit.sent', { prompt })}</p>;
}

/** What may change: everything, the mask, or the selected box; and the phrase that makes a mask. */
function RegionFields() {
  const region = useRegion();
  const intent = useDocument(({ document }) => document.tasks.edit.intent);
  return (
    <div className="fields region-fields" role="group" aria-label={t('edit.region')}>
      <Field label={t('edit.region')}>
        <Segmented
          label={t('edit.region')}
          value={region}
          options={regionChoices
            .filter((name) => name !== 'none' || intent !== 'fill')
            .map((name) => ({
              value: name,
              label: t(`edit.region.${name}`),
              about: t(`edit.region.${name}.about`),
            }))}
          onChange={(value) => {
            editTask('edit', 'region', { region: value });
          }}
        />
        <RegionNote />
      </Field>
      <GroundIt />
      {region === 'none' ? null : <FeatherField />}
    </div>
  );
}

function FeatherField() {
  const feather = useSession((state) => state.feather);
  return (
    <NumberField
      label={t('edit.feather')}
      about={t('edit.feather.about')}
      value={feather}
      {...limits.feather}
      step={1}
      hint={t('task.px')}
      onChange={(value) => {
        if (value !== undefined && value >= limits.feather.min && value <= limits.feather.max)
          setSession({ feather: value });
      }}
    />
  );
}

/** Whether the chosen region is there, and what is promised about the rest. */
function RegionNote() {
  const region = useRegion();
  const masked = useMask((state) => state.pixels > 0);
  const selected = useBoxes((state) => state.boxes.find(({ id }) => id === state.selected));
  const intent = useDocument(({ document }) => document.tasks.edit.intent);
  const missing =
    (region === 'mask' || (region === 'none' && intent === 'fill')) && !masked
      ? t('edit.region.noMask')
      : region === 'box' && !selected
        ? t('edit.region.noBox')
        : null;
  if (missing) return <p className="field-error">{missing}</p>;
  if (region === 'none') return null;
  return (
    <p className="field-note">
      {region === 'box' && selected?.label ? `${selected.label}: ` : ''}
      {t('edit.region.promise')}
    </p>
  );
}

/** A phrase becomes a box, and the box the mask. */
function GroundIt() {
  const phrase = useDocument(({ document }) => document.tasks.edit.phrase);
  const hasPicture = useNotes((state) => state.picture !== null);
  const masking = useGround((state) => state.masking);
  const note = useGround((state) => state.maskNote);
  const canGround = useCan('ground');
  return (
    <div className="field">
      <label className="field-label" htmlFor="ground-phrase" title={t('edit.ground.about')}>
        {t('edit.ground')}
      </label>
      <div className="input-box">
        <input
          id="ground-phrase"
          className="input"
          value={phrase}
          maxLength={400}
          placeholder={t('edit.ground.placeholder')}
          spellCheck={false}
          autoComplete="off"
          disabled={!canGround}
          onChange={(event) => {
            editTask('edit', 'phrase', { phrase: event.target.value });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) void groundMask();
          }}
        />
        <Button
          size="s"
          icon={Crosshair}
          disabled={!canGround || !hasPicture || phrase.trim() === '' || masking !== null}
          onClick={() => void groundMask()}
        >
          {t('edit.ground.go')}
        </Button>
      </div>
      <p className="field-note" role="status">
        {canGround
          ? masking
            ? t('edit.ground.looking', { phrase: masking.phrase })
            : note
          : t('edit.ground.lacks')}
      </p>
    </div>
  );
}

function PlanSwitch({ plan }: { plan: boolean }) {
  const canPlan = useCan('plan');
  return (
    <div className="field">
      <Switch
        label={t('edit.plan')}
        checked={plan && canPlan}
        disabled={!canPlan}
        onChange={(on) => {
          editTask('edit', 'plan', { plan: on });
        }}
      />
      <p className="field-note">{canPlan ? t('edit.plan.about') : t('edit.plan.lacks')}</p>
    </div>
  );
}

function EditBar() {
  const draft = useDocument(({ document }) => document.tasks.edit);
  const region = useRegion();
  const hasPicture = useNotes((state) => state.picture !== null);
  const canEdit = useCan('edit');
  return (
    <RunBar
      action="edit.run"
      icon={intentIcons[draft.intent]}
      label={t(runLabel(draft, region))}
      ready={hasPicture && canEdit}
      onRun={() => void runEdit()}
    />
  );
}
