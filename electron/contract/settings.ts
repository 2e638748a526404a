import { z } from 'zod';
import type { ChannelTable, EventTable } from './channel.ts';

export const languageChoices = ['system', 'en', 'zh'] as const;
export const themeNames = ['dark', 'light', 'contrast', 'system'] as const;
export const backendChoices = ['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'] as const;

/** Parts of the settings dialog, in order. */
export const settingGroups = ['appearance', 'work', 'engine', 'files', 'models', 'notices'] as const;
export type SettingGroup = (typeof settingGroups)[number];

/** Where the dialog shows a setting, and from when on a change counts. */
export interface SettingPlace {
  group: SettingGroup;
  /** At once, or when the engine or the whole studio starts again. */
  applies: 'now' | 'engine' | 'studio';
  /** Drawn by another control than its type asks for. */
  control?: 'folder' | 'address';
}

const place = (group: SettingGroup, applies: SettingPlace['applies'] = 'now'): { place: SettingPlace } => ({
  place: { group, applies },
});

/**
 * Everything a user sets once, each with its default. Limits, choices and the dialog all come from here; a setting
 * without a place is kept but not shown there.
 */
export const settingsSchema = z.object({
  language: z.enum(languageChoices).default('system').meta(place('appearance')),
  theme: z.enum(themeNames).default('dark').meta(place('appearance')),
  density: z.enum(['comfortable', 'compact']).default('comfortable').meta(place('appearance')),
  motion: z.enum(['system', 'reduced', 'full']).default('system').meta(place('appearance')),
  /** Pictures of the steps while a run is under way. */
  previews: z.boolean().default(true).meta(place('work')),
  /** Record every step beside the picture, for the timeline. */
  traces: z.boolean().default(true).meta(place('work')),
  backend: z.enum(backendChoices).default('cpu').meta(place('engine', 'engine')),
  /** Processor threads; 0 = one a core. */
  threads: z.int().min(0).max(256).default(0).meta(place('engine', 'engine')),
  /** GiB of memory the engine may take; 0 = what the machine has. */
  memoryGiB: z.number().min(0).max(1024).default(0).meta(place('engine', 'engine')),
  /** Where pictures are saved; empty = the studio's own data folder. */
  outputFolder: z
    .string()
    .max(4096)
    .default('')
    .meta({ place: { group: 'files', applies: 'studio', control: 'folder' } satisfies SettingPlace }),
  /** The model to start with, by its name in the store; empty = the one that comes with the program. */
  model: z.string().max(80).default(''),
  /** Where models are kept; empty = the studio's own data folder. Changed by moving the store. */
  modelFolder: z.string().max(4096).default(''),
  /** An address that stands in for the one models come from; empty = none. */
  mirror: z
    .union([z.literal(''), z.url({ protocol: /^https?$/u }).max(2048)])
    .default('')
    .meta({ place: { group: 'models', applies: 'now', control: 'address' } satisfies SettingPlace }),
  /** What downloads go through; empty = what the system's environment says. */
  proxy: z
    .union([z.literal(''), z.url({ protocol: /^(?:https?|socks[45]?|socks4a|socks5h)$/u }).max(2048)])
    .default('')
    .meta({ place: { group: 'models', applies: 'now', control: 'address' } satisfies SettingPlace }),
  notify: z.enum(['away', 'always', 'never']).default('away').meta(place('notices')),
  /** Progress on the taskbar and in the window's title. */
  progress: z.boolean().default(true).meta(place('notices')),
  /** Look for a newer version at every start of the window. */
  checkUpdates: z.boolean().default(false).meta(place('notices')),
  /** Keys of actions that differ from their defaults, by action; an empty list takes an action's keys away. */
  shortcuts: z.record(z.string().max(64), z.array(z.string().max(40)).max(4)).default({}),
  tourSeen: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingKey = keyof Settings;

export const defaultSettings: Settings = settingsSchema.parse({});

/** Reads kept settings; what no longer fits falls back to its default, setting by setting. */
export function parseSettings(kept: unknown): Settings {
  const given = typeof kept === 'object' && kept !== null ? kept : {};
  const entries = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse((given as Record<string, unknown>)[key]);
    return parsed.success ? [[key, parsed.data] as const] : [];
  });
  return { ...defaultSettings, ...Object.fromEntries(entries) };
}

export const settingChannels = {
  'settings.load': {
    input: z.object({}),
    /** `file`: where they are kept. `defaultOutputFolder`: what an empty `outputFolder` stands for. */
    output: z.object({ settings: settingsSchema, file: z.string(), defaultOutputFolder: z.string() }),
  },
  'settings.save': { input: z.object({ settings: settingsSchema }), output: z.object({}) },
  /** Asks for a folder with the system's own dialog; null when the user took none, or where there is no such dialog. */
  'settings.chooseFolder': { input: z.object({}), output: z.object({ folder: z.string().nullable() }) },
} satisfies ChannelTable;

export const settingEvents = {
  /** Some window changed the settings. */
  'settings.changed': settingsSchema,
} satisfies EventTable;
