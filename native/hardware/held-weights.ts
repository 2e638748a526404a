import { partOf, type ModelSizes, type PartName } from '../models/parts.ts';
import { heldAs } from '../network/weight-mode.ts';
import type { WeightTensor } from './weight-set.ts';
import type { EstimateWork } from './work.ts';

/** Packed quantised matrices take this much more memory than their file (measured: 3.76 GiB held for 3.54 GiB). */
const packingOverhead = 1.06;
/** Models up to this many parameters have their painting parts loaded when they are opened (network.ts). */
const largeParameters = 1e9;

/** Weights in memory, in bytes. */
export interface HeldWeights {
  /** Memory of the process's own that stays as long as the model is open. */
  kept: number;
  /** The same of the transformer's layers, the parts used longest ago of which can be let go. */
  releasable: number;
  /** Of `releasable`, what the widest single session takes. */
  widestSession: number;
  /** Pages of the file: the system drops them when it must, and reads them again. */
  mapped: number;
  /** While a session is made of quantised weights their file is in memory too; half precision is cast at every run. */
  passing: number;
}

/** Ways the transformer is run, each with sessions and weights of its own. */
export type Pass = 'paint' | 'read' | 'write';

/** float32 bytes of a layer group that is one session (elastic-mot.ts). */
const groupBytes = 512 * 2 ** 20;

/** Share of a tensor a painting pass loads: of the text layers the joint ones, and the rows of shared matrices (MODEL §2.6). */
function paintShare(name: string, part: PartName, sizes: ModelSizes): number {
  const layer = /^model\.transformer\.blocks\.(\d+)\.(\w+)\./u.exec(name);
  const { jointLayers, width, imageWidth } = sizes.transformer;
  if (part !== 'text layers' || !layer || Number(layer[1]) < jointLayers - 1) return 1;
  if (layer[2] === 'attn_out') return imageWidth / width;
  const isLastJoint = Number(layer[1]) === jointLayers - 1;
  return isLastJoint && ['attn_norm', 'k_proj', 'v_proj'].includes(layer[2] ?? '') ? 1 : 0;
}

/** Share of a tensor of the transformer's layers that a pass loads. */
function passShare({ name }: WeightTensor, pass: Pass, sizes: ModelSizes): number {
  const part = partOf(name);
  if (part === null || (pass !== 'paint' && part !== 'text layers')) return 0;
  return pass === 'paint' ? paintShare(name, part, sizes) : 1;
}

/** Sessions a pass makes of its layers' weights, which have so many bytes as float32. */
function sessionCount(bytes: number, { transformer }: ModelSizes): number {
  return Math.max(1, Math.min(transformer.layers, Math.ceil(bytes / groupBytes)));
}

/** Weights that one session of a pass has of the transformer's layers. */
export function elementsPerSession(sizes: ModelSizes, tensors: readonly WeightTensor[], pass: Pass): number {
  let elements = 0;
  for (const tensor of tensors) {
    const part = partOf(tensor.name);
    if (part === 'text layers' || part === 'image layers')
      elements += tensor.elements * passShare(tensor, pass, sizes);
  }
  return elements / sessionCount(elements * 4, sizes);
}

function passesOf(work: EstimateWork): Pass[] {
  const passes: Pass[] = [];
  if (work.paints) passes.push('paint');
  if (work.reads || work.writes) passes.push('read');
  if (work.writes) passes.push('write');
  return passes;
}

/** Parts besides the transformer's layers. */
function partsOf(work: EstimateWork): Set<PartName> {
  const parts = new Set<PartName>();
  if (work.paints) parts.add('image tokens').add('VQ decoder');
  if (work.edits) parts.add('VQ encoder');
  if (work.sees) parts.add('vision tower').add('resampler').add('projector');
  if (work.reads || work.writes) parts.add('text head');
  return parts;
}

/** Parts whose weights are held in one way (`weightMode` is asked once for each). */
function holderOf(part: PartName): string {
  if (part === 'text layers' || part === 'image layers') return 'layers';
  return part.startsWith('VQ') ? 'VQ' : part;
}

/**
 * What a work holds of a model's weights.
 * @param limitBytes memory the engine may take, which decides how half precision is held
 */
export function heldWeights(
  sizes: ModelSizes,
  tensors: readonly WeightTensor[],
  work: EstimateWork,
  limitBytes: number,
): HeldWeights {
  const parameters = tensors.reduce((sum, { elements }) => sum + elements, 0);
  const opensPainting = sizes.imageTokens !== null && parameters <= largeParameters;
  const whole: EstimateWork = opensPainting ? { ...work, paints: true } : work;
  const parts = partsOf(whole);
  const holders = new Map<string, WeightTensor[]>();
  for (const tensor of tensors) {
    const part = partOf(tensor.name);
    if (part === null) continue;
    const holder = holders.get(holderOf(part));
    if (holder) holder.push(tensor);
    else holders.set(holderOf(part), [tensor]);
  }
  const held: HeldWeights = { kept: 0, releasable: 0, widestSession: 0, mapped: 0, passing: 0 };
  for (const [holder, own] of holders) {
    const dense = own.filter(({ stored }) => stored !== 'quantised');
    const mode = heldAs(
      dense.reduce((sum, { elements }) => sum + elements * 4, 0),
      dense.every(({ stored }) => stored === 'float32'),
      limitBytes,
    );
    const bytesOf = ({ stored, elements, fileBytes }: WeightTensor, share: number): [number, number] => {
      if (stored === 'quantised') return [fileBytes * packingOverhead * share, 0];
      return mode === 'packed' ? [elements * 4 * share, 0] : [0, fileBytes * share];
    };
    if (holder === 'layers') {
      for (const pass of passesOf(whole))
        addPass(held, sizes, own, { pass, bytesOf, streams: mode === 'streamed' });
      continue;
    }
    for (const tensor of own) {
      const part = partOf(tensor.name);
      // An untied text embedding is read row by row.
      const isTiedHead = part === 'text embedding' && sizes.transformer.tiedHead && parts.has('text head');
      if (part === null || !(parts.has(part) || isTiedHead)) continue;
      const [kept, mapped] = bytesOf(tensor, 1);
      held.kept += kept;
      held.mapped += mapped;
    }
  }
  return held;
}

interface PassHolding {
  pass: Pass;
  /** Bytes a tensor keeps, and bytes it maps. */
  bytesOf: (tensor: WeightTensor, share: number) => [number, number];
  /** Half precision is cast at every run. */
  streams: boolean;
}

function addPass(
  held: HeldWeights,
  sizes: ModelSizes,
  tensors: readonly WeightTensor[],
  { pass, bytesOf, streams }: PassHolding,
): void {
  let kept = 0;
  let mapped = 0;
  let plain = 0;
  let passing = 0;
  for (const tensor of tensors) {
    const share = passShare(tensor, pass, sizes);
    if (share === 0) continue;
    const [own, pages] = bytesOf(tensor, share);
    kept += own;
    mapped += pages;
    plain += tensor.elements * 4 * share;
    if (tensor.stored === 'quantised') passing += tensor.fileBytes * share;
    else if (streams) passing += tensor.elements * 4 * share;
  }
  const sessions = sessionCount(plain, sizes);
  held.releasable += kept;
  held.widestSession = Math.max(held.widestSession, kept / sessions);
  held.passing = Math.max(held.passing, passing / sessions);
  // Every pass maps the same pages.
  held.mapped = Math.max(held.mapped, mapped);
}
