import { z } from 'zod';
import {
  pictureRequestSchema,
  withoutPictures,
  type PictureRequest,
} from '../../electron/contract/request.ts';
import { runStorySchema } from '../../electron/contract/runs.ts';
import type { RgbImage } from '../../electron/contract/events.ts';
import { encodePng, type PngText } from './png.ts';
import { parseJson } from '../parse-json.ts';

/** Keyword of the iTXt chunk that holds the versioned JSON (docs/png-metadata.md). */
export const metadataKeyword = 'lavida-studio';
/** Keyword under which other programs look for a one-line summary. */
const summaryKeyword = 'parameters';

/** What a picture of ours says about itself. Nothing in it changes from run to run. */
const pictureMetadataSchema = z.object({
  version: z.literal(1),
  request: pictureRequestSchema,
  model: z.object({ name: z.string().max(200), fingerprint: z.string().max(200) }),
  backend: z.string().max(64),
  createdBy: z.string().max(200),
  ...runStorySchema.shape,
  /** Of an earlier round's picture: which round of the request it is, from 1. */
  round: z.int().min(1).max(20).optional(),
});
export type PictureMetadata = z.infer<typeof pictureMetadataSchema>;

/** A finished picture as the bytes of a PNG that carries everything needed to make it again. */
export function encodePicture(image: RgbImage, metadata: PictureMetadata): Uint8Array {
  const texts = [
    {
      keyword: metadataKeyword,
      text: JSON.stringify({ ...metadata, request: withoutPictures(metadata.request) }),
    },
    { keyword: summaryKeyword, text: summaryLine(image, metadata) },
  ];
  return encodePng(image, texts, [metadataKeyword]);
}

/** The metadata among a PNG's texts, or null when it has none of ours or a damaged one. */
export function findMetadata(texts: readonly PngText[]): PictureMetadata | null {
  const found = texts.find((entry) => entry.keyword === metadataKeyword);
  if (!found) return null;
  try {
    const parsed = pictureMetadataSchema.safeParse(parseJson(found.text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The prompt and a "Steps: …, Seed: …" line in the form gallery programs read. */
function summaryLine(image: RgbImage, { request, model }: PictureMetadata): string {
  return `${request.prompt}\n${settingsLine(image, request, model)}`;
}

function settingsLine(image: RgbImage, request: PictureRequest, model: PictureMetadata['model']): string {
  const entries: [string, string | number][] = [
    ['Steps', request.steps],
    ['Sampler', request.order],
    ['Schedule type', `${request.schedule.name} ${String(request.schedule.shift)}`],
    // Other programs write ℓ = uncond + s·(cond − uncond); ours is s = 1 + w.
    ['CFG scale', 1 + request.guidanceScale],
    ['Seed', request.seed],
    ['Size', `${String(image.width)}x${String(image.height)}`],
    ['Temperature', request.temperature],
    ['Model', model.name.replaceAll(',', ' ')],
    ['Model hash', model.fingerprint.slice(0, 10)],
  ];
  return entries.map(([name, value]) => `${name}: ${String(value)}`).join(', ');
}
