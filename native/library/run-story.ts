import type { RunEvent } from '../../electron/contract/events.ts';
import type { RoundSummary, RunStory, UsedPlan } from '../../electron/contract/runs.ts';

/** Collects from a run's events what its picture file tells besides the request: the layout followed, and the rounds. */
export class StoryTeller {
  readonly #rounds: RoundSummary[] = [];
  #plan: UsedPlan | undefined;
  #seed = 0;

  consume(event: RunEvent): void {
    switch (event.type) {
      case 'round.start':
        this.#seed = event.seed;
        this.#plan = undefined;
        break;
      case 'plan.parsed':
        this.#plan = event.boxes.length > 0 ? { source: event.source, boxes: event.boxes } : undefined;
        break;
      case 'critique.verdict': {
        const { round, reply, accepted } = event;
        this.#rounds.push({ round, seed: this.#seed, reply, accepted, ...this.#planIfAny() });
        break;
      }
      default:
    }
  }

  /** What was done up to now. */
  story(): RunStory {
    return { ...this.#planIfAny(), ...(this.#rounds.length > 0 ? { rounds: [...this.#rounds] } : {}) };
  }

  #planIfAny(): { plan?: UsedPlan } {
    return this.#plan ? { plan: this.#plan } : {};
  }
}
