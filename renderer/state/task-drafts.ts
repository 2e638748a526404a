import { z } from 'zod';
import { groundRequestSchema } from '../../electron/contract/ground.ts';
import { askRequestSchema, editRequestSchema } from '../../electron/contract/request.ts';

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

export interface EditDraft {
  instruction: string;
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
    instruction: '',
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
      instruction: text,
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
