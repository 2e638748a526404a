import { channel } from 'node:diagnostics_channel';
import * as ort from 'onnxruntime-node';
import { providerOf } from '../backends/table.ts';
import { LavidaError, meansNoMemory } from '../errors.ts';
import { assertAllocation } from '../tensor/allocation.ts';
import type { StoredTensor } from '../tensor/bundle-weights.ts';
import { arenaElements } from './arena.ts';
import type { GraphBuilder } from './graph-builder.ts';

/**
 * How a session holds its weights.
 * - `packed`: casts folded and matrices packed at creation: fastest, and a float32 copy in memory.
 * - `mapped`: float32 weights used where the file is mapped: opens at once, memory is the page cache.
 * - `streamed`: half-precision weights cast at every run: bounded memory for models larger than it, slow.
 */
export type WeightMode = 'packed' | 'mapped' | 'streamed';

export interface SessionSettings {
  /** ONNX Runtime's backend name: cpu, webgpu, … */
  backend: string;
  threads: number;
  weights: WeightMode;
  /** Folder that the locations of external weights are relative to. */
  weightFolder: string;
}

/** A dense tensor as the engine sees it. */
export interface FloatTensor {
  data: Float32Array;
  dims: readonly number[];
}

export interface IntTensor {
  data: BigInt64Array;
  dims: readonly number[];
}

export type FeedTensor = FloatTensor | IntTensor;

/** Config entries of ONNX Runtime; measured effects in the comments. */
function extraOptions(settings: SessionSettings): Record<string, unknown> {
  return {
    session: {
      model_external_initializers_file_folder_path: settings.weightFolder,
      // Many sessions live at once; spinning pools would fight for the cores, and waiting costs nothing measurable.
      intra_op: { allow_spinning: '0' },
      ...(settings.weights === 'packed' ? {} : { disable_prepacking: '1' }),
    },
    ...(settings.weights === 'streamed'
      ? { optimization: { disable_specified_optimizers: 'ConstantFolding' } }
      : {}),
  };
}

/** What every new session says about itself on the diagnostics channel `lavida:session`. */
export interface SessionNotice {
  graph: string;
  weights: WeightMode;
  /** The stored tensors it loads or maps. */
  tensors: readonly StoredTensor[];
}

/** Whoever wants to know what is loaded (the bench, the tests of elastic loading) subscribes here. */
const sessionChannel = channel('lavida:session');

function elements(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

let profiles = 0;

/** Where LAVIDA_ORT_PROFILE names a file prefix, every session writes ONNX Runtime's own profile there (`npm run bench`). */
function profileOptions(): { enableProfiling?: boolean; profileFilePrefix?: string } {
  const prefix = process.env['LAVIDA_ORT_PROFILE'];
  return prefix ? { enableProfiling: true, profileFilePrefix: `${prefix}-${profiles++}` } : {};
}

/** One ONNX Runtime session. `run` blocks the thread that calls it: cancel between runs. */
export class OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  /** @throws LavidaError engine.backend when the backend cannot be used, model.corrupt when the weights cannot be read */
  static async create(graph: GraphBuilder, settings: SessionSettings): Promise<OnnxSession> {
    const tensors = graph.storedTensors;
    // A streamed session would keep its casts' memory for ever.
    const arena = settings.weights !== 'streamed' && elements(tensors) <= arenaElements;
    try {
      const session = await ort.InferenceSession.create(graph.build(), {
        // Alone: beside 'cpu', a backend that this build does not know would be dropped in silence.
        executionProviders: [providerOf(settings.backend)],
        intraOpNumThreads: settings.threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: arena,
        // Patterns hold one block of the largest shape seen; sequence lengths vary.
        enableMemPattern: false,
        logSeverityLevel: 3,
        ...profileOptions(),
        extra: extraOptions(settings),
      });
      if (sessionChannel.hasSubscribers) {
        const notice: SessionNotice = { graph: graph.name, weights: settings.weights, tensors };
        sessionChannel.publish(notice);
      }
      return new OnnxSession(session);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (meansNoMemory(reason))
        throw new LavidaError('engine.memory', 'The engine ran out of memory.', reason);
      if (settings.backend !== 'cpu') {
        throw new LavidaError(
          'engine.backend',
          `The ${settings.backend} backend cannot run this model.`,
          reason,
        );
      }
      throw new LavidaError('model.corrupt', 'The network could not be built from these weights.', reason);
    }
  }

  /** Runs the graph and returns the outputs named in `fetches`, all float32. */
  async run<Name extends string>(
    feeds: Record<string, FeedTensor>,
    fetches: readonly Name[],
  ): Promise<Record<Name, FloatTensor>> {
    const inputs: Record<string, ort.Tensor> = {};
    for (const [name, { data, dims }] of Object.entries(feeds)) {
      assertAllocation(data.byteLength, `input ${name}`);
      inputs[name] =
        data instanceof Float32Array
          ? new ort.Tensor('float32', data, dims)
          : new ort.Tensor('int64', data, dims);
    }
    const results = await this.#session.run(inputs, fetches);
    const outputs = {} as Record<Name, FloatTensor>;
    for (const name of fetches) {
      const tensor = results[name];
      if (!(tensor?.data instanceof Float32Array)) throw new TypeError(`output ${name} is not float32`);
      outputs[name] = { data: tensor.data, dims: tensor.dims };
    }
    return outputs;
  }

  async release(): Promise<void> {
    if (process.env['LAVIDA_ORT_PROFILE']) this.#session.endProfiling();
    await this.#session.release();
  }
}
