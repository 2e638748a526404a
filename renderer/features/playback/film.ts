import type { RunEvent } from '../../../electron/contract/events.ts';
import type { GenerationRequest } from '../../../electron/contract/request.ts';
import type { TextTrace, TraceBox, TraceHead } from '../../../electron/contract/traces.ts';
import { RunRecord } from './record.ts';
import { TextRecord } from './text-record.ts';

/** One phase of a run: a picture being unmasked, or a text being written. */
export type Scene =
  { kind: 'picture'; round: number; record: RunRecord } | { kind: 'text'; round: number; record: TextRecord };

export interface Verdict {
  reply: string;
  accepted: boolean;
}

/** Where a position of the timeline lies: which scene, and how many of its steps are done. */
export interface Place {
  scene: Scene;
  index: number;
  local: number;
}

/** A step of text is drawn this much narrower than a step of a picture: it is a matter of words, not of looks. */
const textWidth = 0.3;

/**
 * A whole run as a film of scenes: plan, picture, critique, next round … Positions count the finished steps of all scenes
 * one after another; the boundary between two belongs to the end of the earlier one.
 */
export class RunFilm {
  readonly id: string;
  readonly request: GenerationRequest;
  readonly scenes: Scene[] = [];
  readonly boxes: TraceBox[] = [];
  readonly verdicts = new Map<number, Verdict>();
  ended = false;
  #round = 1;

  constructor(id: string, request: GenerationRequest) {
    this.id = id;
    this.request = request;
  }

  /** @param heads of all rounds, oldest first; empty for a run without a picture */
  static fromTrace(id: string, heads: readonly TraceHead[], { request, texts, boxes }: TextTrace): RunFilm {
    const film = new RunFilm(id, request);
    const textsOf = (round: number, last: boolean): void => {
      for (const text of texts) {
        if (text.round !== round || (text.purpose === 'critique') !== last) continue;
        film.scenes.push({ kind: 'text', round, record: TextRecord.fromTrace(text) });
      }
    };
    if (heads.length === 0) textsOf(1, false);
    for (const head of heads) {
      textsOf(head.round, false);
      film.scenes.push({ kind: 'picture', round: head.round, record: RunRecord.fromTrace(head) });
      textsOf(head.round, true);
    }
    for (const { round, verdict } of heads.at(-1)?.rounds ?? [])
      if (verdict) film.verdicts.set(round, verdict);
    film.boxes.push(...boxes);
    film.ended = true;
    return film;
  }

  /** The picture under way or last finished; null for a run that makes none. */
  get record(): RunRecord | null {
    return this.pictures.at(-1) ?? null;
  }

  get pictures(): RunRecord[] {
    return this.scenes.flatMap((scene) => (scene.kind === 'picture' ? [scene.record] : []));
  }

  get steps(): number {
    return this.scenes.reduce((sum, { record }) => sum + record.steps, 0);
  }

  /** Steps finished so far. */
  get reached(): number {
    return this.scenes.reduce((sum, { record }) => sum + record.reached, 0);
  }

  /** Takes the next event of a live run. */
  consume(event: RunEvent): void {
    switch (event.type) {
      case 'round.start': {
        this.#round = event.round;
        // run.start comes once; later rounds have the same shape.
        const before = this.record;
        if (before && event.round > 1) {
          before.ended = true;
          this.#next = new RunRecord(this.id, before.shape, event.round);
        }
        return;
      }
      case 'run.start':
        this.#next = RunRecord.fromStart(this.id, event, this.#round);
        this.#begin();
        return;
      case 'branches':
        this.#begin();
        return;
      case 'text.start':
        this.scenes.push({ kind: 'text', round: this.#round, record: new TextRecord(event) });
        return;
      case 'critique.verdict':
        this.verdicts.set(event.round, { reply: event.reply, accepted: event.accepted });
        return;
      case 'box.update': {
        const { object, step, result, coordinates } = event;
        this.boxes.push({ object, step, result, coordinates });
        return;
      }
      case 'run.done':
      case 'run.error':
      case 'run.cancelled':
        this.ended = true;
        for (const { record } of this.scenes) record.ended = true;
        return;
      default:
        this.scenes.at(-1)?.record.consume(event);
    }
  }

  #next: RunRecord | null = null;

  /** The picture of a round comes after its plan. */
  #begin(): void {
    if (!this.#next) return;
    this.scenes.push({ kind: 'picture', round: this.#round, record: this.#next });
    this.#next = null;
  }

  /** The first position of a scene. */
  startOf(index: number): number {
    return this.scenes.slice(0, index).reduce((sum, { record }) => sum + record.steps, 0);
  }

  place(position: number): Place | null {
    let start = 0;
    for (const [index, scene] of this.scenes.entries()) {
      const end = start + scene.record.steps;
      if (position <= end || index === this.scenes.length - 1) {
        return { scene, index, local: Math.max(0, Math.min(scene.record.steps, position - start)) };
      }
      start = end;
    }
    return null;
  }

  /** The scenes as shares of the timeline's width. */
  layout(): { scene: Scene; start: number; left: number; width: number }[] {
    const weights = this.scenes.map(({ kind, record }) => {
      return kind === 'picture' || this.pictures.length === 0 ? record.steps : record.steps * textWidth;
    });
    const total = Math.max(
      1e-9,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    let left = 0;
    let start = 0;
    return this.scenes.map((scene, i) => {
      const entry = { scene, start, left, width: (weights[i] ?? 0) / total };
      left += entry.width;
      start += scene.record.steps;
      return entry;
    });
  }

  /** A position as a share of the timeline's width. */
  shareOf(position: number): number {
    for (const { scene, start, left, width } of this.layout()) {
      const { steps } = scene.record;
      if (position <= start + steps) return left + (width * Math.max(0, position - start)) / steps;
    }
    return 1;
  }

  /** The position nearest to a share of the timeline's width. */
  positionAt(share: number): number {
    const layout = this.layout();
    for (const [i, { scene, start, left, width }] of layout.entries()) {
      if (share > left + width && i < layout.length - 1) continue;
      const within = width > 0 ? Math.min(1, Math.max(0, (share - left) / width)) : 0;
      return start + Math.round(within * scene.record.steps);
    }
    return 0;
  }
}
