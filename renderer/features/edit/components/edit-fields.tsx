import { ChevronRight, Dices, Lock, LockOpen, RotateCcw } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Select } from '../../../components/select.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { randomSeed } from '../../create/generate.ts';
import { orderOptions, scheduleOptions } from '../../create/options.ts';
import { stepLimit } from '../../create/settings.ts';
import { useEngine } from '../../engine/store.ts';
import { editRanges, setEditSetting, useEditSettings, type EditProblems } from '../settings.ts';

const modes = ['0', '1', '2', '3'] as const;

/** Steps, the two guidance scales and the seed; the rest is folded away. */
export function EditFields({ problems }: { problems: EditProblems }) {
  const { seed, seedLocked, overrides } = useDocument(({ document }) => document.tasks.edit);
  const settings = useEditSettings();
  const model = useEngine((state) => state.model);
  const open = useSession((state) => state.editAdvancedOpen);
  const changes = Object.keys(overrides).length;
  return (
    <>
      <div className="fields">
        <div className="pair">
          <NumberField
            label={t('edit.textGuidance')}
            about={t('edit.textGuidance.about')}
            value={settings.guidanceScale}
            {...editRanges.guidanceScale}
            step={0.1}
            decimals={2}
            changed={'guidanceScale' in overrides}
            error={problems.guidanceScale}
            onChange={(value) => {
              setEditSetting('guidanceScale', value);
            }}
          />
          <NumberField
            label={t('edit.imageGuidance')}
            about={t('edit.imageGuidance.about')}
            value={settings.imageGuidanceScale}
            {...editRanges.imageGuidanceScale}
            step={0.1}
            decimals={2}
            changed={'imageGuidanceScale' in overrides}
            error={problems.imageGuidanceScale}
            onChange={(value) => {
              setEditSetting('imageGuidanceScale', value);
            }}
          />
          <NumberField
            label={t('create.steps')}
            about={t('create.steps.about')}
            value={settings.steps}
            min={editRanges.steps.min}
            max={stepLimit(model)}
            step={1}
            changed={'steps' in overrides}
            error={problems.steps}
            onChange={(value) => {
              setEditSetting('steps', value);
            }}
          />
        </div>
        <NumberField
          label={t('create.seed')}
          about={t('create.seed.about')}
          value={seed}
          {...editRanges.seed}
          step={1}
          error={problems.seed}
          onChange={(value) => {
            editTask('edit', 'seed', { seed: value ?? NaN, seedLocked: true });
          }}
          tools={
            <>
              <IconButton
                icon={Dices}
                size="s"
                label={t('create.seed.random')}
                onClick={() => {
                  editTask('edit', 'random seed', { seed: randomSeed() });
                }}
              />
              <IconButton
                icon={seedLocked ? Lock : LockOpen}
                size="s"
                label={seedLocked ? t('create.seed.locked') : t('create.seed.unlocked')}
                pressed={seedLocked}
                onClick={() => {
                  editTask('edit', 'lock seed', { seedLocked: !seedLocked });
                }}
              />
            </>
          }
        />
      </div>
      <div className="section">
        <div className="section-head">
          <button
            type="button"
            className="disclosure"
            aria-expanded={open}
            aria-controls="edit-advanced"
            onClick={() => {
              setSession({ editAdvancedOpen: !open });
            }}
          >
            <ChevronRight size={14} aria-hidden="true" />
            {t('create.advanced')}
          </button>
          {changes > 0 ? (
            <button
              type="button"
              className="text-button"
              onClick={() => {
                editTask('edit', 'reset', { overrides: {} });
              }}
            >
              <RotateCcw size={12} aria-hidden="true" />
              {t('create.reset')}
            </button>
          ) : null}
        </div>
        {open ? <Advanced problems={problems} /> : null}
      </div>
    </>
  );
}

function Advanced({ problems }: { problems: EditProblems }) {
  const settings = useEditSettings();
  const overrides = useDocument(({ document }) => document.tasks.edit.overrides);
  return (
    <div className="fields advanced" id="edit-advanced">
      <div className="field">
        <span className="field-label">{t('edit.fit')}</span>
        <Segmented
          label={t('edit.fit')}
          value={settings.fit}
          options={[
            { value: 'crop', label: t('edit.fit.crop'), about: t('edit.fit.crop.about') },
            { value: 'pad', label: t('edit.fit.pad'), about: t('edit.fit.pad.about') },
          ]}
          onChange={(value) => {
            setEditSetting('fit', value);
          }}
        />
      </div>
      <div className="field">
        <span className="field-label">{t('edit.mode')}</span>
        <Select
          label={t('edit.mode')}
          value={modes[settings.editMode]}
          options={modes.map((mode) => ({ value: mode, label: t(`edit.mode.${mode}`) }))}
          onChange={(value) => {
            const mode = ([0, 1, 2, 3] as const).find((candidate) => String(candidate) === value);
            setEditSetting('editMode', mode);
          }}
        />
      </div>
      <div className="field">
        <span className="field-label" title={t('create.order.about')}>
          {t('create.order')}
        </span>
        <Select
          label={t('create.order')}
          value={settings.order}
          options={orderOptions(false)}
          onChange={(value) => {
            setEditSetting('order', value);
          }}
        />
      </div>
      <div className="pair">
        <NumberField
          label={t('create.temperature')}
          about={t('create.temperature.about')}
          value={settings.temperature}
          {...editRanges.temperature}
          step={0.05}
          decimals={2}
          changed={'temperature' in overrides}
          error={problems.temperature}
          disabledReason={settings.samplePolicy === 'argmax' ? t('create.sampling.unused') : undefined}
          onChange={(value) => {
            setEditSetting('temperature', value);
          }}
        />
        <div className="field">
          <span className="field-label">{t('create.schedule')}</span>
          <Select
            label={t('create.schedule')}
            value={settings.schedule.name}
            options={scheduleOptions()}
            onChange={(name) => {
              setEditSetting('schedule', { ...settings.schedule, name });
            }}
          />
        </div>
      </div>
      <div className="field">
        <span className="field-label">{t('create.sampling')}</span>
        <Segmented
          label={t('create.sampling')}
          value={settings.samplePolicy}
          options={[
            {
              value: 'multinomial',
              label: t('create.sampling.multinomial'),
              about: t('create.sampling.multinomial.about'),
            },
            { value: 'argmax', label: t('create.sampling.argmax'), about: t('create.sampling.argmax.about') },
          ]}
          onChange={(value) => {
            setEditSetting('samplePolicy', value);
          }}
        />
      </div>
    </div>
  );
}
