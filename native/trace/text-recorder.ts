import type { GroundedBox } from '../../electron/contract/ground.ts';
import type { RunEvent, RunEventOf } from '../../electron/contract/events.ts';

/** A recorded stretch of text diffusion; the arrays have one entry a committed token, in the order of commitment. */
export interface RecordedText {
  start: RunEventOf<'text.start'>;
  text: string;
  positions: number[];
  ids: number[];
  /** Forward that committed the token. */
  steps: number[];
  confidence: number[];
}

/** A phrase's box after one pass. */
export interface RecordedBox {
  object: number;
  step: number;
  result: GroundedBox;
  /** Token ids of left, top, right, bottom. */
  ids: number[];
  probabilities: number[];
}

export interface RecordedTexts {
  texts: RecordedText[];
  boxes: RecordedBox[];
}

/** Collects what a run wrote and grounded: answers, plans, critiques, boxes. */
export class TextTraceRecorder {
  readonly #texts: RecordedText[] = [];
  readonly #boxes: RecordedBox[] = [];

  /** Takes one event; those that are not of text are ignored. */
  consume(event: RunEvent): void {
    const current = this.#texts.at(-1);
    switch (event.type) {
      case 'text.start':
        this.#texts.push({ start: event, text: '', positions: [], ids: [], steps: [], confidence: [] });
        break;
      case 'token.commit':
      case 'plan.token':
      case 'critique.token':
        current?.positions.push(...event.positions);
        current?.ids.push(...event.ids);
        current?.confidence.push(...event.confidence);
        current?.steps.push(...event.positions.map(() => event.step));
        break;
      case 'text.done':
        if (current) current.text = event.text;
        break;
      case 'box.update':
        this.#boxes.push({
          object: event.object,
          step: event.step,
          result: event.result,
          ids: event.coordinates.map(({ id }) => id),
          probabilities: event.coordinates.map(({ probability }) => probability),
        });
        break;
      default:
    }
  }

  recorded(): RecordedTexts {
    return { texts: [...this.#texts], boxes: [...this.#boxes] };
  }
}
