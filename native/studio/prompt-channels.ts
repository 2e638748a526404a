import type { EventPayload } from '../../electron/contract/index.ts';
import type { promptChannels } from '../../electron/contract/prompts.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import type { StudioPaths } from '../library/paths.ts';
import { PromptHistory } from '../library/prompt-history.ts';
import { StyleStore } from '../library/style-store.ts';
import { WildcardStore } from '../library/wildcard-store.ts';
import { expandPrompt } from '../prompts/expand.ts';
import type { Handlers } from './dispatch.ts';

/** Wildcards, styles and the prompts asked for. */
export class PromptBook {
  readonly #wildcards: WildcardStore;
  readonly #styles: StyleStore;
  readonly #history: PromptHistory;
  readonly #changed: (payload: EventPayload<'prompts.changed'>) => void;
  readonly handlers: Pick<Handlers, keyof typeof promptChannels>;

  constructor(paths: StudioPaths, changed: (payload: EventPayload<'prompts.changed'>) => void) {
    this.#wildcards = new WildcardStore(paths.wildcards);
    this.#styles = new StyleStore(paths.stylesFile);
    this.#history = new PromptHistory(paths.promptsFile);
    this.#changed = changed;
    const after = async (what: 'wildcards' | 'styles' | 'prompts', work: Promise<void>) => {
      await work;
      changed({ what });
      return {};
    };
    this.handlers = {
      'prompt.expand': async ({ template, style, seeds }) => {
        const find = await this.#wildcards.finder();
        return seeds.map((seed) => expandPrompt(template, style, seed, find));
      },
      'wildcards.list': () => this.#wildcards.list(),
      'wildcards.save': (list) => after('wildcards', this.#wildcards.save(list)),
      'wildcards.delete': ({ name }) => after('wildcards', this.#wildcards.delete(name)),
      'styles.list': () => this.#styles.list(),
      'styles.save': ({ styles }) => after('styles', this.#styles.save(styles)),
      'styles.restore': async () => {
        const styles = await this.#styles.restore();
        changed({ what: 'styles' });
        return styles;
      },
      'prompts.list': () => this.#history.list(),
      'prompts.star': ({ task, prompt, starred }) =>
        after('prompts', this.#history.star(task, prompt, starred)),
      'prompts.forget': ({ task, prompt }) => after('prompts', this.#history.forget(task, prompt)),
    };
  }

  /** Remembers what was asked for; that this fails is no reason not to run it. */
  remember(request: GenerationRequest): void {
    this.#history.remember(request).then(
      (isNew) => {
        if (isNew) this.#changed({ what: 'prompts' });
      },
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
      },
    );
  }

  idle(): Promise<void> {
    return this.#history.idle();
  }
}
