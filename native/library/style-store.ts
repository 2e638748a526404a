import { z } from 'zod';
import { styleSchema, type Style } from '../../electron/contract/prompts.ts';
import { builtInStyles } from '../prompts/built-in-styles.ts';
import { JsonFile } from './json-file.ts';

const fileSchema = z.object({ version: z.literal(1), styles: z.array(styleSchema) });

/** The user's styles; until the first change those that come with the program. */
export class StyleStore {
  readonly #file: JsonFile<z.infer<typeof fileSchema>>;

  constructor(path: string) {
    this.#file = new JsonFile(path, fileSchema);
  }

  async list(): Promise<Style[]> {
    return (await this.#file.load())?.styles ?? [...builtInStyles];
  }

  /** @throws LavidaError output.* */
  save(styles: readonly Style[]): Promise<void> {
    return this.#file.save({ version: 1, styles: [...styles] });
  }

  /** Puts the styles that came with the program back as they were, before the user's own. @throws LavidaError output.* */
  async restore(): Promise<Style[]> {
    const shipped = new Set(builtInStyles.map(({ id }) => id));
    const own = (await this.list()).filter(({ id }) => !shipped.has(id));
    const styles = [...builtInStyles, ...own];
    await this.save(styles);
    return styles;
  }
}
