import { z } from 'zod';
import { branchSchema } from './branch.ts';
import { contextWeightSchema } from './context-weight.ts';
import { groundRequestSchema as groundSettingsSchema } from './ground.ts';
import { reflectionSchema } from './reflection.ts';

const u8: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);

/**
 * A picture a request starts from. The hash decides the result; the bytes travel with a request that is to be run and
 * are left out where requests are kept (`withoutPictures`), so a recalled request asks for the file again.
 */
export const pictureSourceSchema = z.object({
  /** What errors and the gallery call it. */
  name: z.string().max(500),
  /** Of the file's bytes, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The PNG, JPEG or WebP file. */
  bytes: u8.optional(),
});
export type PictureSource = z.infer<typeof pictureSourceSchema>;

/** How positions to commit are chosen at each step (PIPELINE §2.6). `confidence` is the field's `mmada` policy. */
export const orderNames = ['stratified', 'confidence', 'mask_git', 'uniform', 'halton', 'explicit'] as const;
/** Shapes of the transfer schedule σ(t) (PIPELINE §1.4). */
export const scheduleNames = ['shift', 'cosine', 'cosine2', 'exp', 'logit_normal', 'linear'] as const;
/** Shapes of the selection-temperature curve A_i (PIPELINE §2.6). */
export const curveNames = ['linear', 'cosine2', 'shift'] as const;

/** Plain-text micro-conditions appended to the caption (PIPELINE §2.2); an absent key is not written. */
export const microConditionsSchema = z.object({
  originalWidth: z.int().positive().optional(),
  originalHeight: z.int().positive().optional(),
  top: z.int().nonnegative().optional(),
  left: z.int().nonnegative().optional(),
  luminance: z.number().min(0).max(1).optional(),
  contrast: z.number().min(0).max(1).optional(),
  score: z.number().min(0).max(10).optional(),
  hps: z.number().min(0).max(10).optional(),
});
export type MicroConditions = z.infer<typeof microConditionsSchema>;

/** Selection temperature A of the `confidence` and `mask_git` orders (PIPELINE §2.6); unused by the others. */
export const selectionTemperatureSchema = z.object({
  value: z.number().min(0).max(100),
  dynamic: z.boolean(),
  min: z.number().min(0).max(1),
  curve: z.enum(curveNames),
});

/** A coordinate bin: 1024 times a place on the square that surrounds the picture (PIPELINE §6). */
const locBin = z.int().min(0).max(1024);
/** An object of a layout: its name, and left, top, right, bottom in bins. */
export const planBoxSchema = z.object({
  name: z.string().trim().min(1).max(200),
  box: z.tuple([locBin, locBin, locBin, locBin]),
});
export type PlanBox = z.infer<typeof planBoxSchema>;

/**
 * `published` (also when absent): prompts as the published code writes them, quirks included (Q2, Q7, Q14). `trained`:
 * as training saw them.
 */
const promptFormSchema = z.enum(['published', 'trained']);
export type PromptForm = z.infer<typeof promptFormSchema>;

/** Tokens the planner may write, whole blocks of 16; about 11 an object. */
const planLengthSchema = z.int().min(16).max(256).multipleOf(16);
const planTemperatureSchema = z.number().min(0).max(2);

/** Layout planning (PIPELINE §3): by the model, or boxes the user drew or changed. */
export const planSettingsSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('off') }),
  z.object({
    mode: z.literal('auto'),
    length: planLengthSchema.optional(),
    /** Absent = the published value: 0.5 for pictures from text, 0 for edits. */
    temperature: planTemperatureSchema.optional(),
    weight: contextWeightSchema.optional(),
  }),
  z.object({
    mode: z.literal('given'),
    boxes: z.array(planBoxSchema).max(64),
    weight: contextWeightSchema.optional(),
  }),
]);
export type PlanSettings = z.infer<typeof planSettingsSchema>;

/** What a wildcard or a choice of the prompt became. */
export const drawnSchema = z.object({ from: z.string().max(2000), value: z.string().max(20_000) });

