import { remaskingNames } from '../../../../electron/contract/request.ts';
import { Field } from '../../../components/field.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { bindNumbers } from '../../tasks/bind-numbers.ts';
import { OptionsSection } from '../../tasks/components/options-section.tsx';
import {
  answerProblems,
  answerRanges,
  setAnswerSetting,
  useAnswerSettings,
  wholeBlocks,
} from '../settings.ts';

/** How an answer is written; folded away until wanted. */
export function AnswerOptions({ reasoning }: { reasoning: boolean }) {
  const open = useSession((state) => state.askOptionsOpen);
  const changed = useDocument(({ document }) => Object.keys(document.tasks.ask.overrides).length > 0);
  return (
    <OptionsSection
      id="answer-options"
      title={t('ask.options')}
      open={open}
      onToggle={(next) => {
        setSession({ askOptionsOpen: next });
      }}
      changed={changed}
      onReset={() => {
        editTask('ask', 'reset', { overrides: {} });
      }}
    >
      <Fields reasoning={reasoning} />
    </OptionsSection>
  );
}

function Fields({ reasoning }: { reasoning: boolean }) {
  const settings = useAnswerSettings();
  const overrides = useDocument(({ document }) => document.tasks.ask.overrides);
  const number = bindNumbers(settings, overrides, answerProblems(settings), setAnswerSetting);
  const length = wholeBlocks(settings);
  return (
    <>
      <Switch
        label={t('ask.reasoning')}
        checked={reasoning}
        onChange={(on) => {
          editTask('ask', 'reasoning', { reasoning: on });
        }}
      />
      <div className="pair">
        <NumberField
          label={t('ask.length')}
          about={t('ask.length.about')}
          {...answerRanges.length}
          step={settings.blockLength || 1}
          {...number('length')}
          hint={length === settings.length ? t('ask.tokens') : t('ask.rounded', { n: length })}
        />
        <NumberField
          label={t('ask.block')}
          about={t('ask.block.about')}
          {...answerRanges.blockLength}
          step={1}
          {...number('blockLength')}
        />
        <NumberField
          label={t('ask.stepRatio')}
          about={t('ask.stepRatio.about')}
          min={0.05}
          max={answerRanges.stepRatio.max}
          step={0.05}
          decimals={2}
          {...number('stepRatio')}
        />
        <NumberField
          label={t('create.temperature')}
          about={t('ask.temperature.about')}
          {...answerRanges.temperature}
          step={0.1}
          decimals={2}
          {...number('temperature')}
        />
        <NumberField
          label={t('create.seed')}
          about={t('ask.seed.about')}
          {...answerRanges.seed}
          step={1}
          {...number('seed')}
        />
        <Field label={t('ask.remasking')} about={t('ask.remasking.about')}>
          <Select
            label={t('ask.remasking')}
            value={settings.remasking}
            options={remaskingNames.map((name) => ({
              value: name,
              label: t(`remasking.${name}`),
              hint: t(`remasking.${name}.about`),
            }))}
            onChange={(value) => {
              setAnswerSetting('remasking', value);
            }}
          />
        </Field>
      </div>
      <Switch
        label={t('ask.prefixCache')}
        checked={settings.prefixCache}
        onChange={(on) => {
          setAnswerSetting('prefixCache', on);
        }}
      />
      <Switch
        label={t('ask.fast')}
        checked={settings.parallel !== null}
        onChange={(on) => {
          setAnswerSetting('parallel', on ? { factor: 1, threshold: null } : null);
        }}
      />
    </>
  );
}
