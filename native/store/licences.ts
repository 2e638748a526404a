import { z } from 'zod';
import { LavidaError } from '../errors.ts';
import { JsonFile } from '../library/json-file.ts';
import { licenceHash, type CatalogueEntry } from './catalogue.ts';

const acceptedSchema = z.object({
  version: z.literal(1),
  accepted: z
    .array(
      z.object({
        model: z.string(),
        name: z.string(),
        url: z.string(),
        sha256: z.string(),
        acceptedAt: z.string(),
      }),
    )
    .max(1000),
});
type Accepted = z.infer<typeof acceptedSchema>['accepted'][number];

/** Which licences the user accepted, when, and the hash of exactly what was shown. */
export class AcceptedLicences {
  readonly #file: JsonFile<z.infer<typeof acceptedSchema>>;
  #accepted: Accepted[] = [];

  constructor(path: string) {
    this.#file = new JsonFile(path, acceptedSchema);
  }

  async open(): Promise<void> {
    this.#accepted = (await this.#file.load())?.accepted ?? [];
  }

  /** When the licence of an entry was accepted as it reads now; null = it was not. */
  acceptedAt({ id, licence }: CatalogueEntry): string | null {
    const sha256 = licenceHash(licence);
    return this.#accepted.find((known) => known.model === id && known.sha256 === sha256)?.acceptedAt ?? null;
  }

  /**
   * Refuses unless the licence was accepted earlier, or just now with the hash of what was shown.
   * @throws LavidaError licence.needed, output.*
   */
  async require(entry: CatalogueEntry, shown: string | null): Promise<void> {
    if (this.acceptedAt(entry) !== null) return;
    const { name, url } = entry.licence;
    const sha256 = licenceHash(entry.licence);
    if (shown !== sha256)
      throw new LavidaError(
        'licence.needed',
        `${entry.name} is under the ${name}, which has not been accepted yet.`,
        url,
      );
    const now: Accepted = { model: entry.id, name, url, sha256, acceptedAt: new Date().toISOString() };
    const accepted = [...this.#accepted.filter(({ model }) => model !== entry.id), now];
    await this.#file.save({ version: 1, accepted });
    this.#accepted = accepted;
  }
}
