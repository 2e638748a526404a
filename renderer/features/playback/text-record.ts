import type { RunEvent, RunEventOf } from '../../../electron/contract/events.ts';
import type { TraceText, TraceToken } from '../../../electron/contract/traces.ts';

type TokenCommit = RunEventOf<'token.commit' | 'plan.token' | 'critique.token'>;

/** How many equal tokens at the end of a block are told as one. */
const fewestTold = 3;

/** Where the equal tokens that fill a block to its end begin; the block's length when they are few. */
export function fillStart(block: readonly (TraceToken | null)[]): number {
  const last = block.at(-1);
  if (!last) return block.length;
  let start = block.length - 1;
  while (start > 0 && block[start - 1]?.id === last.id) start--;
  return block.length - start < fewestTold ? block.length : start;
}

/** What the window knows about one stretch of text diffusion; positions count finished forwards. */
export class TextRecord {
  readonly purpose: TraceText['purpose'];
  readonly length: number;
  readonly blockLength: number;
  /** In the order they were committed. */
  readonly tokens: TraceToken[] = [];
  text = '';
  ended = false;
  /** Forwards finished so far. */
  reached = 0;

  constructor({ purpose, length, blockLength }: Pick<TraceText, 'purpose' | 'length' | 'blockLength'>) {
    this.purpose = purpose;
    this.length = length;
    this.blockLength = blockLength;
  }

  static fromTrace(text: TraceText): TextRecord {
    const record = new TextRecord(text);
    record.tokens.push(...text.tokens);
    record.text = text.text;
    record.reached = text.tokens.reduce((most, { step }) => Math.max(most, step + 1), 0);
    record.ended = true;
    return record;
  }

  /** Forwards in all, as far as is known. */
  get steps(): number {
    return Math.max(1, this.reached);
  }

  consume(event: RunEvent): void {
    switch (event.type) {
      case 'token.commit':
      case 'plan.token':
      case 'critique.token':
        this.#add(event);
        return;
      case 'text.done':
        this.text = event.text;
        this.ended = true;
        return;
      default:
    }
  }

  #add({ step, positions, ids, tokens, confidence, entropy, candidates, text }: TokenCommit): void {
    positions.forEach((position, i) => {
      this.tokens.push({
        position,
        id: ids[i] ?? 0,
        token: tokens[i] ?? '',
        step,
        confidence: confidence[i] ?? 0,
        entropy: entropy?.[i] ?? null,
        candidates: candidates?.[i] ?? [],
      });
    });
    this.text = text;
    this.reached = Math.max(this.reached, step + 1);
  }

  /** The tokens by their place once `finished` forwards are done [length]; null where still masked. */
  placesAt(finished: number): (TraceToken | null)[] {
    const places = new Array<TraceToken | null>(this.length).fill(null);
    for (const token of this.tokens) if (token.step < finished) places[token.position] = token;
    return places;
  }

  /** Mean of a number of the tokens each forward committed; undefined where it committed none or it is unknown. */
  meanByStep(read: (token: TraceToken) => number | null): (number | undefined)[] {
    const sums = Array.from({ length: this.steps }, () => ({ sum: 0, count: 0 }));
    for (const token of this.tokens) {
      const value = read(token);
      const entry = sums[token.step];
      if (value === null || !entry) continue;
      entry.sum += value;
      entry.count += 1;
    }
    return sums.map(({ sum, count }) => (count > 0 ? sum / count : undefined));
  }
}
