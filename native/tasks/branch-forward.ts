import type { ElasticMot, BranchRows } from '../network/elastic-mot.ts';
import type { Grid, ImageTokenInput, ImageTokenOutput } from '../network/image-tokens.ts';
import type { GuidanceBranch, RowKind } from './guidance-branches.ts';

/** The parts of a network that image tasks run. */
export interface ImageNetwork {
  mot: ElasticMot;
  imageInput: ImageTokenInput;
  imageOutput: ImageTokenOutput;
}

/** A prompt with its embeddings. */
export interface EmbeddedPrompt {
  /** [T] */
  kinds: readonly RowKind[];
  /** [T, d_model]; rows of source and canvas slots are not read. */
  states: Float32Array;
  /** Embedded source codes [source slots, d_model_gen]; empty without source. */
  source: Float32Array;
  /** Embedding of the text mask [d_model]. */
  mask: Float32Array;
}

/** Rows of a branch that no step changes. */
interface FixedRows {
  name: GuidanceBranch['name'];
  text: BranchRows;
  /** Source slots, then canvas slots. */
  imagePositions: Int32Array;
  source: Float32Array;
}

function fixedRows(prompt: EmbeddedPrompt, branch: GuidanceBranch): FixedRows {
  const { kinds, states, mask } = prompt;
  const width = mask.length;
  const rows = Array.from(kinds.keys());
  const text = rows.filter((row) => branch.gen[row] === 0);
  const textStates = new Float32Array(text.length * width);
  text.forEach((row, i) => {
    const own = branch.masked[row] === 1 ? mask : states.subarray(row * width, (row + 1) * width);
    textStates.set(own, i * width);
  });
  const routed = (kind: RowKind) => rows.filter((row) => branch.gen[row] === 1 && kinds[row] === kind);
  const source = routed('source');
  return {
    name: branch.name,
    text: { states: textStates, positions: Int32Array.from(text) },
    imagePositions: Int32Array.of(...source, ...routed('canvas')),
    source: source.length > 0 ? prompt.source : new Float32Array(0),
  };
}

/**
 * Runs the guidance branches of one prompt over changing canvas codes (PIPELINE §2.4, §5). Branches with the same
 * routing share a batch; the others run one by one, because rows of different branches cannot be padded (MODEL §2.3).
 */
export class BranchForward {
  readonly #network: ImageNetwork;
  readonly #grid: Grid;
  readonly #branches: readonly FixedRows[];

  constructor(
    network: ImageNetwork,
    grid: Grid,
    prompt: EmbeddedPrompt,
    branches: readonly GuidanceBranch[],
  ) {
    this.#network = network;
    this.#grid = grid;
    this.#branches = branches.map((branch) => fixedRows(prompt, branch));
  }

  /**
   * @param ids canvas codes [N], the mask id where masked
   * @param names branches to run
   * @param signal checked between forwards
   * @returns logits [N, V] of each branch asked for
   */
  async logits(
    ids: ArrayLike<number>,
    names: readonly GuidanceBranch['name'][],
    signal?: AbortSignal,
  ): Promise<Map<GuidanceBranch['name'], Float32Array>> {
    const canvas = await this.#network.imageInput.embed(ids, this.#grid);
    const groups = new Map<string, FixedRows[]>();
    for (const branch of this.#branches.filter(({ name }) => names.includes(name))) {
      const routing = branch.imagePositions.join();
      groups.set(routing, [...(groups.get(routing) ?? []), branch]);
    }
    const results = new Map<GuidanceBranch['name'], Float32Array>();
    for (const group of groups.values()) {
      signal?.throwIfAborted();
      const logits = await this.#run(group, canvas, signal);
      const size = logits.length / group.length;
      group.forEach(({ name }, i) => results.set(name, logits.subarray(i * size, (i + 1) * size)));
    }
    return results;
  }

  /** One batch of branches with equal routing: logits [rows, N, V]. */
  async #run(
    group: readonly FixedRows[],
    canvas: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const [first] = group;
    if (!first) return new Float32Array(0);
    const rows = group.length;
    const textSize = first.text.states.length;
    const imageSize = first.source.length + canvas.length;
    const text = new Float32Array(rows * textSize);
    const image = new Float32Array(rows * imageSize);
    group.forEach((branch, row) => {
      text.set(branch.text.states, row * textSize);
      image.set(branch.source, row * imageSize);
      image.set(canvas, row * imageSize + branch.source.length);
    });
    const { imageStates } = await this.#network.mot.forward(
      {
        rows,
        text: { states: text, positions: first.text.positions },
        image: { states: image, positions: first.imagePositions },
      },
      { image: true },
      signal,
    );
    const states = new Float32Array(rows * canvas.length);
    for (let row = 0; row < rows; row++) {
      const from = row * imageSize + first.source.length;
      states.set(imageStates.subarray(from, from + canvas.length), row * canvas.length);
    }
    return this.#network.imageOutput.logits(states, rows, this.#grid);
  }
}
