import type { BoxCoordinate } from '../../electron/contract/ground.ts';
import { maxLocBin } from '../imaging/locations.ts';
import { RowDistribution } from '../sampler/probabilities.ts';
import { coordinatesPerBox } from './ground-prompt.ts';

export interface PassSettings {
  objects: number;
  /** V, width of a row of logits. */
  vocabulary: number;
  maskId: number;
  /** Id of `<LOC_0>`; the bins follow it. */
  firstBinId: number;
  steps: 1 | 2 | 4;
  restrictToBins: boolean;
  /** `published`: two commits a pass, whatever the steps, and the last pass's choices as the result (Q4). */
  loop: 'fixed' | 'published';
}

/** Commits of the published loop, fixed in its code (PIPELINE §6, Q4). */
const publishedCommits = 2;

/**
 * The decoding of coordinates without the network (PIPELINE §6): `tokens` says what the masked rows hold for the next
 * forward, `commit` takes its logits. Each pass commits 4/steps coordinates of every box, the surest first.
 */
export class GroundPasses {
  readonly #settings: PassSettings;
  readonly #tokens: Int32Array;
  readonly #row: RowDistribution;
  #coordinates: BoxCoordinate[] = [];
  #pass = 0;

  constructor(settings: PassSettings) {
    this.#settings = settings;
    this.#tokens = new Int32Array(settings.objects * coordinatesPerBox).fill(settings.maskId);
    this.#row = new RowDistribution(settings.vocabulary);
  }

  /** Ids of the coordinate rows [objects · 4] for the next forward; the mask where nothing is committed. */
  get tokens(): Int32Array {
    return this.#tokens;
  }

  /** Passes done so far. */
  get pass(): number {
    return this.#pass;
  }

  get done(): boolean {
    return this.#pass === this.#settings.steps;
  }

  /**
   * Reads the logits of the coordinate rows and commits some.
   * @param logits [objects · 4, V]
   * @returns for each box its four coordinates as they now stand
   */
  commit(logits: Float32Array): BoxCoordinate[][] {
    const { objects, vocabulary, loop } = this.#settings;
    const rows = objects * coordinatesPerBox;
    if (logits.length !== rows * vocabulary) {
      throw new RangeError(`${logits.length} logits are no ${rows} rows of ${vocabulary}`);
    }
    const drafts: BoxCoordinate[] = [];
    const scores: number[] = [];
    for (let row = 0; row < rows; row++) {
      const [draft, logit] = this.#draft(logits, row * vocabulary);
      drafts.push(draft);
      scores.push(loop === 'published' ? logit : draft.probability);
    }
    this.#pass++;
    const boxes: BoxCoordinate[][] = [];
    for (let object = 0; object < objects; object++) {
      boxes.push(this.#commitBox(object * coordinatesPerBox, drafts, scores));
    }
    this.#coordinates = boxes.flat();
    return boxes;
  }

  /** The chosen token of one row, and its logit. */
  #draft(logits: Float32Array, start: number): [BoxCoordinate, number] {
    const { firstBinId, restrictToBins } = this.#settings;
    const row = this.#row.read(logits, start, 1);
    const bins = logits.subarray(start + firstBinId, start + firstBinId + maxLocBin + 1);
    let bestBin = 0;
    for (let i = 1; i < bins.length; i++) if ((bins[i] as number) > (bins[bestBin] as number)) bestBin = i;
    const highest = bins[bestBin] ?? 0;
    const distribution = Float32Array.from(bins, (logit) => Math.exp(logit - highest));
    const sum = distribution.reduce((total, weight) => total + weight, 0);
    for (let i = 0; i < bins.length; i++) distribution[i] = (distribution[i] as number) / sum;
    const id = restrictToBins ? firstBinId + bestBin : row.best;
    const bin = id >= firstBinId && id < firstBinId + bins.length ? id - firstBinId : null;
    const draft = { id, bin, probability: row.probability(id), committed: false, distribution };
    return [draft, logits[start + id] as number];
  }

  #commitBox(first: number, drafts: readonly BoxCoordinate[], scores: readonly number[]): BoxCoordinate[] {
    const { steps, loop, maskId } = this.#settings;
    const rows = Array.from({ length: coordinatesPerBox }, (_, i) => first + i);
    const open = rows.filter((row) => this.#tokens[row] === maskId);
    const ranked = [...open].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    // The published loop goes on when nothing is open: among equal scores its choice falls on the last rows.
    if (loop === 'published') ranked.push(...rows.filter((row) => !open.includes(row)).reverse());
    const count = loop === 'published' ? publishedCommits : coordinatesPerBox / steps;
    const chosen = new Set(ranked.slice(0, count));
    return rows.map((row) => {
      const draft = drafts[row];
      if (!draft) throw new RangeError(`no coordinate row ${row}`);
      if (chosen.has(row)) {
        this.#tokens[row] = draft.id;
        return { ...draft, committed: true };
      }
      const before = this.#coordinates[row];
      if (loop === 'fixed' && before?.committed === true) return before;
      return { ...draft, committed: this.#tokens[row] !== maskId };
    });
  }
}
