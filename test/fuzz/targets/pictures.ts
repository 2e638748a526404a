import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { publishedDefaults } from '../../../electron/contract/request.ts';
import { decodeImage, probeImage } from '../../../native/imaging/decode.ts';
import { encodePicture, findMetadata, metadataKeyword } from '../../../native/library/picture-metadata.ts';
import { encodePng, readPngHead } from '../../../native/library/png.ts';
import type { Seeded } from '../../support/seeded.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { jsonOf, mutateJson, mutateText } from '../mutate-json.ts';
import { accepted, demand, type FuzzCase, type FuzzTarget } from '../target.ts';

const folder = new URL('../../fixtures/imaging/pictures/', import.meta.url);
/** Pixels up to which the pixels themselves are decoded; the largest allowed would take a second each. */
const decodedPixels = 300_000;

function pictures(ending: string): Uint8Array[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
}

/** Makes the checksums of a PNG right again, so that damage gets past them. */
function mendChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) return;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
}

function damaged(corpus: readonly Uint8Array[], random: Seeded, ending: string): Uint8Array {
  const bytes = mutateBytes(random.pick(corpus), random, corpus);
  if (ending === '.png' && random.next() < 0.7) mendChecksums(bytes);
  return bytes;
}

function headers(ending: string): FuzzCase {
  const corpus = pictures(ending);
  return (random) => {
    const bytes = damaged(corpus, random, ending);
    const header = accepted(['file.invalid'], () => probeImage(bytes, 'a'));
    if (!header) return;
    const { width, height, orientation } = header;
    demand(width >= 1 && height >= 1 && width * height <= 100e6, `size ${width} x ${height}`);
    demand(orientation >= 1 && orientation <= 8, `orientation ${orientation}`);
  };
}

function pixels(): FuzzCase {
  const corpora = ['.png', '.jpg', '.webp'].map((ending) => [ending, pictures(ending)] as const);
  return (random) => {
    const [ending, corpus] = random.pick(corpora);
    const bytes = damaged(corpus, random, ending);
    const header = accepted(['file.invalid'], () => probeImage(bytes, 'a'));
    if (!header || header.width * header.height > decodedPixels) return;
    const decoded = accepted(['file.invalid'], () => decodeImage(bytes, 'a'));
    if (!decoded) return;
    const { width, height, rgb } = decoded.image;
    demand(rgb.length === width * height * 3, 'pixels and size disagree');
  };
}

function pngText(): FuzzCase {
  const metadata = {
    version: 1 as const,
    request: {
      version: 1 as const,
      task: 'text-to-image' as const,
      prompt: 'a red car — 红色的车',
      seed: 7,
      ...publishedDefaults,
    },
    model: { name: 'Nano', fingerprint: 'f'.repeat(64) },
    backend: 'cpu',
    createdBy: 'lavida-studio 1',
  };
  const image = { width: 2, height: 2, rgb: new Uint8Array(12) };
  const corpus = [encodePicture(image, metadata)];
  return (random) => {
    let bytes: Uint8Array;
    if (random.next() < 0.5) {
      const json = jsonOf(mutateJson(metadata, random));
      const text = random.next() < 0.3 ? mutateText(json, random) : json;
      bytes = encodePng(image, [{ keyword: metadataKeyword, text }], [metadataKeyword]);
    } else {
      bytes = mutateBytes(random.pick(corpus), random, corpus);
      mendChecksums(bytes);
    }
    const head = accepted(['file.invalid'], () => readPngHead(bytes, 'a'));
    if (!head) return;
    const found = findMetadata(head.texts);
    demand(found === null || found.request.prompt.length <= 20_000, 'a request beyond its limits');
  };
}

export const pictureTargets: FuzzTarget[] = [
  { name: 'png', open: () => headers('.png') },
  { name: 'jpeg', open: () => headers('.jpg') },
  { name: 'webp', open: () => headers('.webp') },
  { name: 'png-text', open: pngText },
  { name: 'pixels', open: pixels },
];
