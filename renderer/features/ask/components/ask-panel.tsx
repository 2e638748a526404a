import { ClipboardList, ScanText, SendHorizontal, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { noPicture, type AnswerTurn } from '../../../../electron/contract/notes.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { t } from '../../../i18n/index.ts';
import { setSession, tokenViews, useSession } from '../../../state/session.ts';
import { editTask, useDocument } from '../../../state/document.ts';
import { TaskFit } from '../../hardware/components/fit-badge.tsx';
import { useNotes } from '../../notes/store.ts';
import { useRuns, type LiveRun } from '../../runs/store.ts';
import { useCan } from '../../tasks/abilities.ts';
import { focusField } from '../../tasks/focus.ts';
import { Examples } from '../../tasks/components/examples.tsx';
import { UnknownWords } from '../../tasks/components/known-words.tsx';
import { Lacking } from '../../tasks/components/lacking.tsx';
import { PictureLine } from '../../tasks/components/picture-line.tsx';
import { TaskText } from '../../tasks/components/task-text.tsx';
import { WaitingLine } from '../../tasks/components/waiting-line.tsx';
import { askQuestion, copyAnswers, describePicture, forgetTurns } from '../ask.ts';
import { answerProblems, useAnswerSettings } from '../settings.ts';
import { AnswerOptions } from './answer-options.tsx';
import { suretyRange } from './tokens.tsx';
import { LiveTurn, Turn } from './turn.tsx';
import '../ask.css';

/** The Ask task: the thread of the picture on the canvas, and the next question. */
export function AskPanel() {
  const notes = useNotes((state) => state.notes);
  const sha256 = notes?.picture.sha256;
  const hasPicture = useNotes((state) => state.picture !== null);
  const turns = notes?.turns ?? [];
  const running = useRuns(useShallow((state) => waitingFor(state, sha256, turns)));
  const list = useRef<HTMLOListElement>(null);
  const count = turns.length + running.length;
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [count]);
  return (
    <div className="ask">
      <div className="ask-head">
        <PictureLine empty={t('ask.noPicture')} />
        <WaitingLine />
        <Lacking ability="ask" />
      </div>
      <p key={sha256} className="sr-only" role="status">
        {turns.at(-1)?.text}
      </p>
      {count > 0 ? <ThreadHead turns={turns} /> : null}
      {count > 0 ? <Legend /> : null}
      <ol className="thread" ref={list} aria-label={hasPicture ? t('ask.thread') : t('ask.thread.noPicture')}>
        {turns.map((turn) => (
          <Turn key={turn.id} turn={turn} />
        ))}
        {running.map((run) => (
          <LiveTurn key={run.id} run={run} />
        ))}
        {count === 0 && notes ? <Begin hasPicture={hasPicture} /> : null}
      </ol>
      <Composer />
    </div>
  );
}

/** Questions and descriptions of a picture that wait or work, in their order. */
function waitingFor(
  { order, live }: { order: string[]; live: Record<string, LiveRun> },
  sha256: string | undefined,
  turns: readonly AnswerTurn[],
): LiveRun[] {
  const told = new Set(turns.map(({ id }) => id));
  return order.flatMap((id) => {
    const run = live[id];
    if (!run || told.has(id)) return [];
    const { request } = run;
    if (request.task !== 'ask' && request.task !== 'caption') return [];
    return (request.image ?? noPicture).sha256 === sha256 ? [run] : [];
  });
}

function ThreadHead({ turns }: { turns: readonly AnswerTurn[] }) {
  const view = useSession((state) => state.tokenView);
  return (
    <div className="thread-head">
      <Segmented
        label={t('ask.view')}
        value={view}
        options={tokenViews.map((name) => ({
          value: name,
          label: t(`ask.view.${name}`),
          about: t(`ask.view.${name}.about`),
        }))}
        onChange={(value) => {
          setSession({ tokenView: value });
        }}
      />
      <span className="grow" />
      <IconButton
        icon={ClipboardList}
        size="s"
        label={t('ask.copyThread')}
        disabled={turns.length === 0}
        onClick={() => void copyAnswers(turns)}
      />
      <ClearThread turns={turns} />
    </div>
  );
}

/** What tint and underline of a token mean. */
function Legend() {
  const view = useSession((state) => state.tokenView);
  if (view === 'plain') return null;
  return (
    <div className="token-legend">
      <span>
        <i className="token-ramp" aria-hidden="true" />
        {t('ask.legend.when')}
      </span>
      {(['sure', 'likely', 'unsure'] as const).map((surety) => (
        <span key={surety} className="token" data-surety={surety} title={suretyRange(surety)}>
          {t(`ask.legend.${surety}`)}
        </span>
      ))}
    </div>
  );
}

/** Takes the whole thread away, once the user has said so twice. */
function ClearThread({ turns }: { turns: readonly AnswerTurn[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label={t('ask.clear')}
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton icon={Trash2} size="s" label={t('ask.clear')} disabled={turns.length === 0} />}
    >
      <div className="confirm">
        <p>{t('ask.clear.sure', { n: turns.length })}</p>
        <Button
          variant="danger"
          size="s"
          onClick={() => {
            const { notes } = useNotes.getState();
            setOpen(false);
            if (!notes) return;
            void forgetTurns(
              notes,
              turns.map(({ id }) => id),
            );
          }}
        >
          {t('ask.clear')}
        </Button>
      </div>
    </Popover>
  );
}

const examples = ['ask.example.1', 'ask.example.2', 'ask.example.3'] as const;

/** A thread without turns: what to ask. */
function Begin({ hasPicture }: { hasPicture: boolean }) {
  if (!hasPicture) {
    return (
      <li className="thread-begin">
        <p>{t('ask.begin.noPicture')}</p>
      </li>
    );
  }
  return (
    <li className="thread-begin">
      <p>{t('ask.begin')}</p>
      <Examples
        kind="ask"
        otherwise={examples.map((key) => t(key))}
        onPick={(text) => {
          editTask('ask', 'question', { question: text });
          focusField('question');
        }}
      />
    </li>
  );
}

function Composer() {
  const { question, reasoning } = useDocument(({ document }) => document.tasks.ask);
  const hasPicture = useNotes((state) => state.picture !== null);
  const canAsk = useCan('ask');
  const canDescribe = useCan('caption');
  const problems = Object.keys(answerProblems(useAnswerSettings())).length > 0;
  const ready = canAsk && !problems;
  const write = (text: string): void => {
    editTask('ask', 'question', { question: text });
  };
  return (
    <div className="composer">
      <UnknownWords looking text={question} own={question} onWrite={write} />
      <TaskText
        id="question"
        label={t('ask.question')}
        value={question}
        rows={2}
        placeholder={hasPicture ? t('ask.question.placeholder') : t('ask.question.placeholder.noPicture')}
        onChange={write}
        onEnter={() => void askQuestion()}
      />
      <AnswerOptions reasoning={reasoning} />
      {canAsk ? <TaskFit task="ask" /> : null}
      <div className="composer-actions">
        <Button
          size="s"
          icon={ScanText}
          disabled={!hasPicture || !canDescribe || problems}
          title={t('ask.describe.about')}
          onClick={() => void describePicture()}
        >
          {t('ask.describe')}
        </Button>
        <span className="grow" />
        <Button
          variant="primary"
          icon={SendHorizontal}
          disabled={!ready || question.trim() === ''}
          onClick={() => void askQuestion()}
        >
          {t('ask.send')}
        </Button>
      </div>
    </div>
  );
}
