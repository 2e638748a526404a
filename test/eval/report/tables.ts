import { tagNames } from '../geneval/prompts.ts';
import type { CaseRecord, TaskName } from '../run/case.ts';
import { reportedRounds } from '../tasks/text-to-image.ts';
import { ownCritiques } from './own-critiques.ts';

/** What the tables need besides the verdicts. */
export interface ReportFacts {
  /** GenEval's prompts within the world, and all of them. */
  geneval: { used: number; total: number };
  /** Fréchet distance of each sampler's pictures to the drawn scenes. */
  distances: Readonly<Record<string, number>>;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function cell(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits);
}

function share(cases: readonly CaseRecord[]): string {
  return cell(mean(cases.map(({ correct }) => (correct ? 1 : 0))));
}

function valueOf(cases: readonly CaseRecord[], name: string): number | null {
  return mean(cases.flatMap(({ values }) => values[name] ?? []));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Cases by a key, in the order the keys first come. */
function groups(cases: readonly CaseRecord[], key: (record: CaseRecord) => string): [string, CaseRecord[]][] {
  return [...Map.groupBy(cases, key)];
}

/** What the sets' own kinds of prompts are called that have no name of GenEval's. */
const ownNames: Readonly<Record<string, string>> = {
  held_out: 'held-out combinations',
  several: 'three or four objects',
};

/** GenEval's class of a group of prompts, or the kind of the sets' own. */
function tagName(group: string): string {
  const tag = group.replace(/^\w+\//u, '');
  return tagNames[tag] ?? ownNames[tag] ?? tag;
}

/** A row of the text-to-image table: whether each case was right, however it was asked, and whether pictures were clean. */
function pictureRow(
  name: string,
  cases: readonly { record: CaseRecord; right: number }[],
  own: readonly string[],
): string[] {
  const of = (keep: (record: CaseRecord) => boolean): number | null =>
    mean(cases.filter(({ record }) => keep(record)).map(({ right }) => right));
  const classes = Object.keys(tagNames).map((tag) => of(({ group }) => group === `geneval/${tag}`));
  const asked = classes.filter((value) => value !== null);
  const others = own.map((name) => of(({ group }) => group === name));
  const clean = valueOf(
    cases.map(({ record }) => record),
    'clean',
  );
  return [name, ...[...classes, mean(asked), ...others, clean].map((value) => cell(value))];
}

function pictures(cases: readonly CaseRecord[], { geneval }: ReportFacts): string {
  const first = groups(cases, ({ task, variant }) => `${task}/${variant}`)[0]?.[1] ?? [];
  const count = (group: string): number => first.filter((record) => record.group === group).length;
  const head = Object.entries(tagNames).map(([tag, name]) => `${name} (${count(`geneval/${tag}`)})`);
  const own = [...new Set(cases.map(({ group }) => group))].filter((group) => group.startsWith('own/'));
  const rows = groups(
    cases.filter(({ task }) => task === 't2i'),
    ({ variant }) => variant,
  ).map(([variant, part]) => {
    const right = part.map((record) => ({ record, right: record.correct ? 1 : 0 }));
    return pictureRow(variant === 'plan' ? 'with planning' : 'base', right, own);
  });
  for (const [variant, part] of groups(
    cases.filter(({ task }) => task === 'reflect'),
    ({ variant: name }) => name,
  )) {
    for (const rounds of reportedRounds) {
      const right = part.flatMap((record) => {
        const value = record.values[`N${rounds}`];
        return value === undefined ? [] : [{ record, right: value }];
      });
      if (right.length > 0) rows.push(pictureRow(`with ${variant}, N = ${rounds}`, right, own));
    }
  }
  const boxes = cases.reduce((sum, { values }) => sum + (values['boxes'] ?? 0), 0);
  const followed = cases.reduce((sum, { values }) => sum + (values['followed'] ?? 0), 0);
  return [
    `${geneval.used} of GenEval's ${geneval.total} prompts name objects and colours of the world alone; they are asked word for word. Overall is the mean of GenEval's classes; clean is a picture without specks, blots or smears.`,
    '',
    table(
      ['', ...head, 'overall', ...own.map((group) => `${tagName(group)} (${count(group)})`), 'clean'],
      rows,
    ),
    ...(boxes > 0
      ? [
          '',
          `Boxes of layouts in which the picture has what they name (IoU ≥ 0.5): ${cell(followed / boxes)} of ${boxes}.`,
        ]
      : []),
  ].join('\n');
}

function samplers(cases: readonly CaseRecord[], { distances }: ReportFacts): string {
  return table(
    ['order', 'pictures', 'right', 'Fréchet distance'],
    groups(cases, ({ variant }) => variant).map(([variant, part]) => [
      variant,
      String(part.length),
      share(part),
      cell(distances[variant] ?? null, 3),
    ]),
  );
}

function simple(
  cases: readonly CaseRecord[],
  key: (record: CaseRecord) => string,
  head: string,
  right: string,
  columns: readonly (readonly [title: string, value: string, digits?: number])[],
  total = true,
): string {
  const rows = groups(cases, key);
  if (total && rows.length > 1) rows.push(['all', [...cases]]);
  return table(
    [head, 'cases', right, ...columns.map(([title]) => title)],
    rows.map(([name, part]) => [
      name,
      String(part.length),
      share(part),
      ...columns.map(([, value, digits]) => cell(valueOf(part, value), digits)),
    ]),
  );
}

function grounding(cases: readonly CaseRecord[]): string {
  return table(
    ['', 'phrases', 'IoU ≥ 0.5', 'mean IoU', 'IoU ≥ 0.5 on held-out scenes'],
    groups(cases, ({ variant }) => variant).map(([variant, part]) => [
      variant,
      String(part.length),
      share(part),
      cell(valueOf(part, 'iou')),
      share(part.filter(({ heldOut }) => heldOut)),
    ]),
  );
}

interface Judged {
  /** Whether the picture is wrong, and whether the model says so. */
  wrong: boolean;
  caught: boolean;
}

function critiqueRow(name: string, judged: readonly Judged[]): string[] {
  const wrong = judged.filter((one) => one.wrong);
  const caught = judged.filter((one) => one.caught);
  const both = wrong.filter((one) => one.caught).length;
  return [
    name,
    String(judged.length),
    cell(mean(judged.map((one) => (one.wrong === one.caught ? 1 : 0)))),
    cell(caught.length > 0 ? both / caught.length : null),
    cell(wrong.length > 0 ? both / wrong.length : null),
  ];
}

function critiques(cases: readonly CaseRecord[]): string {
  const drawn = cases.filter(({ task }) => task === 'critique');
  const rows: string[][] = [];
  if (drawn.length > 0) {
    const judged = drawn.map(({ group, correct }) => {
      const wrong = group === 'wrong pictures';
      return { wrong, caught: wrong === correct };
    });
    rows.push(critiqueRow('drawn scenes', judged));
  }
  const own = ownCritiques(cases);
  if (own.length > 0) rows.push(critiqueRow('its own pictures (as the checker sees them)', own));
  return table(['', 'pictures', 'accuracy', 'mistakes: precision', 'mistakes: recall'], rows);
}

interface Section {
  title: string;
  tasks: readonly TaskName[];
  write: (cases: CaseRecord[], facts: ReportFacts) => string;
}

/** What edits are called that do not just begin from a drawn scene. */
const editHeads: Readonly<Record<string, string>> = {
  plan: 'kind, with planning',
  own: 'kind, of its own pictures',
};
const ownColumns = [
  ['its own picture was right', 'source'],
  ['success where it was', 'ofRight'],
] as const;

const sections: readonly Section[] = [
  {
    title: 'The checker itself, on scenes whose truth is known',
    tasks: ['checker'],
    write: (cases) =>
      simple(
        cases,
        ({ variant }) => variant,
        'scenes',
        'objects, colours and counts',
        [
          ['objects', 'names'],
          ['count', 'count'],
          ['sizes', 'sizes'],
          ['ways they face', 'ways'],
          ['background', 'background'],
          ['clean', 'clean'],
          ['mean IoU', 'iou'],
        ],
        false,
      ),
  },
  { title: 'Text to image', tasks: ['t2i', 'reflect'], write: pictures },
  { title: 'Order of revealing', tasks: ['samplers'], write: samplers },
  {
    title: 'Plans',
    tasks: ['plan'],
    write: (cases) =>
      simple(cases, ({ group }) => tagName(group), 'prompts', 'valid', [
        ['readable', 'readable'],
        ['names and counts', 'names'],
        ['relation', 'relation'],
        ['boxes apart', 'apart'],
      ]),
  },
  { title: 'Grounding', tasks: ['ground'], write: grounding },
  {
    title: 'Questions',
    tasks: ['ask'],
    write: (cases) => simple(cases, ({ group }) => group, 'kind', 'right', []),
  },
  {
    title: 'Captions with boxes',
    tasks: ['caption'],
    write: (cases) =>
      simple(cases, ({ group }) => group, 'scenes', 'everything found and nothing else', [
        ['precision', 'precision'],
        ['recall', 'recall'],
        ['named, wherever', 'names'],
      ]),
  },
  { title: 'Critiques', tasks: ['critique', 'reflect'], write: critiques },
  {
    title: 'Edits',
    tasks: ['edit'],
    write: (cases) =>
      groups(cases, ({ variant }) => variant)
        .map(([variant, of]) =>
          simple(of, ({ group }) => group, editHeads[variant] ?? 'kind', 'success', [
            ...(variant === 'own' ? ownColumns : []),
            ['clean', 'clean'],
            ['error of untouched pixels (levels of 255)', 'untouched', 1],
            ['the same by the VQ alone', 'untouchedVq', 1],
          ]),
        )
        .join('\n\n'),
  },
];

/** The figures of an evaluation in Markdown, one section for each task that has cases. */
export function figures(cases: readonly CaseRecord[], facts: ReportFacts): string {
  const written = sections.flatMap(({ title, tasks, write }) => {
    const own = cases.filter(({ task }) => tasks.includes(task));
    return own.length === 0 ? [] : [`### ${title}\n\n${write(own, facts)}`];
  });
  return `${written.join('\n\n')}\n`;
}
