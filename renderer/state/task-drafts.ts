import { z } from 'zod';
import { groundRequestSchema } from '../../electron/contract/ground.ts';
import {
  askRequestSchema,
  editIntents,
  editRequestSchema,
  extensionSchema,
  frameSchema,
  type EditIntent,
  type PictureFrame,
} from '../../electron/contract/request.ts';

/** What the right panel can be asked for. */
export const taskNames = ['create', 'edit', 'ask', 'ground'] as const;
export type TaskPanelName = (typeof taskNames)[number];

/** Settings of an edit; instruction, picture, region and plan have fields of their own. */
export const editSettingsSchema = editRequestSchema.pick({
  steps: true,
  guidanceScale: true,
  imageGuidanceScale: true,
  guidanceInterval: true,
  editMode: true,
  fit: true,
  temperature: true,
  samplePolicy: true,
  topK: true,
  topP: true,
  schedule: true,
  order: true,
  orderCutoff: true,
  selectionTemperature: true,
});
export type EditSettings = z.infer<typeof editSettingsSchema>;

/** Settings of an answer. */
export const answerSettingsSchema = askRequestSchema.pick({
  seed: true,
  length: true,
  blockLength: true,
  stepRatio: true,
  temperature: true,
  remasking: true,
  prefixCache: true,
  parallel: true,
});
export type AnswerSettings = z.infer<typeof answerSettingsSchema>;

/** What an edit may change. */
export const regionChoices = ['none', 'mask', 'box'] as const;
export type RegionChoice = (typeof regionChoices)[number];

/** How much of the picture the model sees of an edit: all of it, what lies around the selection, or a frame. */
export const contextChoices = ['picture', 'around', 'frame'] as const;
export type ContextChoice = (typeof contextChoices)[number];

/** What is shown around a selection, per cent of its longer side. */
export const paddingRange = { min: 0, max: 400 } as const;

/** Intents whose words stand for themselves; that of `edit` is the instruction. */
export type WordedIntent = Exclude<EditIntent, 'edit'>;

export interface EditDraft {
  intent: EditIntent;
  instruction: string;
  /** What fills, extends, is removed or becomes the background. */
  words: Record<WordedIntent, string>;
  context: ContextChoice;
  padding: number;
  /** As drawn last; null until one is. */
  frame: PictureFrame | null;
  /** Pixels to add on each side. */
  added: { left: number; top: number; right: number; bottom: number };
  seed: number;
  seedLocked: boolean;
  /** Null: the mask while there is one, else everything. */
  region: RegionChoice | null;
  plan: boolean;
  /** What "Ground it" looks for. */
  phrase: string;
  /** Settings that differ from the model's defaults. */
  overrides: Partial<EditSettings>;
}

export interface AskDraft {
  question: string;
  reasoning: boolean;
  overrides: Partial<AnswerSettings>;
}

export interface GroundDraft {
  /** One phrase a line. */
  phrases: string;
  mode: z.infer<typeof groundRequestSchema>['mode'];
  steps: 1 | 2 | 4;
  restrictToBins: boolean;
}

/** What the user is about to ask for in the tasks about a picture. */
export interface TaskDrafts {
  edit: EditDraft;
  ask: AskDraft;
  ground: GroundDraft;
}

export const emptyTaskDrafts: TaskDrafts = {
  edit: {
    intent: 'edit',
    instruction: '',
    words: { fill: '', expand: '', remove: '', background: '' },
    context: 'picture',
    padding: 50,
    frame: null,
    added: { left: 0, top: 0, right: 0, bottom: 0 },
    seed: 42,
    seedLocked: false,
    region: null,
    plan: false,
    phrase: '',
    overrides: {},
  },
  ask: { question: '', reasoning: false, overrides: {} },
  ground: { phrases: '', mode: 'dense', steps: 1, restrictToBins: true },
};

const text = z.string().max(20_000).catch('');
const { shape: groundShape } = groundRequestSchema;

const draftsSchema = z.object({
  edit: z
    .object({
      intent: z.enum(editIntents).catch('edit'),
      instruction: text,
      words: z
        .object({ fill: text, expand: text, remove: text, background: text })
        .catch(emptyTaskDrafts.edit.words),
      context: z.enum(contextChoices).catch('picture'),
      padding: z.number().min(paddingRange.min).max(paddingRange.max).catch(emptyTaskDrafts.edit.padding),
      frame: frameSchema.nullable().catch(null),
      added: extensionSchema.omit({ feather: true }).catch(emptyTaskDrafts.edit.added),
      seed: editRequestSchema.shape.seed.catch(emptyTaskDrafts.edit.seed),
      seedLocked: z.boolean().catch(false),
      region: z.enum(regionChoices).nullable().catch(null),
      plan: z.boolean().catch(false),
      phrase: z.string().max(400).catch(''),
      overrides: z.unknown().transform((kept) => keepValid(editSettingsSchema, kept)),
    })
    .catch(emptyTaskDrafts.edit),
  ask: z
    .object({
      question: text,
      reasoning: z.boolean().catch(false),
      overrides: z.unknown().transform((kept) => keepValid(answerSettingsSchema, kept)),
    })
    .catch(emptyTaskDrafts.ask),
  ground: z
    .object({
      phrases: text,
      mode: groundShape.mode.catch(emptyTaskDrafts.ground.mode),
      steps: groundShape.steps.catch(emptyTaskDrafts.ground.steps),
      restrictToBins: z.boolean().catch(true),
    })
    .catch(emptyTaskDrafts.ground),
});

/** Reads kept drafts; what no longer fits falls back to its default, field by field. */
export function parseTaskDrafts(kept: unknown): TaskDrafts {
  const parsed = draftsSchema.safeParse(kept);
  return parsed.success ? parsed.data : emptyTaskDrafts;
}

/** The fields of an object that its schema accepts. */
function keepValid<S extends z.ZodObject>(schema: S, kept: unknown): Partial<z.infer<S>> {
  if (typeof kept !== 'object' || kept === null) return {};
  const entries = Object.entries(schema.shape).flatMap(([key, field]) => {
    if (!(key in kept)) return [];
    const parsed = (field as z.ZodType).safeParse((kept as Record<string, unknown>)[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries) as Partial<z.infer<S>>;
}
