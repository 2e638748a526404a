import type { Place, RunFilm } from './film.ts';
import { cellStates, statesAt, type RunRecord } from './record.ts';

/** Names of exact numbers, in the order they are shown. */
export type FactName =
  | 'run'
  | 'task'
  | 'seed'
  | 'order'
  | 'schedule'
  | 'temperature'
  | 'guidance'
  | 'grid'
  | 'codebook'
  | 'step'
  | 'revealed'
  | 'open'
  | 'meanConfidence'
  | 'meanEntropy'
  | 'milliseconds';

interface Fact {
  name: FactName;
  /** In full precision. */
  value: string;
}

/** What is exactly known of a run and of the step at a place. */
export function runFacts(film: RunFilm, place: Place | null): Fact[] {
  const { request } = film;
  const facts: Fact[] = [
    { name: 'run', value: film.id },
    { name: 'task', value: request.task },
  ];
  if ('seed' in request) facts.push({ name: 'seed', value: String(request.seed) });
  if (request.task === 'text-to-image' || request.task === 'edit') {
    const { schedule } = request;
    facts.push(
      { name: 'order', value: request.order },
      {
        name: 'schedule',
        value: schedule.name === 'shift' ? `shift ${String(schedule.shift)}` : schedule.name,
      },
      { name: 'temperature', value: String(request.temperature) },
      { name: 'guidance', value: String(request.guidanceScale) },
    );
  }
  if (!place) return facts;
  const { scene, local } = place;
  const step = local - 1;
  facts.push({ name: 'step', value: `${String(local)} / ${String(scene.record.steps)}` });
  if (scene.kind === 'text') {
    const shown = scene.record.tokens.filter((token) => token.step < local).length;
    return [
      ...facts,
      { name: 'revealed', value: `${String(shown)} / ${String(scene.record.length)}` },
      ...known('meanConfidence', scene.record.meanByStep(({ confidence }) => confidence)[step]),
      ...known('meanEntropy', scene.record.meanByStep(({ entropy }) => entropy)[step]),
    ];
  }
  const { record } = scene;
  const { grid, codebookSize, transferCounts } = record.shape;
  const states = statesAt(record, local);
  return [
    ...facts,
    { name: 'grid', value: `${String(grid.width)} × ${String(grid.height)}` },
    { name: 'codebook', value: String(codebookSize) },
    ...known('revealed', transferCounts[step]),
    { name: 'open', value: String(states.filter((state) => state < 2).length) },
    ...known('meanConfidence', record.meanConfidence[step]),
    ...known('meanEntropy', record.meanEntropy[step]),
    ...known('milliseconds', record.stepMs[step]),
  ];
}

function known(name: FactName, value: number | undefined): Fact[] {
  return value === undefined ? [] : [{ name, value: String(value) }];
}

/** One line a token, tab-separated, with a heading: what a step said of every token of its scene. */
export function stepTable({ scene, local }: Place): string {
  const rows =
    scene.kind === 'picture'
      ? pictureRows(scene.record, local)
      : scene.record
          .placesAt(local)
          .map((token, position) =>
            token
              ? [position, token.id, token.token, token.step + 1, token.confidence, token.entropy ?? '']
              : [position, '', '', '', '', ''],
          );
  const heading =
    scene.kind === 'picture'
      ? ['row', 'column', 'state', 'code', 'draft', 'confidence', 'entropy', 'guidance', 'committed at step']
      : ['position', 'token id', 'token', 'committed at step', 'confidence', 'entropy'];
  return [heading, ...rows].map((row) => row.map(String).join('\t')).join('\n');
}

function pictureRows(record: RunRecord, position: number): (string | number)[][] {
  const data = record.step(position - 1);
  const states = statesAt(record, position);
  const { width } = record.shape.grid;
  return Array.from({ length: record.codes }, (_, cell) => {
    const open = data?.ids[cell] === record.shape.maskId;
    const committed = record.commitStep[cell] ?? 0;
    return [
      Math.floor(cell / width) + 1,
      (cell % width) + 1,
      cellStates[states[cell] ?? 0] ?? '',
      data && !open ? (data.ids[cell] ?? '') : '',
      data && open ? (data.drafted[cell] ?? '') : '',
      data?.confidence[cell] ?? '',
      data?.entropy[cell] ?? '',
      data?.guidanceDelta?.[cell] ?? '',
      committed < position ? committed + 1 : '',
    ];
  });
}
