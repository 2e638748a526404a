import type { RgbImage } from '../../electron/contract/events.ts';
import type { ExportFormat, ExportSettings } from '../../electron/contract/traces.ts';
import { LavidaError } from '../errors.ts';
import { encodePng } from '../library/png.ts';
import { TraceFile } from '../trace/reader.ts';
import { stepPicture, type Decoder } from '../trace/step-picture.ts';
import { readTextTrace } from '../trace/text-reader.ts';
import { drawSheet, encodeGif, type SheetPicture } from './pictures.ts';
import { runJson } from './run-json.ts';

/** How the files are named and what they are. */
export const exportTypes: Readonly<Record<ExportFormat, { ending: string; mime: string }>> = {
  gif: { ending: '.gif', mime: 'image/gif' },
  sheet: { ending: '.sheet.png', mime: 'image/png' },
  json: { ending: '.json', mime: 'application/json' },
};

interface Place {
  round: number;
  finished: number;
}

/** Every moment of a run that has a picture: before the first step and after each, round by round. */
function placesOf(trace: TraceFile): Place[] {
  return trace.rounds.flatMap(({ round, steps }) =>
    steps === 0 ? [] : Array.from({ length: steps + 1 }, (_, finished) => ({ round, finished })),
  );
}

/** At most `most` of a list at even distances, the first and the last among them. */
export function thinned<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as T);
}

/**
 * A recorded run as the bytes of a file: a GIF of all its steps, a PNG sheet of some, or JSON.
 * @param decoder turns codes into pictures; not asked for JSON
 * @throws LavidaError file.missing, file.invalid; request.invalid for pictures of a run that made none; model.other
 */
export async function exportRun(
  path: string,
  settings: ExportSettings,
  decoder: Decoder,
): Promise<Uint8Array> {
  const text = await readTextTrace(path);
  const makesPicture = text.request.task === 'text-to-image' || text.request.task === 'edit';
  const trace = makesPicture ? await TraceFile.open(path) : null;
  try {
    if (settings.format === 'json') return new TextEncoder().encode(await runJson(trace, text));
    const places = trace ? placesOf(trace) : [];
    if (!trace || places.length === 0) {
      throw new LavidaError('request.invalid', 'This run has no steps with a picture; export it as JSON.');
    }
    const draw = ({ finished, round }: Place): Promise<RgbImage> =>
      stepPicture(trace, decoder, finished, settings.kind, round);
    if (settings.format === 'gif') {
      const frames = async function* (): AsyncGenerator<RgbImage> {
        for (const place of places) yield await draw(place);
      };
      return await encodeGif(frames(), settings.framesPerSecond);
    }
    const pictures: SheetPicture[] = [];
    for (const place of thinned(places, settings.pictures)) {
      const prefix = trace.rounds.length > 1 ? `${place.round}.` : '';
      const steps = trace.rounds.find(({ round }) => round === place.round)?.steps ?? 0;
      pictures.push({ image: await draw(place), label: `${prefix}${place.finished}/${steps}` });
    }
    return encodePng(drawSheet(pictures), []);
  } finally {
    await trace?.close();
  }
}
