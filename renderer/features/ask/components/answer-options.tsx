import { ChevronRight, RotateCcw } from 'lucide-react';
import { remaskingNames } from '../../../../electron/contract/request.ts';
import { NumberField } from '../../../components/number-field.tsx';
import { Select } from '../../../components/select.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
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
  const changes = useDocument(({ document }) => Object.keys(document.tasks.ask.overrides).length);
  return (
    <div className="ask-options">
      <div className="section-head">
        <button
          type="button"
          className="disclosure"
          aria-expanded={open}
          aria-controls="answer-options"
          onClick={() => {
            setSession({ askOptionsOpen: !open });
          }}
        >
          <ChevronRight size={14} aria-hidden="true" />
          {t('ask.options')}
        </button>
        {changes > 0 ? (
          <button
            type="button"
            className="text-button"
            onClick={() => {
              editTask('ask', 'reset', { overrides: {} });
            }}
          >
            <RotateCcw size={12} aria-hidden="true" />
            {t('create.reset')}
          </button>
        ) : null}
      </div>
      {open ? <Fields reasoning={reasoning} /> : null}
    </div>
  );
}

function Fields({ reasoning }: { reasoning: boolean }) {
  const settings = useAnswerSettings();
  const overrides = useDocument(({ document }) => document.tasks.ask.overrides);
  const problems = answerProblems(settings);
  const length = wholeBlocks(settings);
  return (
    <div className="fields" id="answer-options">
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
          value={settings.length}
          {...answerRanges.length}
          step={settings.blockLength || 1}
          changed={'length' in overrides}
          error={problems.length}
          hint={length === settings.length ? t('ask.tokens') : t('ask.rounded', { n: length })}
          onChange={(value) => {
            setAnswerSetting('length', value);
          }}
        />
        <NumberField
          label={t('ask.block')}
          about={t('ask.block.about')}
          value={settings.blockLength}
          {...answerRanges.blockLength}
          step={1}
          changed={'blockLength' in overrides}
          error={problems.blockLength}
          onChange={(value) => {
            setAnswerSetting('blockLength', value);
          }}
        />
        <NumberField
          label={t('ask.stepRatio')}
          about={t('ask.stepRatio.about')}
          value={settings.stepRatio}
          min={0.05}
          max={answerRanges.stepRatio.max}
          step={0.05}
          decimals={2}
          changed={'stepRatio' in overrides}
          error={problems.stepRatio}
          onChange={(value) => {
            setAnswerSetting('stepRatio', value);
          }}
        />
        <NumberField
          label={t('create.temperature')}
          about={t('ask.temperature.about')}
          value={settings.temperature}
          {...answerRanges.temperature}
          step={0.1}
          decimals={2}
          changed={'temperature' in overrides}
          error={problems.temperature}
          onChange={(value) => {
            setAnswerSetting('temperature', value);
          }}
        />
        <NumberField
          label={t('create.seed')}
          about={t('ask.seed.about')}
          value={settings.seed}
          {...answerRanges.seed}
          step={1}
          changed={'seed' in overrides}
          error={problems.seed}
          onChange={(value) => {
            setAnswerSetting('seed', value);
          }}
        />
        <div className="field">
          <span className="field-label" title={t('ask.remasking.about')}>
            {t('ask.remasking')}
          </span>
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
        </div>
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
    </div>
  );
}
