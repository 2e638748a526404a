import { z } from 'zod';
import { generationRequestSchema } from './request.ts';
import { backendChoices } from './settings.ts';
import type { ChannelTable } from './channel.ts';

/** A graphics adapter as the system names it. */
export const adapterSchema = z.object({
  name: z.string(),
  vendor: z.string(),
  /** Of its own memory; null where the system does not say. */
  memoryBytes: z.int().nullable(),
  driver: z.string().nullable(),
});
export type GraphicsAdapter = z.infer<typeof adapterSchema>;

export const memoryStateSchema = z.object({
  totalBytes: z.int(),
  /** What this program may take at most. */
  usableBytes: z.int(),
  availableBytes: z.int(),
  limitedBy: z.literal('container').nullable(),
});

export const machineSchema = z.object({
  platform: z.string(),
  release: z.string(),
  arch: z.string(),
  processor: z.string(),
  /** Threads that can run at once, and how many of them this program may use. */
  threads: z.int(),
  usableThreads: z.int(),
  memory: memoryStateSchema,
  adapters: z.array(adapterSchema),
  /** Why adapters may be missing from the list; empty when the system was asked in full. */
  adapterNotes: z.array(z.string()),
});
export type Machine = z.infer<typeof machineSchema>;

/** What a small real run on a backend showed. */
export const backendTrialSchema = z.object({
  backend: z.string(),
  label: z.string(),
  /** Whether ONNX Runtime has it for this platform at all. */
  offered: z.boolean(),
  usable: z.boolean(),
  reason: z.string(),
  /** Making and running one small layer, shaders included; null where it did not get that far. */
  layerMs: z.number().nullable(),
  /** Billions of operations a second of a matrix product, transfers included. */
  gflops: z.number().nullable(),
});
export type BackendTrial = z.infer<typeof backendTrialSchema>;

export const fitVerdicts = ['fits', 'tight', 'will-not-fit'] as const;

/** Something that would need less, with what it would need. */
export const fitAdviceSchema = z.object({
  what: z.enum(['precision', 'reflection', 'plan', 'guidance', 'close']),
  precision: z.enum(['int4', 'int8', 'fp32']).optional(),
  needBytes: z.int(),
});

/** What a backend takes of a graphics adapter's own memory, as far as that can be told. */
export const graphicsFitSchema = z.object({
  backend: z.string(),
  /** At most, by the weights and what is computed; not measured on any adapter. */
  needBytes: z.int(),
  /** Null where there are several, or none that the system names: which one is taken is not known. */
  adapter: z.string().nullable(),
  /** Null where the system does not say. */
  haveBytes: z.int().nullable(),
});
export type GraphicsFit = z.infer<typeof graphicsFitSchema>;

/** Whether a work has room in memory. */
export const memoryFitSchema = z.object({
  verdict: z.enum(fitVerdicts),
  /** Resident memory at the peak when no weights have to be let go. */
  needBytes: z.int(),
  /** Below this it cannot run. */
  leastBytes: z.int(),
  /** The user's cap, or what machine and container allow. */
  limitBytes: z.int(),
  /** Free now, with what the engine holds already. */
  freeBytes: z.int(),
  /** Of the model as it lies on the disk. */
  precision: z.enum(['int4', 'int8', 'fp32', 'published']),
  advice: z.array(fitAdviceSchema),
  /** Besides all of this, on a backend that computes on a graphics adapter. */
  graphics: graphicsFitSchema.nullable().default(null),
});
export type MemoryFit = z.infer<typeof memoryFitSchema>;

/** Works a model may be asked for, as its memory is estimated without a request at hand. */
export const fitTasks = ['text-to-image', 'edit', 'ask', 'ground', 'plan'] as const;
export type FitTask = (typeof fitTasks)[number];

/** Whether a task has room in memory. */
export interface FitOfTask {
  task: FitTask;
  fit: MemoryFit;
}

/**
 * Of the tasks that have not room enough the one it matters most for: what will not fit comes before what is tight, and
 * among equals what needs most. Null when all have room.
 */
export function mostDemanding(fits: readonly FitOfTask[]): FitOfTask | null {
  const badness = ({ fit }: FitOfTask): number => fitVerdicts.indexOf(fit.verdict);
  const lacking = fits.filter(({ fit }) => fit.verdict !== 'fits');
  return lacking.sort((a, b) => badness(b) - badness(a) || b.fit.needBytes - a.fit.needBytes)[0] ?? null;
}

export const hardwareChannels = {
  'hardware.machine': { input: z.object({}), output: machineSchema },
  /** Tries backends in processes of their own; each is tried once a start unless `again`. */
  'hardware.trial': {
    input: z.object({ backend: z.enum(backendChoices).exclude(['auto']), again: z.boolean().optional() }),
    output: backendTrialSchema,
  },
  /** The open model's needs by task; empty without a model. */
  'hardware.fits': {
    input: z.object({}),
    output: z.array(z.object({ task: z.enum(fitTasks), fit: memoryFitSchema })),
  },
  /** Whether one request has room now; null when that cannot be told. */
  'hardware.fit': {
    input: z.object({ request: generationRequestSchema }),
    output: z.object({ fit: memoryFitSchema.nullable() }),
  },
} satisfies ChannelTable;
