import { Crosshair, Square } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { ActionKey } from '../../../components/action-key.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Switch } from '../../../components/switch.tsx';
import { t } from '../../../i18n/index.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { TaskFit } from '../../hardware/components/fit-badge.tsx';
import { useNotes } from '../../notes/store.ts';
import { cancelRun } from '../../runs/service.ts';
import { useRuns, type LiveRun } from '../../runs/store.ts';
import { phaseName } from '../../runs/phases.ts';
import { useCan } from '../../tasks/abilities.ts';
import { Examples } from '../../tasks/components/examples.tsx';
import { UnknownWords } from '../../tasks/components/known-words.tsx';
import { Lacking } from '../../tasks/components/lacking.tsx';
import { PictureLine } from '../../tasks/components/picture-line.tsx';
import { TaskText } from '../../tasks/components/task-text.tsx';
import { WaitingLine } from '../../tasks/components/waiting-line.tsx';
import { focusField } from '../../tasks/focus.ts';
import { mostPhrases, phrasesOf, runGround, useGround } from '../service.ts';
import { BoxList } from './box-list.tsx';
import { LiveBoxes } from './live-boxes.tsx';
import '../ground.css';

/** The Ground task: phrases in, labelled boxes out. */
export function GroundPanel() {
  const count = useDocument(({ document }) => phrasesOf(document.tasks.ground.phrases).length);
  const canGround = useCan('ground');
  return (
    <div className="create">
      <div className="create-fields">
        <PictureLine empty={t('ground.noPicture')} />
        <WaitingLine />
        <Lacking ability="ground" />
        {canGround ? <GroundForm /> : null}
        <Live />
        <BoxList />
      </div>
      {canGround ? <TaskFit task="ground" /> : null}
      <GroundBar ready={count > 0 && count <= mostPhrases} />
    </div>
  );
}

/** Phrases and how they are looked for. */
function GroundForm() {
  const { phrases, mode, steps, restrictToBins } = useDocument(({ document }) => document.tasks.ground);
  const count = phrasesOf(phrases).length;
  const set = (patch: Partial<{ mode: typeof mode; steps: typeof steps }>): void => {
    const next = { mode, steps, ...patch };
    // Several passes exist for one phrase at a time only.
    if (patch.mode === 'dense') next.steps = 1;
    else if (patch.steps !== undefined && patch.steps > 1) next.mode = 'expression';
    editTask('ground', 'ground settings', next);
  };
  const write = (text: string): void => {
    editTask('ground', 'phrases', { phrases: text });
  };
  return (
    <>
      <TaskText
        id="phrases"
        label={t('ground.phrases')}
        value={phrases}
        rows={3}
        placeholder={t('ground.phrases.placeholder')}
        hint={count > 0 ? t('ground.count', { n: count }) : undefined}
        error={count > mostPhrases ? t('ground.tooMany', { most: mostPhrases }) : undefined}
        onChange={write}
      />
      <UnknownWords looking text={phrases} own={phrases} onWrite={write} />
      {phrases === '' ? (
        <Examples
          kind="ground"
          onPick={(text) => {
            editTask('ground', 'phrases', { phrases: text });
            focusField('phrases');
          }}
        />
      ) : null}
      <div className="fields">
        <div className="field">
          <span className="field-label">{t('ground.mode')}</span>
          <Segmented
            label={t('ground.mode')}
            value={mode}
            options={[
              { value: 'dense', label: t('ground.mode.dense'), about: t('ground.mode.dense.about') },
              {
                value: 'expression',
                label: t('ground.mode.expression'),
                about: t('ground.mode.expression.about'),
              },
            ]}
            onChange={(value) => {
              set({ mode: value });
            }}
          />
        </div>
        <div className="field">
          <span className="field-label">{t('ground.steps')}</span>
          <Segmented
            label={t('ground.steps')}
            value={String(steps)}
            options={(['1', '2', '4'] as const).map((value) => ({ value, label: value }))}
            onChange={(value) => {
              set({ steps: ([1, 2, 4] as const).find((n) => String(n) === value) ?? 1 });
            }}
          />
          <p className="field-note">
            {mode === 'dense' ? t('ground.steps.dense') : t('ground.steps.about', { n: 4 / steps })}
          </p>
        </div>
        <Switch
          label={t('ground.restrict')}
          checked={restrictToBins}
          onChange={(on) => {
            editTask('ground', 'restrict', { restrictToBins: on });
          }}
        />
      </div>
    </>
  );
}

function runningGround({ order, live }: { order: string[]; live: Record<string, LiveRun> }): LiveRun | null {
  for (const id of order) {
    const run = live[id];
    if (run?.request.task === 'ground') return run;
  }
  return null;
}

function Live() {
  const run = useRuns(runningGround);
  const boxes = useGround((state) => (run ? state.live[run.id] : undefined));
  return boxes ? <LiveBoxes boxes={boxes} /> : null;
}

function GroundBar({ ready }: { ready: boolean }) {
  const run = useRuns(runningGround);
  const found = useGround((state) => (run ? state.live[run.id] : undefined));
  const hasPicture = useNotes((state) => state.picture !== null);
  const canGround = useCan('ground');
  const passes = found?.filter((box) => box !== undefined).length ?? 0;
  return (
    <div className="generate-bar">
      {run ? (
        <Button
          className="generate-button"
          icon={Square}
          disabled={run.cancelling}
          onClick={() => void cancelRun(run.id)}
        >
          {run.cancelling ? t('run.cancelling') : t('run.cancel')}
          <span className="num cancel-steps">
            {passes > 0 ? t('ground.found', { n: passes }) : phaseName(run.phase)}
          </span>
        </Button>
      ) : (
        <Button
          variant="primary"
          className="generate-button"
          icon={Crosshair}
          disabled={!ready || !hasPicture || !canGround}
          onClick={() => void runGround()}
        >
          {t('ground.run')}
          <ActionKey id="ground.run" />
        </Button>
      )}
    </div>
  );
}
