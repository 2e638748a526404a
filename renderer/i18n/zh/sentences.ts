import { engineDetails } from './errors.ts';
import { fileSentences } from './sentences/files.ts';
import { modelSentences } from './sentences/models.ts';
import { runSentences } from './sentences/runs.ts';
import { storeSentences } from './sentences/store.ts';

/** Names in braces that stand for words of the studio, and not for a name, a path or a number of the user's. */
const phrases = new Set(['why', 'part', 'task', 'what', 'how', 'where']);

/** Longer lines are of other programs, as of a compiler or a network. */
const longest = 1000;

interface Form {
  pattern: RegExp;
  chinese: string;
}

/** How much of a form is fixed: of two that fit, the one that says more is meant. */
function fixedLength(form: string): number {
  return form.replace(/\{\w+\}/gu, '').length;
}

function compile([form, chinese]: [string, string]): Form {
  const source = form
    .split(/\{(\w+)\}/u)
    .map((piece, i) => (i % 2 === 1 ? `(?<${piece}>.+?)` : piece.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')))
    .join('');
  return { pattern: new RegExp(`^${source}$`, 'su'), chinese };
}

let forms: readonly Form[] | null = null;

function knownForms(): readonly Form[] {
  forms ??= Object.entries({
    ...engineDetails,
    ...modelSentences,
    ...storeSentences,
    ...fileSentences,
    ...runSentences,
  })
    .sort(([a], [b]) => fixedLength(b) - fixedLength(a))
    .map(compile);
  return forms;
}

function fill({ chinese }: Form, values: Record<string, string>): string {
  return chinese.replace(/\{(\w+)\}/gu, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return phrases.has(name) ? (translate(value) ?? value) : value;
  });
}

function translate(text: string): string | null {
  if (text.length > longest) return null;
  for (const form of knownForms()) {
    const found = form.pattern.exec(text);
    if (found) return fill(form, found.groups ?? {});
  }
  return null;
}

/**
 * A sentence of the studio, several of them, or one with its cause in brackets, in Chinese; null where one of the
 * sentences is not known.
 */
export function chineseSentence(text: string): string | null {
  const sentences = text.split(/(?<=[.]) (?=[A-Z"/])/u);
  const each = sentences.length > 1 ? sentences.map(translate) : [null];
  if (!each.includes(null)) return each.join('');
  const whole = translate(text);
  if (whole !== null) return whole;
  const [, sentence = '', cause = ''] = /^(.+[.]) \((.+)\)$/su.exec(text) ?? [];
  const said = sentence === '' ? null : chineseSentence(sentence);
  return said === null ? null : `${said}（${chineseSentence(cause) ?? cause}）`;
}
