import type { RunEvent, RunEventOf } from '../../electron/contract/events.ts';
import type { AnswerToken, AnswerTurn, Grounding, NotedBox } from '../../electron/contract/notes.ts';
import {
  withoutPictures,
  type AskRequest,
  type CaptionRequest,
  type GroundRequest,
} from '../../electron/contract/request.ts';
import { runIdTime } from '../library/run-ids.ts';

interface Revealed {
  text: string;
  step: number;
  confidence: number;
}

/** Gathers from a run's events what is to be kept beside its picture. */
export class AnswerCollector {
  readonly #id: string;
  #start: { model: { name: string; fingerprint: string }; backend: string } | null = null;
  #revealed = new Map<number, Revealed>();
  #pieces: string[] | null = null;
  #text = '';
  #steps = 0;
  #boxes: AnswerTurn['boxes'] = [];
  #grounded: RunEventOf<'run.boxes'> | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  consume(event: RunEvent): void {
    switch (event.type) {
      case 'text.start':
      case 'ground.start':
        this.#start = { model: event.model, backend: event.backend };
        return;
      case 'token.commit':
        event.positions.forEach((position, i) => {
          const text = event.texts[i] ?? '';
          this.#revealed.set(position, { text, step: event.step, confidence: event.confidence[i] ?? 0 });
        });
        this.#text = event.text;
        this.#steps = event.step + 1;
        return;
      case 'text.done':
        this.#pieces = event.pieces;
        this.#text = event.text;
        return;
      case 'run.answer':
        this.#text = event.text;
        this.#boxes = event.boxes;
        return;
      case 'run.boxes':
        this.#grounded = event;
        return;
      default:
    }
  }

  /** The turn of a thread as it stands now. */
  turn(
    request: AskRequest | CaptionRequest,
    outcome: AnswerTurn['outcome'],
    error: AnswerTurn['error'] = null,
  ): AnswerTurn {
    return {
      ...this.#made(),
      request: withoutPictures(request),
      outcome,
      error,
      text: this.#text,
      tokens: this.#tokens(),
      steps: this.#steps,
      boxes: this.#boxes,
    };
  }

  /** What a grounding run found, or null when it did not come to an end. */
  grounding(request: GroundRequest): Grounding | null {
    if (!this.#grounded) return null;
    const { image, boxes } = this.#grounded;
    return { ...this.#made(), request: withoutPictures(request), image, boxes };
  }

  /** Boxes a run found, to lie on its picture; unreadable ones are left out. */
  boxes(): NotedBox[] {
    const described = this.#boxes.map(({ name, box }) => ({ label: name, box, raw: null, confidence: null }));
    const found = (this.#grounded?.boxes ?? []).map(({ phrase, box, raw, confidence, problem }) => {
      return { label: phrase, box: problem === null ? box : null, raw, confidence };
    });
    const origin = this.#grounded ? ('ground' as const) : ('answer' as const);
    return [...described, ...found].flatMap(({ box, ...rest }, i) =>
      box && box[2] > box[0] && box[3] > box[1]
        ? [{ id: `${this.#id}.${String(i)}`, ...rest, box, origin, original: null }]
        : [],
    );
  }

  #made(): Pick<AnswerTurn, 'id' | 'createdAt' | 'model' | 'backend'> {
    const { model, backend } = this.#start ?? { model: { name: '', fingerprint: '' }, backend: '' };
    const createdAt = (runIdTime(this.#id) ?? new Date()).toISOString();
    return { id: this.#id, createdAt, model, backend };
  }

  /** In the order of reading. Before the end a token reads as it does on its own. */
  #tokens(): AnswerToken[] {
    const pieces = this.#pieces;
    return [...this.#revealed]
      .sort(([a], [b]) => a - b)
      .map(([position, token]) => (pieces ? { ...token, text: pieces[position] ?? '' } : token))
      .filter(({ text }) => text !== '');
  }
}
