import type { en } from './en.ts';

export type MessageKey = keyof typeof en;
/** Every text of the window, by key. */
export type Catalogue = Readonly<Record<MessageKey, string>>;

/** The texts of one area in another language: every key of the English ones and no other. */
export type Translation<Area> = Readonly<Record<keyof Area, string>>;
