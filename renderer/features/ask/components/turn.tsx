import { Copy, Eye, Film, MessageSquarePlus, RotateCw, ScanText, Square, X } from 'lucide-react';
import type { AnswerTurn } from '../../../../electron/contract/notes.ts';
import type { GenerationRequest } from '../../../../electron/contract/request.ts';
import { boxes, selectBox } from '../../../canvas/selection-api.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { engineDetail, errorWords } from '../../../i18n/studio-words.ts';
import { editCreate } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { focusPrompt } from '../../create/generate.ts';
import { useNotes } from '../../notes/store.ts';
import { lookInto } from '../../playback/look-into.ts';
import { phaseName } from '../../runs/phases.ts';
import { cancelRun } from '../../runs/service.ts';
import type { LiveRun } from '../../runs/store.ts';
import { useCan } from '../../tasks/abilities.ts';
import { askAgain, copyAnswers, forgetTurns } from '../ask.ts';
import { useLiveAnswers } from '../live.ts';
import { AnswerTokens, LiveTokens } from './tokens.tsx';

function Question({ request }: { request: GenerationRequest }) {
  if (request.task !== 'ask') {
    return (
      <p className="question question-describe">
        <ScanText size={14} aria-hidden="true" />
        {t('ask.caption')}
      </p>
    );
  }
  return <p className="question">{request.prompt}</p>;
}

/** A finished turn of the thread. */
export function Turn({ turn }: { turn: AnswerTurn }) {
  const view = useSession((state) => state.tokenView);
  const canAgain = useCan(turn.request.task);
  const { request, outcome, error, text, tokens, steps } = turn;
  return (
    <li className="turn" data-outcome={outcome}>
      <Question request={request} />
      <div className="answer">
        {tokens.length > 0 ? <AnswerTokens tokens={tokens} steps={steps} text={text} view={view} /> : null}
        {outcome === 'done' && text === '' ? <p className="answer-note">{t('ask.empty')}</p> : null}
        {outcome === 'stopped' ? <p className="answer-note">{t('ask.stopped', { steps })}</p> : null}
        {error ? (
          <p className="answer-error">
            <b>{errorWords(error).message}</b> {errorWords(error).action}
          </p>
        ) : null}
        <TurnBoxes turn={turn} />
        <div className="answer-actions">
          {tokens.length > 0 ? (
            <span className="answer-facts num">
              {t('ask.facts', { tokens: tokens.length, steps, percent: formatNumber(meanOf(turn) * 100) })}
            </span>
          ) : null}
          <span className="grow" />
          <IconButton
            icon={Film}
            size="s"
            label={t('timeline.lookInto')}
            disabled={tokens.length === 0}
            onClick={() => void lookInto(turn.id)}
          />
          <IconButton
            icon={Copy}
            size="s"
            label={t('ask.copy')}
            disabled={text === ''}
            onClick={() => void copyAnswers([turn])}
          />
          <IconButton
            icon={MessageSquarePlus}
            size="s"
            label={t('ask.toPrompt')}
            disabled={text === ''}
            onClick={() => {
              editCreate('answer to prompt', { prompt: text });
              setSession({ task: 'create' });
              focusPrompt();
            }}
          />
          <IconButton
            icon={RotateCw}
            size="s"
            label={outcome === 'done' ? t('ask.again') : t('run.retry')}
            disabled={!canAgain}
            onClick={() => void askAgain(turn)}
          />
          <IconButton
            icon={X}
            size="s"
            label={t('ask.forget')}
            onClick={() => {
              const { notes } = useNotes.getState();
              if (notes) void forgetTurns(notes, [turn.id]);
            }}
          />
        </div>
      </div>
    </li>
  );
}

function meanOf({ tokens }: AnswerTurn): number {
  return tokens.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, tokens.length);
}

/** The boxes an answer names, each leading to its box on the canvas. */
function TurnBoxes({ turn }: { turn: AnswerTurn }) {
  if (turn.boxes.length === 0) return null;
  return (
    <ul className="answer-boxes">
      {turn.boxes.map(({ name, box }, i) => {
        const id = `${turn.id}.${String(i)}`;
        const edges = box.map((edge) => formatNumber(edge)).join(' ');
        return (
          <li key={id}>
            <button
              type="button"
              className="chip chip-box"
              title={t('ask.showBox')}
              onClick={() => {
                if (boxes().some((shown) => shown.id === id)) selectBox(id);
              }}
            >
              <Eye size={12} aria-hidden="true" />
              {name} <span className="num">{edges}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** A turn whose answer is on its way. */
export function LiveTurn({ run }: { run: LiveRun }) {
  const answer = useLiveAnswers((state) => state.answers[run.id]);
  const view = useSession((state) => state.tokenView);
  return (
    <li className="turn" aria-busy="true" data-live>
      <Question request={run.request} />
      <div className="answer">
        <div className="answer-actions">
          <span className="answer-facts num">
            {answer
              ? t('ask.revealed', { n: answer.revealed, of: answer.length })
              : run.detail
                ? `${phaseName(run.phase)} · ${engineDetail(run.detail)}`
                : phaseName(run.phase)}
          </span>
          <span className="grow" />
          <Button size="s" icon={Square} disabled={run.cancelling} onClick={() => void cancelRun(run.id)}>
            {run.cancelling ? t('run.cancelling') : t('ask.stop')}
          </Button>
        </div>
        {answer ? <LiveTokens answer={answer} view={view} /> : null}
      </div>
    </li>
  );
}
