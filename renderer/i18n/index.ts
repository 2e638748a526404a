import { en } from './en.ts';
import { zh } from './zh.ts';
import type { Catalogue, MessageKey } from './translation.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Each language by its own name, for those who cannot read the present one. */
export const languageNames: Record<Language, string> = { en: 'English', zh: '简体中文' };

/** What the page's `lang` says and numbers are written by (BCP 47). */
const languageTags: Record<Language, string> = { en: 'en', zh: 'zh-CN' };
const catalogues: Record<Language, Catalogue> = { en, zh };

/** Names in braces that a text wants filled in. `{n|picture|pictures}` takes the word that fits the number `n`. */
type Params<T extends string> = T extends `${string}{${infer Inside}}${infer Rest}`
  ? (Inside extends `${infer Name}|${string}` ? Name : Inside) | Params<Rest>
  : never;
/** Keys of texts that want nothing filled in. */
export type PlainKey = {
  [K in MessageKey]: [Params<(typeof en)[K]>] extends [never] ? K : never;
}[MessageKey];
type Values<K extends MessageKey> = [Params<(typeof en)[K]>] extends [never]
  ? []
  : [values: Record<Params<(typeof en)[K]>, string | number>];

let language: Language = 'en';

/** Changes the language of every text asked for from now on. */
export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = languageTags[next];
}

export function currentLanguage(): Language {
  return language;
}

/** The language the system asks for, as far as there is one for it. */
export function systemLanguage(): Language {
  for (const tag of navigator.languages) {
    const known = languages.find((name) => tag.toLowerCase().startsWith(name));
    if (known) return known;
  }
  return 'en';
}

/** Whether there is a text of this name that wants nothing filled in. */
export function hasText(key: string): key is PlainKey {
  return Object.hasOwn(en, key) && !/\{\w/.test(catalogues.en[key as MessageKey]);
}

/** The text of a key in the current language with its `{names}` filled in. */
export function t<K extends MessageKey>(key: K, ...[values]: Values<K>): string {
  const text = catalogues[language][key];
  if (!values) return text;
  const given: Record<string, string | number> = values;
  return text.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g,
    (whole, name: string, one?: string, more?: string) => {
      const value = given[name];
      if (value === undefined) return whole;
      if (one === undefined || more === undefined) return String(value);
      return isOne(value) ? one : more;
    },
  );
}

/** Whether a number, perhaps already written out, takes the singular. */
function isOne(value: string | number): boolean {
  return new Intl.PluralRules(languageTags[language]).select(Number(value)) === 'one';
}

const numbers = new Map<string, Intl.NumberFormat>();

/** A number as the user's language writes it, with a fixed count of decimals. */
export function formatNumber(value: number, decimals = 0): string {
  const key = `${language} ${String(decimals)}`;
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(languageTags[language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    numbers.set(key, format);
  }
  return format.format(value);
}

/** Things one after another, as the user's language joins them: "a, b and c". */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(languageTags[language], { type: 'conjunction' }).format(items);
}

/** A duration a person reads at a glance: 0.8 s, 42 s, 3 min 05 s. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return t('unit.seconds', { n: formatNumber(Math.max(0, seconds), 1) });
  if (seconds < 99.5) return t('unit.seconds', { n: formatNumber(seconds) });
  const minutes = Math.floor(Math.round(seconds) / 60);
  const rest = String(Math.round(seconds) % 60).padStart(2, '0');
  return t('unit.minutes', { m: minutes, s: rest });
}

/** Bytes in binary units. */
export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return t('unit.gib', { n: formatNumber(bytes / 2 ** 30, 1) });
  return t('unit.mib', { n: formatNumber(bytes / 2 ** 20) });
}

/** How many parameters, in the field's short form: 11.1 M, 11.09 B. */
export function formatParameters(count: number): string {
  if (count >= 1e9) return t('unit.billion', { n: formatNumber(count / 1e9, 2) });
  if (count >= 1e6) return t('unit.million', { n: formatNumber(count / 1e6, 1) });
  return formatNumber(count);
}
