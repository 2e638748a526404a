import type { ExpandedPrompt } from '../../electron/contract/prompts.ts';
import { RandomStream } from '../sampler/random.ts';
import { parseTemplate, withoutComments, type TemplatePart } from './template.ts';

/** What stands for the prompt in a style. */
const placeholder = '{prompt}';
/** What a request has room for to tell what was drawn. */
const maxDrawn = { count: 256, text: 2000, value: 20_000 } as const;

/** Entries of a wildcard list; null when there is no such list. */
export type FindList = (name: string) => readonly string[] | null;

/** The entries of a list's text: its lines without comments, empty ones left out. */
export function listEntries(text: string): string[] {
  return withoutComments(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * Draws what a prompt becomes for a seed: comments go, wildcards become an entry of their list and choices one of their
 * options, both of which may hold more of the same; then the style is put around it. The n-th draw of a text depends on
 * the seed and n alone, so words added at the end change nothing before them. Draws are told in the order of the text,
 * each before those inside it.
 * @param style template with `{prompt}`; without it the prompt comes first; '' for none
 */
export function expandPrompt(template: string, style: string, seed: number, find: FindList): ExpandedPrompt {
  const own = new Drawing(seed, 0, find);
  const prompt = own.text(withoutComments(template)).trim();
  if (style.trim() === '') return { prompt, drawn: own.drawn, problems: own.problems };
  const around = new Drawing(seed, 1, find);
  const written = style.includes(placeholder) ? style : `${placeholder}, ${style}`;
  const [before = '', ...after] = written.split(placeholder);
  const styled = [before, ...after].map((piece) => around.text(withoutComments(piece)));
  return {
    prompt: styled
      .join(prompt)
      .replace(/[^\S\n]+/gu, ' ')
      .trim(),
    drawn: [...own.drawn, ...around.drawn],
    problems: [...own.problems, ...around.problems],
  };
}

class Drawing {
  readonly drawn: ExpandedPrompt['drawn'] = [];
  readonly problems: ExpandedPrompt['problems'] = [];
  readonly #seed: number;
  readonly #text: number;
  readonly #find: FindList;
  #draws = 0;

  constructor(seed: number, text: number, find: FindList) {
    this.#seed = seed;
    this.#text = text;
    this.#find = find;
  }

  text(template: string): string {
    return this.#join(parseTemplate(template), []);
  }

  /** @param inside lists being drawn from, outermost first */
  #join(parts: readonly TemplatePart[], inside: readonly string[]): string {
    return parts.map((part) => this.#become(part, inside)).join('');
  }

  #become(part: TemplatePart, inside: readonly string[]): string {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'choice') return this.#draw(part.source, part.options, (o) => this.#join(o, inside));
    return this.#wildcard(part.name, inside);
  }

  #wildcard(name: string, inside: readonly string[]): string {
    const entries = this.#find(name);
    const problem = inside.includes(name)
      ? 'circular'
      : entries === null
        ? 'unknown'
        : entries.length === 0
          ? 'empty'
          : null;
    const source = `__${name}__`;
    if (problem) {
      if (!this.problems.some((known) => known.name === name && known.kind === problem))
        this.problems.push({ kind: problem, name });
      return source;
    }
    const within = [...inside, name];
    return this.#draw(source, entries ?? [], (entry) => this.#join(parseTemplate(entry), within));
  }

  #draw<T>(from: string, options: readonly T[], become: (option: T) => string): string {
    const stream = new RandomStream(this.#seed, 'wildcard', this.#text, this.#draws);
    this.#draws += 1;
    const told = { from: from.slice(0, maxDrawn.text), value: '' };
    if (this.drawn.length < maxDrawn.count) this.drawn.push(told);
    const value = become(options[stream.below(options.length)] as T);
    told.value = value.slice(0, maxDrawn.value);
    return value;
  }
}
