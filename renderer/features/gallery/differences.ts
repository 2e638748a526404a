import type { GalleryItem } from '../../../electron/contract/gallery.ts';
import { formatDate } from '../../i18n/dates.ts';
import { t } from '../../i18n/index.ts';

export interface Difference {
  name: string;
  first: string;
  second: string;
}

/** What two pictures were asked for differently, setting by setting. */
export function differences(first: GalleryItem, second: GalleryItem): Difference[] {
  const rows: Difference[] = [];
  const add = (name: string, a: unknown, b: unknown): void => {
    const [one, other] = [words(a), words(b)];
    if (one !== other) rows.push({ name, first: one, second: other });
  };
  const requests = [first.request, second.request].map(
    (request) => (request ?? {}) as Record<string, unknown>,
  );
  const [a = {}, b = {}] = requests;
  for (const key of new Set(['prompt', 'seed', ...Object.keys(a), ...Object.keys(b)])) {
    if (key !== 'version') add(names[key]?.() ?? key, a[key], b[key]);
  }
  add(t('fact.model'), first.model, second.model);
  add(t('fact.backend'), first.backend, second.backend);
  add(t('gallery.fact.size'), sizeOf(first), sizeOf(second));
  add(t('gallery.fact.made'), formatDate(first.createdAt), formatDate(second.createdAt));
  return rows;
}

const names: Record<string, () => string> = {
  prompt: () => t('create.prompt'),
  seed: () => t('create.seed'),
  steps: () => t('create.steps'),
  guidanceScale: () => t('create.guidance'),
  temperature: () => t('create.temperature'),
};

function sizeOf({ width, height }: GalleryItem): string {
  return t('gallery.fact.pixels', { w: width, h: height });
}

function words(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
