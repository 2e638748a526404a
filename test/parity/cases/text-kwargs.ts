import { z } from 'zod';
import { scheduleNames } from '../../../electron/contract/request.ts';
import type { TextSamplerSettings } from '../../../native/sampler/text-sampler.ts';

/** Recorded keyword arguments of a text run; what is absent has the published default (PIPELINE §1.2). */
export const textKwargsSchema = z.looseObject({
  max_new_tokens: z.int().positive().default(128),
  block_length: z.int().positive().default(128),
  temperature: z.number().default(0),
  remasking: z.enum(['low_confidence', 'random', 'entrophy', 'margin']).default('low_confidence'),
  step_per_block: z.int().positive().nullish(),
  step_ratio: z.number().nullish(),
  schedule: z.string().nullish(),
  schedule_kwargs: z.looseObject({ shift: z.number().optional() }).nullish(),
  use_fast_dlm: z.boolean().default(false),
  factor: z.number().nullable().default(1),
  threshold: z.number().nullable().default(null),
});
export type TextKwargs = z.input<typeof textKwargsSchema>;

/** The engine's settings for recorded keyword arguments. */
export function textSettings(kwargs: TextKwargs): TextSamplerSettings {
  const read = textKwargsSchema.parse(kwargs);
  const schedule = read.schedule ?? null;
  const stepsPerBlock = read.step_per_block ?? null;
  const stepRatio = read.step_ratio ?? null;
  return {
    length: read.max_new_tokens,
    blockLength: read.block_length,
    ...(stepsPerBlock === null ? {} : { stepsPerBlock }),
    ...(stepsPerBlock !== null || stepRatio === null ? {} : { stepRatio }),
    schedule:
      schedule === null
        ? null
        : {
            name: scheduleNames.find((name) => name === schedule) ?? 'linear',
            shift: read.schedule_kwargs?.shift ?? 3,
          },
    temperature: read.temperature,
    remasking: read.remasking === 'entrophy' ? 'entropy' : read.remasking,
    parallel: read.use_fast_dlm ? { factor: read.factor, threshold: read.threshold } : null,
  };
}
