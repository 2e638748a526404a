import { LavidaError } from '../errors.ts';
import { probeBackend, type ProbeResult, type TrialLauncher } from './probe.ts';
import { backends, findBackend } from './table.ts';

/** The backend a bundle will run on, and why. */
export interface BackendChoice {
  /** What was asked for: a name, or `auto`. */
  asked: string;
  backend: string;
  /** One sentence for the status bar. */
  reason: string;
  probes: ProbeResult[];
}

/** A device must beat the processor by this factor to be worth its transfers and its compile time. */
const worthwhile = 1.5;

/** Tries backends, each once a process unless asked again: drivers do not come and go while the studio runs. */
export class BackendTrials {
  readonly #launch: TrialLauncher | undefined;
  readonly #results = new Map<string, Promise<ProbeResult>>();

  /** @param launch starts the process of a trial; a plain Node process by default */
  constructor(launch?: TrialLauncher) {
    this.#launch = launch;
  }

  get(name: string, again = false): Promise<ProbeResult> {
    const known = again ? undefined : this.#results.get(name);
    if (known !== undefined) return known;
    const result = probeBackend(name, this.#launch ? { launch: this.#launch } : {});
    this.#results.set(name, result);
    return result;
  }
}

const ownTrials = new BackendTrials();

/**
 * Chooses the backend to open a model with. `cpu` is taken at its word; another name is probed and given up for the
 * processor when it does not work; `auto` takes the first backend of this platform that works and is faster than
 * the processor.
 * @param trial stands in for the real probe in tests
 * @throws LavidaError request.invalid for an unknown name
 */
export async function chooseBackend(
  asked: string,
  trial: (name: string) => Promise<ProbeResult> = (name) => ownTrials.get(name),
): Promise<BackendChoice> {
  if (asked === 'cpu') return { asked, backend: 'cpu', reason: 'The processor was chosen.', probes: [] };
  if (asked !== 'auto') {
    if (!findBackend(asked)) {
      const names = backends.map(({ name }) => name).join(', ');
      throw new LavidaError('request.invalid', `There is no backend "${asked}".`, `known: auto, ${names}`);
    }
    const result = await trial(asked);
    if (result.usable) return { asked, backend: asked, reason: result.reason, probes: [result] };
    return { asked, backend: 'cpu', reason: `Running on the processor. ${result.reason}`, probes: [result] };
  }
  const platform = `${process.platform}-${process.arch}`;
  const probes: ProbeResult[] = [];
  for (const { name, platforms } of backends) {
    if (name === 'cpu' || !(platforms as readonly string[]).includes(platform)) continue;
    const result = await trial(name);
    probes.push(result);
    const { numbers } = result;
    if (!result.usable || !numbers) continue;
    if (numbers.gflops >= numbers.cpuGflops * worthwhile)
      return { asked, backend: name, reason: result.reason, probes };
  }
  const slow = probes.find(({ usable }) => usable);
  const reason = slow
    ? `Running on the processor: ${findBackend(slow.backend)?.label ?? slow.backend} works but is not faster here.`
    : 'Running on the processor: no other backend works here.';
  return { asked, backend: 'cpu', reason, probes };
}
