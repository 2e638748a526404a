import { memo, useEffect, useRef } from 'react';
import type { AnswerToken } from '../../../../electron/contract/notes.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import type { TokenView } from '../../../state/session.ts';
import type { LiveAnswer, LiveBlock } from '../live.ts';

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
  token: AnswerToken & { fresh?: boolean };
  steps: number;
  view: TokenView;
  beyond?: boolean;
}

/** One token: tinted by when it was revealed, underlined by how surely. */
function Token({ token, steps, view, beyond = false }: TokenProps) {
  const { text, step, confidence, fresh = false } = token;
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

/** An answer on its way: what is revealed in its place, a box for what is masked. It keeps the newest block in sight. */
export function LiveTokens({ answer, view }: { answer: LiveAnswer; view: TokenView }) {
  const { blocks, blockLength, length, end } = answer;
  const shown = view === 'plain' ? 'revealed' : view;
  const now = blocks.findIndex((block) => block.includes(null));
  const current = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [now]);
  return (
    <p className="answer-text answer-live" aria-hidden="true" data-testid="live-tokens">
      {blocks.map((block, i) => (
        <span key={i} ref={i === now ? current : null}>
          <Block
            block={block}
            steps={length}
            view={shown}
            now={i === now}
            end={end === null ? null : Math.max(-1, end - i * blockLength)}
          />
        </span>
      ))}
    </p>
  );
}

interface BlockProps {
  block: LiveBlock;
  steps: number;
  view: TokenView;
  /** It is the one being revealed. */
  now: boolean;
  /** Place of the first end token from the block's start. */
  end: number | null;
}

/** Drawn anew only when one of its own tokens changes: a long answer has many blocks. */
const Block = memo(function Block({ block, steps, view, now, end }: BlockProps) {
  return block.map((token, i) =>
    token ? (
      <Token key={i} token={token} steps={steps} view={view} beyond={end !== null && i > end} />
    ) : (
      <span
        key={i}
        className="token-masked"
        data-now={now || undefined}
        data-beyond={(end !== null && i > end) || undefined}
      />
    ),
  );
});
