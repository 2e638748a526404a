import type { ElasticMot, BranchRows } from '../network/elastic-mot.ts';
import type { Grid, GuidedLogits, ImageTokenInput, ImageTokenOutput } from '../network/image-tokens.ts';
import type { BranchName, GuidanceBranch, RowKind } from './guidance-branches.ts';
import { CanvasSlots } from './canvas-slots.ts';

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
  name: BranchName;
  text: BranchRows;
  /** Source slots, then canvas slots. */
  imagePositions: Int32Array;
  source: Float32Array;
}

function fixedRows(
  name: BranchName,
  prompt: EmbeddedPrompt,
  branch: Pick<GuidanceBranch, 'masked' | 'gen'>,
): FixedRows {
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
    name,
    text: { states: textStates, positions: Int32Array.from(text) },
    imagePositions: Int32Array.of(...source, ...routed('canvas')),
    source: source.length > 0 ? prompt.source : new Float32Array(0),
  };
}

function nothingHidden(kinds: readonly RowKind[]): Pick<GuidanceBranch, 'masked' | 'gen'> {
  const gen = Uint8Array.from(kinds, (kind) => (kind === 'canvas' || kind === 'source' ? 1 : 0));
  return { masked: new Uint8Array(kinds.length), gen };
}

/**
 * Runs the guidance branches of one prompt over changing canvas codes (PIPELINE §2.4, §5). Branches with the same
 * routing share a batch; the others run one by one, because rows of different branches cannot be padded (MODEL §2.3).
 */
export class BranchForward {
  readonly #network: ImageNetwork;
  readonly #grid: Grid;
  readonly #branches: readonly FixedRows[];
  readonly #canvas: CanvasSlots;

  /** @param alone the prompt of the branch `promptOnly`; null where there is none */
  constructor(
    network: ImageNetwork,
    grid: Grid,
    prompt: EmbeddedPrompt,
    branches: readonly GuidanceBranch[],
    alone: EmbeddedPrompt | null = null,
  ) {
    this.#network = network;
    this.#grid = grid;
    this.#branches = [
      ...branches.map((branch) => fixedRows(branch.name, prompt, branch)),
      ...(alone ? [fixedRows('promptOnly', alone, nothingHidden(alone.kinds))] : []),
    ];
    this.#canvas = new CanvasSlots(network.imageInput, grid);
  }

  /**
   * The guided logits of some codes, from one forward of each branch.
   * @param ids canvas codes [N], the mask id where masked
   * @param weights of the branches to run; they sum to 1
   * @param positions codes whose logits are wanted [n]
   * @param signal checked between forwards
   * @returns logits [n, V], and how far the conditional branch's are from those of the next one, which is 0 when it ran alone
   */
  async guided(
    ids: ArrayLike<number>,
    weights: ReadonlyMap<BranchName, number>,
    positions: ArrayLike<number>,
    signal?: AbortSignal,
  ): Promise<GuidedLogits> {
    const canvas = await this.#canvas.embed(ids);
    const wanted = this.#branches.filter(({ name }) => weights.has(name));
    const groups = new Map<string, FixedRows[]>();
    for (const branch of wanted) {
      const routing = branch.imagePositions.join();
      groups.set(routing, [...(groups.get(routing) ?? []), branch]);
    }
    const states = new Float32Array(wanted.length * canvas.length);
    for (const group of groups.values()) {
      signal?.throwIfAborted();
      const own = await this.#run(group, canvas, signal);
      group.forEach((branch, row) => {
        const part = own.subarray(row * canvas.length, (row + 1) * canvas.length);
        states.set(part, wanted.indexOf(branch) * canvas.length);
      });
    }
    const names = wanted.map(({ name }) => name);
    const other = (['unconditional', 'sourceOnly', 'promptOnly'] as const).find((name) =>
      names.includes(name),
    );
    const contrast = names.map((name) => {
      if (other === undefined || !names.includes('conditional')) return 0;
      return name === 'conditional' ? 1 : name === other ? -1 : 0;
    });
    const shares = names.map((name) => weights.get(name) ?? 0);
    return this.#network.imageOutput.guided(states, shares, contrast, positions, this.#grid);
  }

  /** One batch of branches with equal routing: states of their canvas slots [rows, slots, d_model_gen]. */
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
    if (first.source.length === 0) return imageStates;
    const states = new Float32Array(rows * canvas.length);
    for (let row = 0; row < rows; row++) {
      const from = row * imageSize + first.source.length;
      states.set(imageStates.subarray(from, from + canvas.length), row * canvas.length);
    }
    return states;
  }
}
