import type { RunEvent } from '../../electron/contract/events.ts';
import { noPicture, type PictureNotes } from '../../electron/contract/notes.ts';
import type { AskRequest, CaptionRequest, GroundRequest } from '../../electron/contract/request.ts';
import { toStudioError } from '../errors.ts';
import { isLast } from '../host.ts';
import type { NotesStore } from '../library/notes-store.ts';
import { AnswerCollector } from './answer-collector.ts';

type AnswerRequest = AskRequest | CaptionRequest | GroundRequest;

/** Writes what was asked and answered about a picture beside it before anyone is told that the run is over. */
export class AnswerSaver {
  readonly #notes: NotesStore;
  readonly #changed: (notes: PictureNotes) => void;

  /** @param changed is told the new notes of a picture */
  constructor(notes: NotesStore, changed: (notes: PictureNotes) => void) {
    this.#notes = notes;
    this.#changed = changed;
  }

  /**
   * Passes an engine's events on; the last one comes only once everything is on the disk. Notes that cannot be written
   * do not take the answer away: it stays in memory, and run.done carries the warning.
   */
  async *follow(
    id: string,
    request: AnswerRequest,
    events: AsyncIterable<RunEvent>,
  ): AsyncGenerator<RunEvent> {
    const collector = new AnswerCollector(id);
    try {
      for await (const event of events) {
        collector.consume(event);
        if (!isLast(event)) {
          yield event;
          continue;
        }
        const problem = await this.#save(collector, request, event);
        if (event.type !== 'run.done' || problem === null) yield event;
        else yield { ...event, result: { ...event.result, warnings: [toStudioError(problem)] } };
      }
    } catch (error) {
      await this.#save(collector, request, { type: 'run.error', error: toStudioError(error), step: null });
      throw error;
    }
  }

  /** @returns why it could not be written, or null */
  async #save(collector: AnswerCollector, request: AnswerRequest, last: RunEvent): Promise<unknown> {
    const found = last.type === 'run.done' ? collector.boxes() : [];
    const grounding = request.task === 'ground' ? collector.grounding(request) : null;
    if (request.task === 'ground' && !grounding) return null;
    const { notes, error } = await this.#notes.change(request.image ?? noPicture, (before) => {
      const boxes = [...before.boxes, ...found];
      if (request.task === 'ground') {
        return { ...before, boxes, groundings: [...before.groundings, ...(grounding ? [grounding] : [])] };
      }
      const outcome =
        last.type === 'run.done' ? 'done' : last.type === 'run.cancelled' ? 'stopped' : 'failed';
      const turn = collector.turn(request, outcome, last.type === 'run.error' ? last.error : null);
      return { ...before, boxes, turns: [...before.turns, turn] };
    });
    this.#changed(notes);
    return error;
  }
}
