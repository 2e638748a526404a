import {
  publishedDefaults,
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

/** What the window and the command line may know about an open bundle. */
export function describeModel(network: Network, directory: string): ModelInfo {
  const { config } = network;
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
    defaults: bundleDefaults(config.studio.defaults['t2i']),
    tasks: network.has('image') ? ['text-to-image'] : [],
  };
}
