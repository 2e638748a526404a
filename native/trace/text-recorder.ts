import type { BoxCoordinate, GroundedBox } from '../../electron/contract/ground.ts';
import type { RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import type { TraceToken } from '../../electron/contract/traces.ts';

/** A recorded stretch of text diffusion, its tokens in the order of commitment. */
export interface RecordedText {
  start: RunEventOf<'text.start'>;
  /** Round of reflection it belongs to, from 1. */
  round: number;
  text: string;
  tokens: TraceToken[];
}

/** A phrase's box after one pass. */
export interface RecordedBox {
  object: number;
  step: number;
  result: GroundedBox;
  /** Left, top, right, bottom. */
  coordinates: BoxCoordinate[];
}

export interface RecordedTexts {
  texts: RecordedText[];
  boxes: RecordedBox[];
}

/** Collects what a run wrote and grounded: answers, plans, critiques, boxes. */
export class TextTraceRecorder {
  readonly #texts: RecordedText[] = [];
  readonly #boxes: RecordedBox[] = [];
  #round = 1;

  /** Takes one event; those that are not of text are ignored. */
  consume(event: RunEvent): void {
    const current = this.#texts.at(-1);
    switch (event.type) {
      case 'round.start':
        this.#round = event.round;
        break;
      case 'text.start':
        this.#texts.push({ start: event, round: this.#round, text: '', tokens: [] });
        break;
      case 'token.commit':
      case 'plan.token':
      case 'critique.token':
        current?.tokens.push(...tokensOf(event));
        break;
      case 'text.done':
        if (current) current.text = event.text;
        break;
      case 'box.update': {
        const { object, step, result, coordinates } = event;
        this.#boxes.push({ object, step, result, coordinates });
        break;
      }
      default:
    }
  }

  recorded(): RecordedTexts {
    return { texts: [...this.#texts], boxes: [...this.#boxes] };
  }
}

/** The tokens one step committed. */
function tokensOf(event: RunEventOf<'token.commit' | 'plan.token' | 'critique.token'>): TraceToken[] {
  const { step, positions, ids, tokens, confidence, entropy, candidates } = event;
  return positions.map((position, i) => ({
    position,
    id: ids[i] as number,
    token: tokens[i] as string,
    step,
    confidence: confidence[i] as number,
    entropy: entropy?.[i] ?? null,
    candidates: candidates?.[i] ?? [],
  }));
}
