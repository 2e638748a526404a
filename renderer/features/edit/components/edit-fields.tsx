import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { stepLimit } from '../../create/settings.ts';
import { useEngine } from '../../engine/store.ts';
import { bindNumbers } from '../../tasks/bind-numbers.ts';
import { OptionsSection } from '../../tasks/components/options-section.tsx';
import {
  OrderField,
  PolicyField,
  ScheduleField,
  TemperatureField,
} from '../../tasks/components/sampling-fields.tsx';
import { SeedField } from '../../tasks/components/seed-field.tsx';
import { describes } from '../intents.ts';
import { editRanges, setEditSetting, useEditSettings, type EditProblems } from '../settings.ts';

const modes = ['0', '1', '2', '3'] as const;

/** Steps, the two guidance scales and the seed; the rest is folded away. */
export function EditFields({ problems }: { problems: EditProblems }) {
  const { seed, seedLocked, overrides, intent } = useDocument(({ document }) => document.tasks.edit);
  const model = useEngine((state) => state.model);
  const open = useSession((state) => state.editAdvancedOpen);
  const number = bindNumbers(useEditSettings(), overrides, problems, setEditSetting);
  return (
    <>
      <div className="fields">
        <div className="pair">
          <NumberField
            label={t('edit.textGuidance')}
            about={t('edit.textGuidance.about')}
            {...editRanges.guidanceScale}
            step={0.1}
            decimals={2}
            {...number('guidanceScale')}
          />
          {describes(intent) ? null : (
            <NumberField
              label={t('edit.imageGuidance')}
              about={t('edit.imageGuidance.about')}
              {...editRanges.imageGuidanceScale}
              step={0.1}
              decimals={2}
              {...number('imageGuidanceScale')}
            />
          )}
          <NumberField
            label={t('create.steps')}
            about={t('create.steps.about')}
            min={editRanges.steps.min}
            max={stepLimit(model)}
            step={1}
            {...number('steps')}
          />
        </div>
        <SeedField
          seed={seed}
          locked={seedLocked}
          error={problems.seed}
          onChange={(change, kind) => {
            editTask('edit', kind, change);
          }}
        />
      </div>
      <OptionsSection
        id="edit-advanced"
        title={t('create.advanced')}
        open={open}
        onToggle={(next) => {
          setSession({ editAdvancedOpen: next });
        }}
        changed={Object.keys(overrides).length > 0}
        onReset={() => {
          editTask('edit', 'reset', { overrides: {} });
        }}
      >
        <Advanced problems={problems} />
      </OptionsSection>
    </>
  );
}

function Advanced({ problems }: { problems: EditProblems }) {
  const settings = useEditSettings();
  const { overrides, intent, context } = useDocument(({ document }) => document.tasks.edit);
  const number = bindNumbers(settings, overrides, problems, setEditSetting);
  return (
    <>
      {intent === 'expand' || context === 'frame' ? null : (
        <Field label={t('edit.fit')}>
          <Segmented
            label={t('edit.fit')}
            value={settings.fit}
            options={(['crop', 'pad'] as const).map((fit) => ({
              value: fit,
              label: t(`edit.fit.${fit}`),
              about: t(`edit.fit.${fit}.about`),
            }))}
            onChange={(value) => {
              setEditSetting('fit', value);
            }}
          />
        </Field>
      )}
      {describes(intent) ? null : (
        <Field label={t('edit.mode')}>
          <Select
            label={t('edit.mode')}
            value={modes[settings.editMode]}
            options={modes.map((mode) => ({ value: mode, label: t(`edit.mode.${mode}`) }))}
            onChange={(value) => {
              const mode = ([0, 1, 2, 3] as const).find((candidate) => String(candidate) === value);
              setEditSetting('editMode', mode);
            }}
          />
        </Field>
      )}
      <OrderField
        value={settings.order}
        changed={'order' in overrides}
        onChange={(value) => {
          setEditSetting('order', value);
        }}
      />
      <div className="pair">
        <TemperatureField bound={number('temperature')} sampled={settings.samplePolicy === 'multinomial'} />
        <ScheduleField
          value={settings.schedule}
          onChange={(value) => {
            setEditSetting('schedule', value);
          }}
        />
      </div>
      <PolicyField
        value={settings.samplePolicy}
        onChange={(value) => {
          setEditSetting('samplePolicy', value);
        }}
      />
    </>
  );
}
