import type { MicroConditions } from '../../electron/contract/request.ts';

/** System turn of every prompt (PIPELINE §0.1), byte for byte. */
export const systemText =
  'You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, and assist the user with a variety of tasks using natural language.';

/** The `KEY : VALUE;` items of PIPELINE §2.2 in training order, or '' when there are none. */
export function microConditionText(conditions: MicroConditions | null): string {
  if (!conditions) return '';
  const items: string[] = [];
  const whole = (key: string, value: number | undefined): void => {
    if (value !== undefined) items.push(`${key} : ${value};`);
  };
  const real = (key: string, value: number | undefined): void => {
    if (value !== undefined) items.push(`${key} : ${value.toFixed(3)};`);
  };
  whole('ORIGINAL WIDTH', conditions.originalWidth);
  whole('ORIGINAL HEIGHT', conditions.originalHeight);
  whole('TOP', conditions.top);
  whole('LEFT', conditions.left);
  real('LUMINANCE', conditions.luminance);
  real('CONTRAST', conditions.contrast);
  real('SCORE', conditions.score);
  real('HPS', conditions.hps);
  return items.join(' ');
}

/** User turn of a text-to-image prompt (PIPELINE §2.3). */
export function textToImageUserText(caption: string, conditions: MicroConditions | null): string {
  return `Generate an image with the caption:\n ${caption} ${microConditionText(conditions)}`;
}
