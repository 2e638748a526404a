import { create } from 'zustand';
import type { RunEvent } from '../../../electron/contract/events.ts';

/** A token that a running answer has revealed. */
export interface RevealedToken {
  text: string;
  step: number;
  confidence: number;
}

/** An answer on its way: a place for every token, null while it is masked. */
export interface LiveAnswer {
  tokens: readonly (RevealedToken | null)[];
  blockLength: number;
  /** Places of tokens the newest step revealed. */
  fresh: ReadonlySet<number>;
  /** Steps so far. */
  steps: number;
  text: string;
}

/** Answers on their way, by the id of their run. */
export const useLiveAnswers = create<{ answers: Readonly<Record<string, LiveAnswer>> }>(() => ({
  answers: {},
}));

const waiting = new Map<string, LiveAnswer>();
let frame = 0;

/** Takes one event of any run; those of answers are gathered. */
export function consumeAnswerEvent(id: string, event: RunEvent): void {
  switch (event.type) {
    case 'text.start':
      if (event.purpose === 'answer' || event.purpose === 'caption') {
        const tokens = new Array<null>(event.length).fill(null);
        put(id, { tokens, blockLength: event.blockLength, fresh: new Set(), steps: 0, text: '' });
      }
      return;
    case 'token.commit': {
      const answer = latest(id);
      if (!answer) return;
      const tokens = [...answer.tokens];
      event.positions.forEach((position, i) => {
        const { step } = event;
        tokens[position] = { text: event.texts[i] ?? '', step, confidence: event.confidence[i] ?? 0 };
      });
      put(id, {
        ...answer,
        tokens,
        fresh: new Set(event.positions),
        steps: event.step + 1,
        text: event.text,
      });
      return;
    }
    case 'run.done':
    case 'run.error':
    case 'run.cancelled':
      waiting.delete(id);
      if (useLiveAnswers.getState().answers[id]) {
        useLiveAnswers.setState(({ answers: { [id]: _ended, ...rest } }) => ({ answers: rest }));
      }
      return;
    default:
  }
}

function latest(id: string): LiveAnswer | undefined {
  return waiting.get(id) ?? useLiveAnswers.getState().answers[id];
}

/** Reaches the views once a frame, however fast the tokens come. */
function put(id: string, answer: LiveAnswer): void {
  waiting.set(id, answer);
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const due = Object.fromEntries(waiting);
    waiting.clear();
    useLiveAnswers.setState(({ answers }) => ({ answers: { ...answers, ...due } }));
  });
}
