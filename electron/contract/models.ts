import { z } from 'zod';
import type { ChannelTable, EventTable } from './channel.ts';
import { studioErrorSchema } from './errors.ts';
import { fitTasks, memoryFitSchema } from './hardware.ts';

/** What a model can be kept as: its files as they came, or converted on this machine. */
export const storedPrecisions = ['original', 'int8', 'int4', 'fp32'] as const;
export type StoredPrecision = (typeof storedPrecisions)[number];

/** Name of a model in the store and of its folder: never a path, on no system. */
export const modelIdSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?$/u);

/** A text of the catalogue in the window's languages. */
const wordsSchema = z.object({ en: z.string(), zh: z.string() });

export const modelLicenceSchema = z.object({
  name: z.string(),
  /** Where its whole text is. */
  url: z.string(),
  noncommercial: z.boolean(),
  /** What must be known before a download. */
  text: wordsSchema,
  /** SHA-256 of name, address and English text: what is accepted is exactly this. */
  sha256: z.string(),
  /** When the user accepted it; null = not yet, or another text. */
  acceptedAt: z.string().nullable(),
});
export type ModelLicence = z.infer<typeof modelLicenceSchema>;

export const modelJobSchema = z.object({
  kind: z.enum(['download', 'verify', 'repair', 'import', 'convert']),
  /** Waiting: a next attempt comes by itself. Paused and failed: the user may go on. */
  state: z.enum(['running', 'waiting', 'paused', 'failed']),
  phase: z.enum(['listing', 'downloading', 'checking', 'copying', 'converting', 'installing']),
  /** File under way, relative to the model's folder; may be empty. */
  file: z.string(),
  /** Bytes done, of all there are; null where the server has not said. */
  done: z.number(),
  total: z.number().nullable(),
  bytesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** When the next attempt starts (ISO); null unless waiting. */
  retryAt: z.string().nullable(),
  error: studioErrorSchema.nullable(),
});
export type ModelJob = z.infer<typeof modelJobSchema>;

/** What is wrong with an installed model, for the window to say in its language. */
export const modelProblemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('missing'), file: z.string() }),
  /** Another length than it came with, in bytes. */
  z.object({ kind: z.literal('length'), file: z.string(), bytes: z.number(), wanted: z.number() }),
  /** Another content than it came with. */
  z.object({ kind: z.literal('damaged'), file: z.string() }),
  /** What it lacked when it came, as a sentence of the studio. */
  z.object({ kind: z.literal('words'), text: z.string() }),
]);
export type ModelProblem = z.infer<typeof modelProblemSchema>;

export const storedModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  summary: wordsSchema.nullable(),
  origin: z.enum(['built-in', 'catalogue', 'imported', 'linked', 'converted']),
  /** Page about the model; null = none. */
  page: z.string().nullable(),
  licence: modelLicenceSchema.nullable(),
  parameters: z.number().nullable(),
  /** Bytes a download takes; null = the server tells when asked. */
  downloadBytes: z.number().nullable(),
  /** Precisions offered after a download. */
  precisions: z.array(z.enum(storedPrecisions)),
  /** Damaged: files differ from what was installed. Missing: a linked folder is not where it was. */
  state: z.enum(['available', 'installed', 'damaged', 'missing']),
  installed: z
    .object({
      directory: z.string(),
      bytes: z.number(),
      files: z.int(),
      precision: z.enum(storedPrecisions),
      installedAt: z.string().nullable(),
      /** When all hashes were last compared; null = never since it came. */
      verifiedAt: z.string().nullable(),
      /** Whether damaged files can be fetched again. */
      repairable: z.boolean(),
      problems: z.array(modelProblemSchema),
    })
    .nullable(),
  job: modelJobSchema.nullable(),
});
export type StoredModel = z.infer<typeof storedModelSchema>;

export const modelStoreSchema = z.object({
  folder: z.string(),
  /** What an empty setting stands for. */
  defaultFolder: z.string(),
  /** Bytes free on the store's disk. */
  freeBytes: z.number().nullable(),
  models: z.array(storedModelSchema),
  /** The model the engine runs or starts with; null = a folder outside the store. */
  current: z.string().nullable(),
  /** The store itself on its way to another folder. */
  move: modelJobSchema.omit({ kind: true }).extend({ to: z.string() }).nullable(),
  /** Where the access token is kept, and the only host it is sent to. */
  access: z.object({ kept: z.enum(['none', 'environment', 'keychain', 'file']), host: z.string() }),
  /** Whether the system has a dialog for folders; otherwise they are typed. */
  folderDialog: z.boolean(),
});
export type ModelStoreState = z.infer<typeof modelStoreSchema>;

const taskFitSchema = z.object({ task: z.enum(fitTasks), fit: memoryFitSchema });
const named = z.object({ id: modelIdSchema });
/** Null asks the system's own dialog; a typed folder is taken only where there is none. */
const folderSchema = z.string().min(1).max(4096).nullable();

export const modelChannels = {
  /** Looks at this machine's disk only. */
  'models.list': { input: z.object({}), output: modelStoreSchema },
  /** Whether a model has room in memory, at each precision it is here in or can be had in; empty when that is not known. */
  'models.fits': {
    input: named,
    output: z.array(
      z.object({
        precision: z.enum(storedPrecisions),
        ...taskFitSchema.shape,
        /** Of the tasks that have no room the one that needs most; null when all have. */
        lacking: taskFitSchema.nullable(),
      }),
    ),
  },
  /** Starts or continues a download. `licence`: hash of the licence shown and accepted just now. */
  'models.get': {
    input: named.extend({
      precision: z.enum(storedPrecisions),
      /** Keep the files as they came beside the converted ones. */
      keepOriginal: z.boolean(),
      licence: z.string().max(64).nullable(),
    }),
    output: z.object({}),
  },
  'models.pause': { input: named, output: z.object({}) },
  'models.resume': { input: named, output: z.object({}) },
  /** Stops a job; of an unfinished download nothing is kept. */
  'models.cancel': { input: named, output: z.object({}) },
  'models.verify': { input: named, output: z.object({}) },
  'models.repair': { input: named, output: z.object({}) },
  'models.convert': {
    input: named.extend({ to: z.enum(['int8', 'int4', 'fp32']) }),
    output: z.object({}),
  },
  /** Null id: the user took no folder. */
  'models.import': {
    input: z.object({ folder: folderSchema, how: z.enum(['copy', 'link']) }),
    output: z.object({ id: z.string().nullable() }),
  },
  'models.move': { input: z.object({ folder: folderSchema }), output: z.object({ moving: z.boolean() }) },
  'models.stopMove': { input: z.object({}), output: z.object({}) },
  /** To the system's bin; a linked folder itself stays. */
  'models.remove': { input: named, output: z.object({}) },
  /** The engine starts again with this model. */
  'models.use': { input: named, output: z.object({}) },
  /** Keeps an access token for the host the models come from; null forgets it. */
  'models.token': { input: z.object({ token: z.string().min(1).max(512).nullable() }), output: z.object({}) },
} satisfies ChannelTable;

export const modelEvents = { 'models.changed': modelStoreSchema } satisfies EventTable;