/** One varied setting of a sheet, with the words for each of its values. */
const sheetAxisSchema = z.object({
  name: z.string().max(100),
  values: z.array(z.string().max(300)).min(1).max(64),
});
/** A picture's place on a sheet of pictures that differ in one or two settings. */
export const sheetPlaceSchema = z.object({
  id: z.string().regex(/^[0-9a-z-]{1,64}$/),
  /** Across, then down. */
  axes: z.array(sheetAxisSchema).min(1).max(2),
  at: z.array(z.int().min(0).max(63)).min(1).max(2),
});
export type SheetPlace = z.infer<typeof sheetPlaceSchema>;

/**
 * What the studio offers to do to a picture: an instruction as written, a description of what fills a selection or
 * extends the picture, or words put into an instruction.
 */
export const editIntents = ['edit', 'fill', 'expand', 'remove', 'background'] as const;
export type EditIntent = (typeof editIntents)[number];

/** How a request came about. It decides nothing: the prompt of the request is what was drawn. */
export const requestOriginSchema = z.object({
  /** The prompt as the user wrote it, before styles, wildcards and choices. */
  template: z.string().max(20_000).optional(),
  style: z.object({ name: z.string().max(200), template: z.string().max(4000) }).optional(),
  /** What an edit was asked for as; its template holds the user's words. */
  intent: z.enum(editIntents).optional(),
  /** In the order of the text. */
  drawn: z.array(drawnSchema).max(256).optional(),
  sheet: sheetPlaceSchema.optional(),
});
export type RequestOrigin = z.infer<typeof requestOriginSchema>;

/**
 * Everything that decides a text-to-image result (PIPELINE §2). The queue stores it, the PNG carries it, the command
 * line reads it, the gallery recalls it: same request, bundle and backend give the same tokens.
 */
export const textToImageRequestSchema = z.object({
  version: z.literal(1),
  task: z.literal('text-to-image'),
  prompt: z.string().max(20_000),
  seed: z.int().min(0).max(0xffff_ffff),
  steps: z.int().min(1).max(4096),
  /** w of ℓ = (1+w)·cond − w·uncond; 0 runs the conditional row alone. */
  guidanceScale: z.number().min(0).max(50),
  /** Fraction of the steps in which guidance is on, [0,1] = always. */
  guidanceInterval: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]),
  temperature: z.number().min(0.01).max(10),
  samplePolicy: z.enum(['multinomial', 'argmax']),
  /** 0 = off. */
  topK: z.int().min(0),
  /** 1 = off. */
  topP: z.number().gt(0).max(1),
  schedule: z.object({ name: z.enum(scheduleNames), shift: z.number().min(0.1).max(100) }),
  order: z.enum(orderNames),
  /** A permutation of the code grid; only with order `explicit`. */
  explicitOrder: z.array(z.int().nonnegative()).max(65_536).optional(),
  /** After this fraction of the steps switch to `confidence`; 100 = never. */
  orderCutoff: z.number().min(0).max(100),
  selectionTemperature: selectionTemperatureSchema,
  microConditions: microConditionsSchema.nullable(),
  /** A layout before the picture; absent = none. */
  plan: planSettingsSchema.optional(),
  /** Look at the result and try again; absent = one round. */
  reflection: reflectionSchema.optional(),
  promptForm: promptFormSchema.optional(),
  /** Go on from a step of another run; absent = from an empty canvas. Not together with `reflection`. */
  branch: branchSchema.optional(),
  origin: requestOriginSchema.optional(),
});
export type TextToImageRequest = z.infer<typeof textToImageRequestSchema>;

/**
 * Where an edit may change the picture (region lock; ours, not the paper's): everything outside keeps its tokens and,
 * byte for byte, its pixels. A mask is a picture of the source's size, white (128 and above) where change is allowed; a
 * box is left, top, right, bottom in pixels of the source, right and bottom exclusive.
 */
export const regionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mask'), mask: pictureSourceSchema, feather: z.number().min(0).max(512) }),
  z.object({
    kind: z.literal('box'),
    box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    /** Width of the blend inside the border, in pixels of the source. */
    feather: z.number().min(0).max(512),
  }),
]);
export type Region = z.infer<typeof regionSchema>;

/**
 * The square of the picture that the model sees and paints (ours, not the paper's), in pixels of the source. Everything
 * beside it stays as it is, and the result has the size of the picture. Parts of it beyond the picture continue its edge.
 */
