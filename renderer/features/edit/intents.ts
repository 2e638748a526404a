import { Brush, Eraser, Expand, ImagePlus, Mountain, WandSparkles, type LucideIcon } from 'lucide-react';
import type { EditIntent, EditRequest } from '../../../electron/contract/request.ts';
import type { PlainKey } from '../../i18n/index.ts';
import type { EditDraft, RegionChoice } from '../../state/task-drafts.ts';

export const intentIcons: Record<EditIntent, LucideIcon> = {
  edit: WandSparkles,
  fill: Brush,
  expand: Expand,
  remove: Eraser,
  background: Mountain,
};

/** Of the quick choices of an extension. */
export const zoomOutIcon = ImagePlus;

/** The words of a draft as its intent takes them. */
export function wordsOf({ intent, instruction, words }: EditDraft): string {
  return intent === 'edit' ? instruction : words[intent];
}

/** The draft with other words for its intent. */
export function withWords({ intent, words }: EditDraft, text: string): Partial<EditDraft> {
  return intent === 'edit' ? { instruction: text } : { words: { ...words, [intent]: text } };
}

/** Whether the words say what is there afterwards rather than what to do. */
export function describes(intent: EditIntent): boolean {
  return intent === 'fill' || intent === 'expand';
}

const place = /^(on|in|at|under|by|near|inside|before|behind)\s/i;

/** The prompt that an intent makes of the user's words, in the language the models read. */
export function promptOf(draft: EditDraft): string {
  const words = wordsOf(draft).trim();
  if (words === '') return '';
  const bare = words.replace(/\.+$/u, '');
  switch (draft.intent) {
    case 'remove':
      return /^(the|all|every|both|a|an|my)\s/i.test(bare) ? `Remove ${bare}.` : `Remove the ${bare}.`;
    case 'background':
      return place.test(bare) ? `Put it ${bare}.` : `Change the background to ${bare}.`;
    default:
      return words;
  }
}

/** What the button that runs an edit says it will do. */
export function runLabel({ intent, context }: EditDraft, region: RegionChoice): PlainKey {
  if (intent !== 'edit') return `edit.run.${intent}`;
  if (region !== 'none') return 'edit.run.selection';
  return context === 'frame' ? 'edit.run.frame' : 'edit.run.picture';
}

/** What a finished edit was asked for as; files of other programs do not say it. */
export function intentOf({ origin, extend, reads }: EditRequest): EditIntent {
  return origin?.intent ?? (extend ? 'expand' : reads === 'description' ? 'fill' : 'edit');
}
