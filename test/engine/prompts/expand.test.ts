import { describe, expect, it } from 'vitest';
import { expandPrompt, listEntries } from '../../../native/prompts/expand.ts';
import { parseTemplate, withoutComments } from '../../../native/prompts/template.ts';

const lists: Record<string, string[]> = {
  animal: ['fox', 'owl', 'bear', 'crab'],
  place: ['on __ground__', 'in the sky'],
  ground: ['grass', 'sand'],
  nothing: [],
  egg: ['a __hen__'],
  hen: ['an __egg__'],
};
const find = (name: string): string[] | null => lists[name] ?? null;
const seeds = Array.from({ length: 200 }, (_, i) => i * 7919);

function draw(template: string, seed: number, style = '') {
  return expandPrompt(template, style, seed, find);
}

describe('a prompt with wildcards and choices', () => {
  it('gives the same words for the same seed, and all of them over many seeds', () => {
    const template = 'a {red|blue|green} __animal__ __place__';
    for (const seed of seeds.slice(0, 20)) expect(draw(template, seed)).toEqual(draw(template, seed));
    const animals = new Set(seeds.map((seed) => draw('__animal__', seed).prompt));
    expect([...animals].sort()).toEqual(['bear', 'crab', 'fox', 'owl']);
    const colours = new Set(seeds.map((seed) => draw('{red|blue|green}', seed).prompt));
    expect([...colours].sort()).toEqual(['blue', 'green', 'red']);
  });

  it('stays what it always was for a seed: these words are part of old pictures', () => {
    expect(
      seeds.slice(0, 6).map((seed) => draw('a {red|blue} __animal__ {here|there}', seed).prompt),
    ).toEqual([
      'a red fox here',
      'a red crab here',
      'a red owl there',
      'a blue bear here',
      'a red crab there',
      'a blue bear here',
    ]);
  });

  it('tells what was drawn in the order of the text, lists inside lists after what holds them', () => {
    const found = seeds.map((seed) => draw('a __animal__ __place__ {by day|by night}', seed));
    const nested = found.find(({ drawn }) => drawn.length === 4);
    expect(nested?.drawn.map(({ from }) => from)).toEqual([
      '__animal__',
      '__place__',
      '__ground__',
      '{by day|by night}',
    ]);
    const [animal, place, , time] = nested?.drawn ?? [];
    expect(nested?.prompt).toBe(`a ${animal?.value ?? ''} ${place?.value ?? ''} ${time?.value ?? ''}`);
  });

  it('draws twice for two, and keeps the first draws when words are added behind', () => {
    const pairs = seeds.map((seed) => draw('__animal__ __animal__', seed).prompt.split(' '));
    expect(pairs.some(([one, other]) => one !== other)).toBe(true);
    for (const seed of seeds.slice(0, 30)) {
      const before = draw('__animal__ {a|b}', seed).prompt;
      expect(draw('__animal__ {a|b} and {c|d|e}', seed).prompt.startsWith(before)).toBe(true);
    }
  });

  it('takes choices inside choices and empty options', () => {
    const all = new Set(seeds.map((seed) => draw('{a {big|small} |}dog', seed).prompt));
    expect([...all].sort()).toEqual(['a big dog', 'a small dog', 'dog']);
  });

  it('leaves ordinary braces, underscores and escaped signs alone', () => {
    for (const text of ['a {curly} brace', 'an open { brace', 'snake_case and a __ gap', '{', '}|{', 'a | b'])
      expect(draw(text, 1).prompt).toBe(text);
    expect(draw(String.raw`\{a\|b\} and \__animal__`, 1).prompt).toBe('{a|b} and __animal__');
    expect(draw('{'.repeat(500) + 'a|b' + '}'.repeat(500), 3).problems).toEqual([]);
  });

  it('names lists that do not exist, are empty, or contain themselves, and draws the rest', () => {
    const { prompt, problems } = draw('__dragon__ and __nothing__ and __egg__ and __animal__', 5);
    expect(problems).toEqual([
      { kind: 'unknown', name: 'dragon' },
      { kind: 'empty', name: 'nothing' },
      { kind: 'circular', name: 'egg' },
    ]);
    expect(prompt).toMatch(/^__dragon__ and __nothing__ and a an __egg__ and (fox|owl|bear|crab)$/);
  });

  it('draws in any language', () => {
    const words = (name: string): string[] | null => (name === '动物' ? ['狐狸'] : null);
    expect(expandPrompt('一只__动物__', '', 1, words).prompt).toBe('一只狐狸');
  });
});

describe('a style', () => {
  it('stands around the prompt, and in front of it where it does not say where', () => {
    expect(draw('a fox', 1, 'a photo of {prompt}, natural light').prompt).toBe(
      'a photo of a fox, natural light',
    );
    expect(draw('a fox', 1, 'natural light').prompt).toBe('a fox, natural light');
    expect(draw('a $& fox', 1, '{prompt} twice: {prompt}').prompt).toBe('a $& fox twice: a $& fox');
  });

  it('may draw too, without shifting what the prompt draws', () => {
    const plain = seeds.map((seed) => draw('__animal__', seed).prompt);
    const styled = seeds.map((seed) => draw('__animal__', seed, '{oil|ink} painting of {prompt}'));
    expect(styled.map(({ drawn }) => drawn[0]?.value)).toEqual(plain);
    expect(new Set(styled.map(({ drawn }) => drawn[1]?.value))).toEqual(new Set(['oil', 'ink']));
  });
});

describe('comments', () => {
  it('go, from a # to the end of the line, but a colour code stays', () => {
    expect(withoutComments('a fox # not a wolf\n# nothing of this\non #33aa55 grass')).toBe(
      'a fox\non #33aa55 grass',
    );
    expect(draw('a fox # __dragon__', 1)).toEqual({ prompt: 'a fox', drawn: [], problems: [] });
    expect(listEntries('red\n\n  blue  \n# warm ones\nochre # earthy\n')).toEqual(['red', 'blue', 'ochre']);
  });
});

it('long prompts are read in a moment, whatever they hold', () => {
  for (const piece of ['{', '}', '|', '_', '__a', '\\', '{a|'])
    expect(parseTemplate(piece.repeat(3000)).length).toBeGreaterThan(0);
});
