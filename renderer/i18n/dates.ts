import { t } from './index.ts';

/** Dates are written by the language of the page. */
function format(options: Intl.DateTimeFormatOptions, date: Date): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en', options).format(date);
}

/** Day and time as the user's language writes them. */
export function formatDate(iso: string): string {
  return format({ dateStyle: 'medium', timeStyle: 'short' }, new Date(iso));
}

/** A day: today, yesterday, or its date. */
export function formatDay(iso: string): string {
  const date = new Date(iso);
  const now = new Date();
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (date.getTime() >= today) return t('day.today');
  if (date.getTime() >= new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime())
    return t('day.yesterday');
  const sameYear = date.getFullYear() === now.getFullYear();
  return format({ month: 'short', day: 'numeric', ...(sameYear ? {} : { year: 'numeric' }) }, date);
}