export const frameSchema = z.object({
  left: z.int().min(-20_000).max(20_000),
  top: z.int().min(-20_000).max(20_000),
  side: z.int().min(1).max(40_000),
});
export type PictureFrame = z.infer<typeof frameSchema>;

const margin = z.int().min(0).max(8192);
/** Pixels that an edit adds on each side of the picture (outpainting): what is added is painted, the picture itself stays. */
export const extensionSchema = z.object({
  left: margin,
  top: margin,
  right: margin,
  bottom: margin,
  /** Width over which what is painted fades in from the border of the picture, outside of it. */
  feather: z.number().min(0).max(512),
});
export type Extension = z.infer<typeof extensionSchema>;

/** How the prompt of an edit is read: as what to change, or as what the open part of the picture shows. */
export const readings = ['instruction', 'description'] as const;

/**
 * Everything that decides an edit (PIPELINE §5). `prompt` is the instruction; with `reads: 'description'` (ours) the open
 * codes are painted as a picture from text is, after what the prompt says and what the locked codes show.
 */
export const editRequestSchema = textToImageRequestSchema
  .omit({ task: true, microConditions: true, reflection: true })
  .extend({
    task: z.literal('edit'),
    image: pictureSourceSchema,
    /** w_i: how strongly the result follows the source. */
    imageGuidanceScale: z.number().min(0).max(50),
    /** What the source-only branch shows: 0 source tokens, 1 all but them, 2 text, 3 source and semantic tokens. */
    editMode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    /** How a picture becomes a square: the middle of it, or all of it with black margins. */
    fit: z.enum(['crop', 'pad']),
    region: regionSchema.optional(),
    /** Absent = the square that `fit` makes of the whole picture. */
    frame: frameSchema.optional(),
    /** Not together with a region: what is added is the region. */
    extend: extensionSchema.optional(),
    /** Absent = as an instruction. A description needs a region, a frame or an extension. */
    reads: z.enum(readings).optional(),
  });
export type EditRequest = z.infer<typeof editRequestSchema>;

/** How confident tokens are told (PIPELINE §1.5). */
export const remaskingNames = ['low_confidence', 'random', 'entropy', 'margin'] as const;

/** Settings of an answer by text diffusion (PIPELINE §1.2). */
const answerShape = {
  version: z.literal(1),
  seed: z.int().min(0).max(0xffff_ffff),
  /** G, tokens of the answer; whole blocks. */
  length: z.int().min(1).max(1024),
  blockLength: z.int().min(1).max(1024),
  /** Steps a block takes, as a fraction of its tokens. */
  stepRatio: z.number().gt(0).max(1),
  temperature: z.number().min(0).max(10),
  remasking: z.enum(remaskingNames),
  /** Compute the prompt once, without sight of the answer, as the published model was run. */
  prefixCache: z.boolean(),
  /** Fast-dLLM: commit by confidence, refresh only a block's rows; null = off. */
  parallel: z
    .object({ factor: z.number().gt(0).max(10).nullable(), threshold: z.number().min(0).max(1).nullable() })
    .nullable(),
  promptForm: promptFormSchema.optional(),
};

/** A question, with or without a picture, and what was said before (PIPELINE §1.1). `prompt` is the question. */
export const askRequestSchema = z.object({
  ...answerShape,
  task: z.literal('ask'),
  prompt: z.string().max(20_000),
  image: pictureSourceSchema.nullable(),
  history: z.array(z.object({ question: z.string().max(20_000), answer: z.string().max(20_000) })).max(64),
  /** Ask for detailed reasoning traces (PIPELINE §7). */
  reasoning: z.boolean(),
});
export type AskRequest = z.infer<typeof askRequestSchema>;

/** A dense caption with boxes (PIPELINE §7). */
export const captionRequestSchema = z.object({
  ...answerShape,
  task: z.literal('caption'),
  image: pictureSourceSchema,
});
export type CaptionRequest = z.infer<typeof captionRequestSchema>;

/** Phrases to boxes on a picture (PIPELINE §6). */
export const groundRequestSchema = groundSettingsSchema.extend({ image: pictureSourceSchema });
export type GroundRequest = z.infer<typeof groundRequestSchema>;

