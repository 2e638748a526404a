import { z } from 'zod';
import { create } from 'zustand';
import { reflectionSchema, type ReflectionSettings } from '../../electron/contract/reflection.ts';
import { planBoxSchema, textToImageRequestSchema, type PlanBox } from '../../electron/contract/request.ts';
import { clearHistory, remember, replaceNewest, useHistory, type Deed } from './history.ts';
import { applyPatches, difference, patchBytes, type Patch } from './patch.ts';
import { emptyTaskDrafts, parseTaskDrafts, type TaskDrafts } from './task-drafts.ts';

const settingsSchema = textToImageRequestSchema.omit({
  version: true,
  task: true,
  prompt: true,
  seed: true,
  branch: true,
  plan: true,
  reflection: true,
  origin: true,
});

/** Settings of the Create task that differ from the model's defaults. */
export type CreateOverrides = Partial<z.infer<typeof settingsSchema>>;

/** A box of the user's layout; the id is that of its box on the canvas. Its name may be empty while it is typed. */
export interface DraftBox extends PlanBox {
  id: string;
}

/** The layout before the picture. Boxes stay when planning is turned off for a while. */
export interface PlanDraft {
  mode: 'off' | 'auto' | 'given';
  boxes: readonly DraftBox[];
  /** Tokens and temperature of the planner; absent = the published values. */
  length?: number;
  temperature?: number;
  /** How far the layout counts; absent = as suits the model. */
  weight?: number;
}

export interface ReflectionDraft extends Pick<ReflectionSettings, 'rounds' | 'history'> {
  on: boolean;
  /** Absent = as the model is best asked. */
  mode?: ReflectionSettings['mode'];
  weight?: number;
}

/** What the user is about to ask for. */
export interface CreateDraft {
  prompt: string;
  seed: number;
  /** Keep the seed after a run instead of drawing a new one. */
  seedLocked: boolean;
  overrides: CreateOverrides;
  plan: PlanDraft;
  reflection: ReflectionDraft;
  /** Id of the style around the prompt. */
  style: string | null;
}

/** The undoable document. Everything that survives neither undo nor restart lives in other stores. */
export interface StudioDocument {
  version: 1;
  title: string;
  create: CreateDraft;
  tasks: TaskDrafts;
}

interface DocumentStore {
  document: StudioDocument;
}

/** Edits of the same kind within this time are undone together, milliseconds. */
const coalesceWithin = 900;

export const emptyDocument: StudioDocument = {
  version: 1,
  title: '',
  create: {
    prompt: '',
    seed: 42,
    seedLocked: false,
    overrides: {},
    plan: { mode: 'off', boxes: [] },
    reflection: { on: false, rounds: 4, history: 3 },
    style: null,
  },
  tasks: emptyTaskDrafts,
};

export const useDocument = create<DocumentStore>(() => ({ document: emptyDocument }));

/** The newest edit, while another of its kind may still join it. */
let newest: { deed: Deed; time: number; from: StudioDocument } | null = null;

/** Changes the document. Edits of one `kind` in quick succession are one undo step. */
export function editDocument(kind: string, change: (document: StudioDocument) => StudioDocument): void {
  const { document } = useDocument.getState();
  const next = change(document);
  if (next === document) return;
  useDocument.setState({ document: next });
  const now = performance.now();
  const { past, future } = useHistory.getState();
  const joins =
    newest?.deed.kind === kind &&
    now - newest.time < coalesceWithin &&
    past.at(-1) === newest.deed &&
    future.length === 0;
  const from = joins && newest ? newest.from : document;
  const patches = difference(from, next);
  // What changes nothing would be an undo that does nothing.
  if (!joins && patches.length === 0) return;
  const deed = deedOf(kind, patches);
  if (joins) replaceNewest(deed);
  else remember(deed);
  newest = { deed, time: now, from };
}

/** Opens another document: what was done to the one before cannot be undone in it. */
export function openDocument(document: StudioDocument): void {
  newest = null;
  useDocument.setState({ document });
  clearHistory();
}

