import { create } from 'zustand';
import type { RunEvent, RunEventOf } from '../../../electron/contract/events.ts';

/** A token that a running answer has revealed. */
export interface RevealedToken {
  text: string;
  step: number;
  confidence: number;
  /** The newest step revealed it. */
  fresh: boolean;
}

/** A place for every token of a block, null while it is masked. */
export type LiveBlock = readonly (RevealedToken | null)[];

/** An answer on its way. Blocks that a step does not touch stay the same objects. */
export interface LiveAnswer {
  blocks: readonly LiveBlock[];
  blockLength: number;
  /** Tokens in all, and revealed so far. */
  length: number;
  revealed: number;
  /** Place of the first end token, or null while there is none; what follows it will be cut. */
  end: number | null;
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
      if (event.purpose === 'answer' || event.purpose === 'caption') put(id, begin(event));
      return;
    case 'token.commit': {
      const answer = latest(id);
      if (answer) put(id, reveal(answer, event));
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

function begin({ length, blockLength }: RunEventOf<'text.start'>): LiveAnswer {
  const blocks: LiveBlock[] = [];
  for (let at = 0; at < length; at += blockLength)
    blocks.push(new Array<null>(Math.min(blockLength, length - at)).fill(null));
  return { blocks, blockLength, length, revealed: 0, end: null };
}

function reveal(answer: LiveAnswer, event: RunEventOf<'token.commit'>): LiveAnswer {
  const { blockLength } = answer;
  const blocks = answer.blocks.map((block) =>
    block.some((token) => token?.fresh) ? block.map((token) => token && { ...token, fresh: false }) : block,
  );
  let { end } = answer;
  event.positions.forEach((position, i) => {
    const text = event.texts[i] ?? '';
    const token = { text, step: event.step, confidence: event.confidence[i] ?? 0, fresh: true };
    const at = Math.floor(position / blockLength);
    blocks[at] = blocks[at]?.with(position % blockLength, token) ?? [];
    if (text === '') end = Math.min(end ?? position, position);
  });
  return { ...answer, blocks, end, revealed: answer.revealed + event.positions.length };
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
