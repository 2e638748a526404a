import { z } from 'zod';
import {
  settingGroups,
  settingsSchema,
  type SettingGroup,
  type SettingKey,
  type SettingPlace,
} from '../../../electron/contract/settings.ts';
import { hasText, t } from '../../i18n/index.ts';

/** Settings the dialog shows; the others are changed where they are used. */
export type ShownKey = Exclude<SettingKey, 'shortcuts' | 'tourSeen' | 'model' | 'modelFolder'>;

/** How a setting is edited, as its schema says. */
export type SettingControl =
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'switch' }
  | { kind: 'number'; min: number; max: number; whole: boolean }
  | { kind: 'folder' }
  | { kind: 'address' };

export interface SettingField {
  key: ShownKey;
  group: SettingGroup;
  applies: SettingPlace['applies'];
  control: SettingControl;
}

const placeSchema: z.ZodType<SettingPlace> = z.object({
  group: z.enum(settingGroups),
  applies: z.enum(['now', 'engine', 'studio']),
  control: z.enum(['folder', 'address']).exactOptional(),
});

function controlOf(schema: z.ZodType, place: SettingPlace): SettingControl {
  if (place.control) return { kind: place.control };
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  if (inner instanceof z.ZodEnum) return { kind: 'choice', options: inner.options.map(String) };
  if (inner instanceof z.ZodBoolean) return { kind: 'switch' };
  if (inner instanceof z.ZodNumber)
    return {
      kind: 'number',
      min: inner.minValue ?? 0,
      max: inner.maxValue ?? Number.MAX_SAFE_INTEGER,
      whole: inner.format === 'safeint',
    };
  throw new Error('There is no control for this kind of setting.');
}

/** Every setting with a place in the dialog, in the schema's order. */
export const settingFields: readonly SettingField[] = Object.entries(settingsSchema.shape).flatMap(
  ([key, schema]) => {
    const place = placeSchema.safeParse(schema.meta()?.['place']);
    if (!place.success) return [];
    const { group, applies } = place.data;
    return [{ key: key as ShownKey, group, applies, control: controlOf(schema, place.data) }];
  },
);

export function optionLabel(key: ShownKey, option: string): string {
  const name = `setting.${key}.${option}`;
  return hasText(name) ? t(name) : option;
}

/** Whether every word of a search stands somewhere in what is said about a setting. */
export function settingMatches({ key, group, control }: SettingField, query: string): boolean {
  const options = control.kind === 'choice' ? control.options.map((option) => optionLabel(key, option)) : [];
  const text = [t(`setting.${key}`), t(`setting.${key}.about`), t(`settings.${group}`), ...options];
  const all = text.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
