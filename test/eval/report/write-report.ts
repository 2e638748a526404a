import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { writeFileSafely } from '../../../native/library/safe-file.ts';
import { encodePng } from '../../../native/library/png.ts';
import type { Bench } from '../run/bench.ts';
import { slugOf } from '../run/case.ts';
import { spread } from '../run/spread.ts';
import type { Identity, Recording } from '../run/record.ts';
import { contactSheet, type Tile } from './contact-sheet.ts';
import { samplerDistances } from './distances.ts';
import { figures } from './tables.ts';

/** Results on one contact sheet at most. */
const mostTiles = 96;

/** Writes verdicts (JSON) and figures (Markdown, beside it); returns the figures. */
export async function writeReport(
  out: string,
  bench: Bench,
  recording: Recording,
  identity: Identity,
): Promise<string> {
  const geneval = { used: bench.geneval.length, total: bench.genevalTotal };
  const distances = await samplerDistances(bench, recording);
  const text = figures(recording.cases, { geneval, distances });
  const { name, version, parameters, defaults } = bench.subject.info;
  const report = {
    ...identity,
    version,
    parameters,
    defaults,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads, Node ${process.versions.node}`,
    geneval,
    distances,
    cases: recording.cases,
  };
  await writeFileSafely(resolve(out), Buffer.from(`${JSON.stringify(report, null, 1)}\n`));
  const heading = `Measured on ${name} ${version} (${identity.fingerprint.slice(0, 12)}), seed ${identity.seed}.\n\n`;
  await writeFileSafely(resolve(`${out}.md`), Buffer.from(heading + text));
  return text;
}

/** Writes a contact sheet of each task and variant: `sheet.png` to `sheet.t2i-base.png`. Returns the file names. */
export async function writeSheets(file: string, recording: Recording): Promise<string[]> {
  const written: string[] = [];
  const kinds = Map.groupBy(recording.cases, ({ task, variant }) => `${task}-${variant}`);
  for (const [kind, records] of kinds) {
    const tiles: Tile[] = [];
    for (const record of spread(
      records.filter(({ picture }) => picture !== null),
      mostTiles,
      ({ group }) => group,
    )) {
      const image = await recording.picture(record);
      if (image) tiles.push({ image, correct: record.correct, lines: [record.label, record.reason] });
    }
    if (tiles.length === 0) continue;
    const path = resolve(file.replace(/(\.png)?$/u, `.${slugOf(kind)}.png`));
    await writeFileSafely(path, encodePng(contactSheet(tiles), []));
    written.push(path);
  }
  return written;
}
