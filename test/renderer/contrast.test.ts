import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/cli.ts';

type Rgba = readonly [number, number, number, number];
type Tokens = Readonly<Record<string, Rgba>>;

const css = readFileSync(join(projectRoot, 'renderer', 'theme', 'themes.css'), 'utf8');

function parseColour(hex: string): Rgba {
  const short = hex.length <= 5;
  const part = (i: number): number => {
    const digits = short ? hex.slice(1 + i, 2 + i).repeat(2) : hex.slice(1 + 2 * i, 3 + 2 * i);
    return digits === '' ? 255 : parseInt(digits, 16);
  };
  return [part(0), part(1), part(2), part(3) / 255];
}

/** The colours of one theme, by token. */
function tokensOf(theme: string): Tokens {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`, 'u').exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{3,8});/gu)].map(([, name = '', hex = '']) => [
      name,
      parseColour(hex),
    ]),
  );
}

function over([r, g, b, a]: Rgba, [R, G, B]: Rgba): Rgba {
  return [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
}

/** Relative luminance, WCAG 2.2. */
function luminance([r, g, b]: Rgba): number {
  const linear = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(one: Rgba, other: Rgba): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ['bg', 'canvas', 'panel', 'raise', 'raise-2', 'field'];
/** Text colours, and the surfaces they are written on. */
const texts: Record<string, readonly string[]> = {
  text: surfaces,
  'text-2': surfaces,
  'text-3': ['bg', 'panel', 'raise', 'field'],
  'accent-text': ['panel', 'raise', 'field'],
  good: ['panel', 'raise'],
  warn: ['panel', 'raise'],
  bad: ['panel', 'raise', 'field'],
};

for (const [theme, wanted] of [
  ['dark', 4.5],
  ['light', 4.5],
  ['contrast', 7],
] as const) {
  const tokens = tokensOf(theme);
  const token = (name: string): Rgba => {
    const colour = tokens[name];
    if (!colour) throw new Error(`The ${theme} theme has no colour ${name}.`);
    return colour;
  };

  test(`${theme}: texts are readable on every surface they stand on`, () => {
    const weak = Object.entries(texts).flatMap(([text, on]) =>
      on
        .map((surface) => ({ pair: `${text} on ${surface}`, ratio: contrast(token(text), token(surface)) }))
        .filter(({ ratio }) => ratio < wanted)
        .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`),
    );
    for (const [text, soft] of [
      ['accent-text', 'accent-soft'],
      ['bad', 'bad-soft'],
    ] as const) {
      const ratio = contrast(token(text), over(token(soft), token('panel')));
      if (ratio < 4.5) weak.push(`${text} on ${soft}: ${ratio.toFixed(2)}`);
    }
    for (const [text, fill] of [
      ['on-accent', 'accent'],
      ['on-accent', 'accent-2'],
      ['on-playhead', 'playhead'],
    ] as const) {
      const ratio = contrast(token(text), token(fill));
      if (ratio < wanted) weak.push(`${text} on ${fill}: ${ratio.toFixed(2)}`);
    }
    expect(weak).toEqual([]);
  });

  test(`${theme}: focus, playhead and curves stand out from what is behind them`, () => {
    const weak = (['focus', 'playhead', 'curve-1', 'curve-2', 'accent'] as const).flatMap((name) =>
      (['bg', 'panel', 'raise', 'field'] as const)
        .filter((surface) => contrast(token(name), token(surface)) < 3)
        .map((surface) => `${name} on ${surface}`),
    );
    expect(weak).toEqual([]);
  });

  test(`${theme}: has every colour of the dark theme`, () => {
    expect(Object.keys(tokens).sort()).toEqual(Object.keys(tokensOf('dark')).sort());
  });
}
