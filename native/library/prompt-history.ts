import { z } from 'zod';
import { rememberedPromptSchema, type RememberedPrompt } from '../../electron/contract/prompts.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';
import { JsonFile } from './json-file.ts';

const fileSchema = z.object({ version: z.literal(1), prompts: z.array(rememberedPromptSchema) });

/** Prompts without a star are kept up to this many; the oldest go first. */
const maxPlain = 1000;

/** The prompts that were asked for, newest first, each once a task, as the user wrote them. */
export class PromptHistory {
  readonly #file: JsonFile<z.infer<typeof fileSchema>>;
  #prompts: Promise<RememberedPrompt[]> | null = null;

  constructor(path: string) {
    this.#file = new JsonFile(path, fileSchema);
  }

  async list(): Promise<RememberedPrompt[]> {
    return [...(await this.#load())];
  }

  /** Remembers a request that was asked for. Returns whether the list changed. @throws LavidaError output.* */
  async remember(request: GenerationRequest, now: Date = new Date()): Promise<boolean> {
    if (!('prompt' in request)) return false;
    const task = request.task === 'plan' ? 'text-to-image' : request.task;
    const origin = 'origin' in request ? request.origin : undefined;
    const prompt = (origin?.template ?? request.prompt).trim();
    if (prompt === '') return false;
    await this.#change((prompts) => {
      const known = prompts.find((entry) => entry.task === task && entry.prompt === prompt);
      const entry = {
        prompt,
        task,
        at: now.toISOString(),
        count: (known?.count ?? 0) + 1,
        starred: known?.starred ?? false,
      };
      return [entry, ...prompts.filter((other) => other !== known)];
    });
    return true;
  }

  /** @throws LavidaError output.* */
  star(task: string, prompt: string, starred: boolean): Promise<void> {
    return this.#change((prompts) =>
      prompts.map((entry) =>
        entry.task === task && entry.prompt === prompt ? { ...entry, starred } : entry,
      ),
    );
  }

  /** Forgets one prompt, or all of a task that have no star. @throws LavidaError output.* */
  forget(task: string, prompt?: string): Promise<void> {
    return this.#change((prompts) =>
      prompts.filter(
        (entry) => entry.task !== task || (prompt === undefined ? entry.starred : entry.prompt !== prompt),
      ),
    );
  }

  idle(): Promise<void> {
    return this.#file.idle();
  }

  #load(): Promise<RememberedPrompt[]> {
    this.#prompts ??= this.#file.load().then((kept) => kept?.prompts ?? []);
    return this.#prompts;
  }

  async #change(how: (prompts: readonly RememberedPrompt[]) => RememberedPrompt[]): Promise<void> {
    let plain = 0;
    const changed = this.#load().then((before) =>
      how(before).filter(({ starred }) => starred || ++plain <= maxPlain),
    );
    this.#prompts = changed;
    await this.#file.save({ version: 1, prompts: await changed });
  }
}
