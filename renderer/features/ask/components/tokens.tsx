import { Fragment } from 'react';
import type { AnswerToken } from '../../../../electron/contract/notes.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import type { TokenView } from '../../../state/session.ts';
import type { LiveAnswer } from '../live.ts';

/** How surely a token was revealed, in three classes that look different without colour. */
const suretyLimits = { sure: 0.9, likely: 0.5 } as const;

type Surety = 'sure' | 'likely' | 'unsure';

/** The probabilities a class stands for, in words. */
export function suretyRange(surety: Surety): string {
  const percent = (share: number): string => t('unit.percent', { n: formatNumber(share * 100) });
  const { sure, likely } = suretyLimits;
  if (surety === 'sure') return `≥ ${percent(sure)}`;
  return surety === 'likely' ? `${percent(likely)} – ${percent(sure)}` : `< ${percent(likely)}`;
}

function suretyOf(confidence: number): Surety {
  if (confidence >= suretyLimits.sure) return 'sure';
  return confidence >= suretyLimits.likely ? 'likely' : 'unsure';
}

interface TokenProps {
  token: AnswerToken;
  steps: number;
  view: TokenView;
  fresh?: boolean;
  beyond?: boolean;
}

/** One token: tinted by when it was revealed, underlined by how surely. */
function Token({ token, steps, view, fresh = false, beyond = false }: TokenProps) {
  const { text, step, confidence } = token;
  if (text === '') return null;
  if (view === 'plain') return <>{text}</>;
  const share = steps > 1 ? step / (steps - 1) : 0;
  const markup = /^<.+>$/u.test(text);
  const words = t('ask.token', {
    step: step + 1,
    steps,
    percent: formatNumber(confidence * 100),
  });
  const span = (
    <span
      className="token"
      data-surety={suretyOf(confidence)}
      data-fresh={fresh || undefined}
      data-beyond={beyond || undefined}
      data-markup={markup || undefined}
      style={{ '--when': `${String(Math.round(share * 100))}%` } as React.CSSProperties}
      title={words}
    >
      {text}
    </span>
  );
  if (view === 'revealed' || text.trim() === '') return span;
  return (
    <ruby>
      {span}
      <rt className="num">
        {step + 1}·{formatNumber(confidence * 100)}
      </rt>
    </ruby>
  );
}

/** A finished answer. Screen readers get the text, not its tokens. */
export function AnswerTokens({
  tokens,
  steps,
  text,
  view,
}: {
  tokens: readonly AnswerToken[];
  steps: number;
  text: string;
  view: TokenView;
}) {
  if (view === 'plain') return <p className="answer-text">{text}</p>;
  return (
    <>
      <p className="sr-only">{text}</p>
      <p className="answer-text" aria-hidden="true" data-testid="answer-tokens">
        {tokens.map((token, i) => (
          <Token key={i} token={token} steps={steps} view={view} />
        ))}
      </p>
    </>
  );
}

/** An answer on its way: what is revealed in its place, a box for what is masked. */
export function LiveTokens({ answer, view }: { answer: LiveAnswer; view: TokenView }) {
  const { tokens, blockLength, fresh } = answer;
  const shown = view === 'plain' ? 'revealed' : view;
  const end = tokens.findIndex((token) => token?.text === '');
  const firstOpen = tokens.indexOf(null);
  const block = firstOpen < 0 ? -1 : Math.floor(firstOpen / blockLength);
  return (
    <p className="answer-text answer-live" aria-hidden="true" data-testid="live-tokens">
      {tokens.map((token, i) => (
        <Fragment key={i}>
          {token ? (
            <Token
              token={token}
              steps={Math.max(tokens.length, 2)}
              view={shown}
              fresh={fresh.has(i)}
              beyond={end >= 0 && i > end}
            />
          ) : (
            <span
              className="token-masked"
              data-now={Math.floor(i / blockLength) === block || undefined}
              data-beyond={(end >= 0 && i > end) || undefined}
            />
          )}
        </Fragment>
      ))}
    </p>
  );
}