/** A layout for a picture that is not painted yet (PIPELINE §3). */
export const planRequestSchema = textToImageRequestSchema
  .pick({ version: true, prompt: true, seed: true, microConditions: true, promptForm: true, origin: true })
  .extend({
    task: z.literal('plan'),
    length: planLengthSchema.optional(),
    temperature: planTemperatureSchema.optional(),
  });
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** Requests that make a picture; what the gallery holds. */
export const pictureRequestSchema = z.discriminatedUnion('task', [
  textToImageRequestSchema,
  editRequestSchema,
]);
export type PictureRequest = z.infer<typeof pictureRequestSchema>;

/** Everything the engine can be asked for. */
export const generationRequestSchema = z.discriminatedUnion('task', [
  textToImageRequestSchema,
  editRequestSchema,
  askRequestSchema,
  captionRequestSchema,
  groundRequestSchema,
  planRequestSchema,
]);
export type GenerationRequest = z.infer<typeof generationRequestSchema>;
export type TaskName = GenerationRequest['task'];

export function isPictureRequest(request: GenerationRequest): request is PictureRequest {
  return request.task === 'text-to-image' || request.task === 'edit';
}

/** What a model bundle says is a good start for text-to-image; everything else comes from `fallbackDefaults`. */
export const textToImageDefaultsSchema = textToImageRequestSchema
  .omit({
    version: true,
    task: true,
    prompt: true,
    seed: true,
    explicitOrder: true,
    plan: true,
    reflection: true,
    promptForm: true,
    branch: true,
    origin: true,
  })
  .readonly();
export type TextToImageDefaults = z.infer<typeof textToImageDefaultsSchema>;

/** Settings of the published 1024 px recipe (PIPELINE §2.1, column `1024_eval.yaml`). */
export const publishedDefaults: TextToImageDefaults = {
  steps: 64,
  guidanceScale: 4,
  guidanceInterval: [0, 1],
  temperature: 0.8,
  samplePolicy: 'multinomial',
  topK: 0,
  topP: 1,
  schedule: { name: 'shift', shift: 5 },
  order: 'stratified',
  orderCutoff: 100,
  selectionTemperature: { value: 5, dynamic: true, min: 0.5, curve: 'cosine2' },
  microConditions: { originalWidth: 1024, originalHeight: 1024, top: 0, left: 0, score: 7.11 },
};

/** Where an edit's start settings differ from those of a picture from text. */
export const editDefaultsSchema = editRequestSchema.pick({
  guidanceScale: true,
  imageGuidanceScale: true,
  temperature: true,
  editMode: true,
  fit: true,
});
export type EditDefaults = z.infer<typeof editDefaultsSchema>;

/** Settings of the published edit recipe (PIPELINE §2.1, column `1024_eval_edit.yaml`). */
export const publishedEditDefaults: EditDefaults = {
  guidanceScale: 1.2,
  imageGuidanceScale: 1.4,
  temperature: publishedDefaults.temperature,
  editMode: 0,
  fit: 'crop',
};

/** What an edit starts from; one that reads a description is painted as a picture from text is. */
export function editStart(
  { microConditions: _, ...sampling }: TextToImageDefaults,
  edit: EditDefaults = publishedEditDefaults,
  describes = false,
): Omit<TextToImageDefaults, 'microConditions'> & EditDefaults {
  const { guidanceScale, temperature } = describes ? sampling : edit;
  return { ...sampling, ...edit, guidanceScale, temperature };
}

/** Settings of the published demo's answers (PIPELINE §1.2). */
export const publishedAnswerDefaults = {
  length: 64,
  blockLength: 16,
  stepRatio: 1,
  temperature: 0,
  remasking: 'low_confidence',
  prefixCache: true,
  parallel: null,
} as const satisfies Partial<AskRequest>;

function withoutBytes<T extends PictureSource | null>(picture: T): T {
  if (picture === null) return picture;
  const { name, sha256 } = picture;
  return { name, sha256 } as T;
}

/** The request without the bytes of its pictures: what is stored, shown and compared. */
export function withoutPictures<T extends GenerationRequest>(request: T): T {
  if (!('image' in request)) return request;
  const kept = { ...request, image: withoutBytes(request.image) };
  if (kept.task !== 'edit' || kept.region?.kind !== 'mask') return kept;
  return { ...kept, region: { ...kept.region, mask: withoutBytes(kept.region.mask) } };
}
