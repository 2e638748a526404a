import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LavidaError } from '../../../native/errors.ts';
import { readImage } from '../../../native/imaging/decode.ts';
import { encodePng } from '../../../native/library/png.ts';
import type { RgbImage } from '../../../electron/contract/events.ts';
import { caseRecordSchema, keyOf, slugOf, type CaseRecord, type EvalCase } from './case.ts';

/** What decides the results of an evaluation; records of another identity are not mixed. */
const identitySchema = z.object({
  model: z.string(),
  fingerprint: z.string(),
  sets: z.string(),
  seed: z.int(),
  promptForm: z.string(),
  steps: z.int().optional(),
});
export type Identity = z.infer<typeof identitySchema>;

/**
 * The verdicts so far, one JSON line each, with the pictures beside them: `eval.json` has `eval.json.parts/`. A run that
 * was cut short goes on where it stopped.
 */
export class Recording {
  readonly folder: string;
  readonly #file: string;
  readonly #cases = new Map<string, CaseRecord>();

  /** @throws LavidaError request.invalid when the folder holds results of another model, other sets or settings */
  constructor(out: string, identity: Identity) {
    this.folder = `${out}.parts`;
    this.#file = join(this.folder, 'cases.jsonl');
    mkdirSync(this.folder, { recursive: true });
    if (!existsSync(this.#file)) {
      writeFileSync(this.#file, `${JSON.stringify(identity)}\n`);
      return;
    }
    const [head = '', ...lines] = readFileSync(this.#file, 'utf8').split('\n');
    const kept = identitySchema.safeParse(JSON.parse(head));
    if (!kept.success || JSON.stringify(kept.data) !== JSON.stringify(identity)) {
      throw new LavidaError(
        'request.invalid',
        `${this.folder} holds verdicts on another model, other sets or other settings.`,
        'give another --out, or remove that folder',
      );
    }
    for (const line of lines) {
      // The last line may have been cut short with the run.
      if (!line.endsWith('}')) continue;
      const record = caseRecordSchema.parse(JSON.parse(line));
      this.#cases.set(keyOf(record), record);
    }
    writeFileSync(this.#file, [head, ...this.cases.map((record) => JSON.stringify(record)), ''].join('\n'));
  }

  get cases(): CaseRecord[] {
    return [...this.#cases.values()];
  }

  get(key: string): CaseRecord | undefined {
    return this.#cases.get(key);
  }

  has(key: string): boolean {
    return this.#cases.has(key);
  }

  add(record: Omit<CaseRecord, 'picture'>, image: RgbImage | undefined): void {
    const key = keyOf(record);
    const picture = image ? `${slugOf(key)}.png` : null;
    if (image && picture !== null) writeFileSync(join(this.folder, picture), encodePng(image, []));
    this.#keep({ ...record, picture });
  }

  #keep(record: CaseRecord): void {
    this.#cases.set(keyOf(record), record);
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  /** The verdict of a case as that of another, which shares its picture. */
  addCopy(
    { task: _, variant: __, index: ___, ...rest }: CaseRecord,
    about: Omit<EvalCase, 'run' | 'sameAs'>,
  ): void {
    this.#keep({ ...rest, ...about });
  }

  async picture({ picture }: CaseRecord): Promise<RgbImage | null> {
    return picture === null ? null : (await readImage(join(this.folder, picture))).image;
  }
}
