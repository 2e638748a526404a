import { planDefaultsSchema, publishedPlan } from '../electron/contract/context-weight.ts';
import { publishedReflection, reflectionDefaultsSchema } from '../electron/contract/reflection.ts';
import {
  editDefaultsSchema,
  publishedDefaults,
  publishedEditDefaults,
  type EditDefaults,
  textToImageDefaultsSchema,
  type TextToImageDefaults,
} from '../electron/contract/request.ts';
import type { ModelInfo } from '../electron/contract/engine.ts';
import { z } from 'zod';
import { LavidaError } from './errors.ts';
import type { Network } from './network/index.ts';

/** The `defaults.t2i` block of a bundle's config, in the config's own spelling. */
const bundleDefaultsSchema = z
  .object({
    steps: z.int(),
    guidance_scale: z.number(),
    temperature: z.number(),
    schedule: z.string(),
    shift: z.number(),
    order: z.string(),
    micro_conditions: z.boolean(),
  })
  .partial();

/** Defaults of a bundle: the published recipe, changed by what its config says. */
export function bundleDefaults(block: unknown): TextToImageDefaults {
  const parsed = bundleDefaultsSchema.safeParse(block ?? {});
  if (!parsed.success) {
    throw new LavidaError(
      'model.config',
      'config.json has unreadable generation defaults.',
      z.prettifyError(parsed.error),
    );
  }
  const own = parsed.data;
  const merged = {
    ...publishedDefaults,
    steps: own.steps ?? publishedDefaults.steps,
    guidanceScale: own.guidance_scale ?? publishedDefaults.guidanceScale,
    temperature: own.temperature ?? publishedDefaults.temperature,
    schedule: {
      name: own.schedule ?? publishedDefaults.schedule.name,
      shift: own.shift ?? publishedDefaults.schedule.shift,
    },
    order: own.order ?? publishedDefaults.order,
    microConditions: own.micro_conditions === false ? null : publishedDefaults.microConditions,
  };
  const checked = textToImageDefaultsSchema.safeParse(merged);
  if (!checked.success) {
    throw new LavidaError(
      'model.config',
      'config.json has generation defaults out of range.',
      z.prettifyError(checked.error),
    );
  }
  return checked.data;
}

/** The `defaults.edit` block of a bundle's config, in the config's own spelling. */
const bundleEditSchema = z
  .object({
    guidance_scale: z.number(),
    guidance_scale_image: z.number(),
    edit_mode: z.int(),
    fit: z.string(),
    temperature: z.number(),
  })
  .partial();

/** Start settings of an edit: the published ones, changed by what a bundle's config says; its temperature is that of pictures from text where it tells none. */
function bundleEditDefaults(block: unknown, { temperature }: TextToImageDefaults): EditDefaults {
  const own = bundleEditSchema.safeParse(block ?? {});
  const checked = editDefaultsSchema.safeParse({
    guidanceScale: own.data?.guidance_scale ?? publishedEditDefaults.guidanceScale,
    imageGuidanceScale: own.data?.guidance_scale_image ?? publishedEditDefaults.imageGuidanceScale,
    editMode: own.data?.edit_mode ?? publishedEditDefaults.editMode,
    fit: own.data?.fit ?? publishedEditDefaults.fit,
    temperature: own.data?.temperature ?? temperature,
  });
  const error = own.error ?? checked.error;
  if (error || !checked.data) {
    const reason = error ? z.prettifyError(error) : '';
    throw new LavidaError('model.config', 'config.json has unreadable edit defaults.', reason);
  }
  return checked.data;
}

/**
 * A block of defaults of a bundle's config over the published ones.
 * @throws LavidaError model.config, in the sentence `what`
 */
function over<T extends object>(schema: z.ZodType<T>, block: unknown, published: T, what: string): T {
  const own = schema.safeParse({ ...published, ...(block as object | undefined) });
  if (own.success) return own.data;
  throw new LavidaError('model.config', what, z.prettifyError(own.error));
}

/**
 * What the window and the command line may know about an open bundle.
 * @param tasks what its parts allow (`tasksOf`)
 * @param choice the backend it was opened on
 */
export function describeModel(
  network: Network,
  directory: string,
  tasks: readonly string[],
  choice: { backend: string; reason: string },
): ModelInfo {
  const { config } = network;
  const defaults = bundleDefaults(config.studio.defaults['t2i']);
  return {
    name: config.studio.name,
    version: config.studio.version,
    directory,
    fingerprint: network.fingerprint,
    parameters: network.parameters,
    imageSize: config.studio.imageSize,
    grid: network.grid,
    slots: network.slots,
    codebookSize: network.codebookSize,
    maxCaptionCharacters: config.studio.maxCaptionCharacters,
    defaults,
    editDefaults: bundleEditDefaults(config.studio.defaults['edit'], defaults),
    planDefaults: over(
      planDefaultsSchema,
      config.studio.defaults['plan'],
      publishedPlan,
      'config.json has unreadable defaults of layouts.',
    ),
    reflectionDefaults: over(
      reflectionDefaultsSchema,
      config.studio.defaults['reflect'],
      publishedReflection,
      'config.json has unreadable defaults of reflection.',
    ),
    backend: choice.backend,
    backendReason: choice.reason,
    tasks: [...tasks],
    examples: config.studio.examples,
    knows: config.studio.knows,
  };
}