/** Changes the draft of the Create task. */
export function editCreate(kind: string, patch: Partial<CreateDraft>): void {
  editDocument(kind, (document) => ({ ...document, create: { ...document.create, ...patch } }));
}

/** Changes the draft where undo would only surprise, such as the seed drawn for the next run. */
export function advanceCreate(patch: Partial<CreateDraft>): void {
  newest = null;
  useDocument.setState(({ document }) => ({
    document: { ...document, create: { ...document.create, ...patch } },
  }));
}

/** Changes the draft of a task about a picture. */
export function editTask<T extends keyof TaskDrafts>(
  task: T,
  kind: string,
  patch: Partial<TaskDrafts[T]>,
): void {
  editDocument(`${task}: ${kind}`, (document) => withTask(document, task, patch));
}

/** Changes such a draft where undo would only surprise. */
export function advanceTask<T extends keyof TaskDrafts>(task: T, patch: Partial<TaskDrafts[T]>): void {
  newest = null;
  useDocument.setState(({ document }) => ({ document: withTask(document, task, patch) }));
}

function withTask<T extends keyof TaskDrafts>(
  document: StudioDocument,
  task: T,
  patch: Partial<TaskDrafts[T]>,
): StudioDocument {
  return { ...document, tasks: { ...document.tasks, [task]: { ...document.tasks[task], ...patch } } };
}

function deedOf(kind: string, patches: Patch[]): Deed {
  const turn = (side: 'before' | 'after') => (): void => {
    useDocument.setState(({ document }) => ({ document: applyPatches(document, patches, side) }));
  };
  return { kind, bytes: patchBytes(patches), undo: turn('before'), redo: turn('after') };
}

const planDraftSchema = z.object({
  mode: z.enum(['off', 'auto', 'given']).catch('off'),
  boxes: z
    .array(planBoxSchema.extend({ id: z.string().max(100), name: z.string().max(200) }))
    .max(64)
    .catch([]),
  length: z.number().optional().catch(undefined),
  temperature: z.number().optional().catch(undefined),
  weight: z.number().optional().catch(undefined),
});

/** A kept layout; settings that are not there stay absent. */
function parsePlan(kept: unknown): PlanDraft {
  const plan = planDraftSchema.catch({ mode: 'off', boxes: [] }).parse(kept);
  const { length, temperature, weight, ...others } = plan;
  return {
    ...others,
    ...(length === undefined ? {} : { length }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(weight === undefined ? {} : { weight }),
  };
}

const keptReflection = reflectionSchema.extend({
  on: z.boolean(),
  mode: reflectionSchema.shape.mode.exactOptional(),
  weight: reflectionSchema.shape.weight.unwrap().exactOptional(),
});

/** Reads a kept document; what no longer fits the schema falls back to its default, setting by setting. */
export function parseDocument(kept: unknown): StudioDocument {
  const outer = z
    .object({
      title: z.string().max(200).catch(''),
      create: z
        .object({
          prompt: z.string().max(20_000).catch(''),
          seed: textToImageRequestSchema.shape.seed.catch(emptyDocument.create.seed),
          seedLocked: z.boolean().catch(false),
          overrides: z.record(z.string(), z.unknown()).catch({}),
          plan: z.unknown(),
          reflection: keptReflection.catch(emptyDocument.create.reflection),
          style: z.string().max(64).nullable().catch(null),
        })
        .catch(emptyDocument.create),
      tasks: z.unknown(),
    })
    .safeParse(kept);
  if (!outer.success) return emptyDocument;
  const { title, create: draft, tasks } = outer.data;
  return {
    version: 1,
    title,
    create: { ...draft, overrides: parseOverrides(draft.overrides), plan: parsePlan(draft.plan) },
    tasks: parseTaskDrafts(tasks),
  };
}

function parseOverrides(kept: Record<string, unknown>): CreateOverrides {
  const entries = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(kept[key]);
    return key in kept && parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries);
}
