import { useEffect, useRef } from 'react';
import { Sprout } from 'lucide-react';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { t } from '../../../i18n/index.ts';
import { editCreate } from '../../../state/document.ts';
import { setSession, useSession } from '../../../state/session.ts';
import { Switch } from '../../../components/switch.tsx';
import { pictures, type Picture } from '../../playback/pictures.ts';
import { useRecord } from '../../playback/records.ts';
import { nameOf } from '../../runs/request-words.ts';
import { useRuns } from '../../runs/store.ts';
import { loadRound, roundKey, useStory, type RoundView } from '../../runs/story.ts';
import { showToast } from '../../shell/toasts.ts';
import { useRoundsUi } from '../store.ts';
import { Verdict } from './verdict.tsx';

/** The rounds of a run side by side, each with what the model said of it. */
export function RoundsDialog() {
  const open = useRoundsUi((state) => state.open);
  const request = useRuns(
    ({ finished, live }) =>
      finished.find(({ id }) => id === open)?.request ?? (open ? live[open]?.request : null),
  );
  const planShown = useSession((state) => state.roundPlans);
  const story = useStory(open);
  const hasPlan = story?.rounds.some(({ plan }) => plan.length > 0) ?? false;
  return (
    <Dialog
      title={request ? t('rounds.title', { prompt: nameOf(request) }) : t('reflection.title')}
      size="xl"
      open={open !== null}
      onClose={() => {
        useRoundsUi.setState({ open: null });
      }}
      tools={
        hasPlan ? (
          <Switch
            label={t('rounds.plans')}
            checked={planShown}
            onChange={(roundPlans) => {
              setSession({ roundPlans });
            }}
          />
        ) : null
      }
    >
      {open !== null && story ? (
        <ol className="rounds" tabIndex={0} aria-label={t('reflection.said')}>
          {story.rounds.map((round) => (
            <Round
              key={round.round}
              runId={open}
              round={round}
              isResult={round === story.rounds.at(-1)}
              planShown={planShown}
            />
          ))}
        </ol>
      ) : null}
    </Dialog>
  );
}

interface RoundProps {
  runId: string;
  round: RoundView;
  isResult: boolean;
  planShown: boolean;
}

function Round({ runId, round, isResult, planShown }: RoundProps) {
  const { version } = useRecord(runId);
  const finished = useRuns((state) => state.finished.some(({ id }) => id === runId));
  const picture = pictures.get(roundKey(runId, round.round));
  const missing = picture === undefined && round.painted;
  useEffect(() => {
    if (missing) void loadRound(runId, round.round, isResult && finished);
  }, [missing, runId, round.round, isResult, finished]);
  return (
    <li className="round" data-version={version}>
      <div className="round-picture">
        {picture ? <RoundPicture picture={picture} label={t('rounds.picture', { n: round.round })} /> : null}
        {planShown && picture
          ? round.plan.map(({ name, box: [left, top, right, bottom] }, i) => (
              <span
                key={`${name}-${String(i)}`}
                className="round-box"
                style={{
                  left: `${String(left / 10.24)}%`,
                  top: `${String(top / 10.24)}%`,
                  width: `${String((right - left) / 10.24)}%`,
                  height: `${String((bottom - top) / 10.24)}%`,
                }}
              >
                <span>{name}</span>
              </span>
            ))
          : null}
      </div>
      <div className="round-head">
        <Verdict round={round} />
        {isResult && finished ? <span className="round-result">{t('rounds.result')}</span> : null}
      </div>
      <p className="round-text">{round.text === '' ? '' : `“${round.text}”`}</p>
      <p className="field-note">
        {round.history.length > 0
          ? t('rounds.knew', { seed: round.seed, rounds: round.history.join(', ') })
          : t('queue.seed', { seed: round.seed })}
      </p>
      <Button
        size="s"
        icon={Sprout}
        onClick={() => {
          editCreate('recall seed', { seed: round.seed, seedLocked: true });
          showToast(t('results.seedRecalled', { seed: round.seed }));
        }}
      >
        {t('results.useSeed')}
      </Button>
    </li>
  );
}

function RoundPicture({ picture, label }: { picture: Picture; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.drawImage(picture.source, 0, 0);
  }, [picture]);
  return <canvas ref={canvas} role="img" aria-label={label} width={picture.width} height={picture.height} />;
}
