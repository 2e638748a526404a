import type { NotedBox } from '../../../electron/contract/notes.ts';

/** The ways boxes leave the studio; all of them in pixels of the original picture. */
export const exportFormats = ['coco', 'json', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportPicture {
  name: string;
  sha256: string;
  width: number;
  height: number;
}

/** A file to be saved, or a text to be copied. */
export interface ExportedBoxes {
  name: string;
  mediaType: string;
  text: string;
}

const endings: Record<ExportFormat, { ending: string; mediaType: string }> = {
  coco: { ending: '.coco.json', mediaType: 'application/json' },
  json: { ending: '.boxes.json', mediaType: 'application/json' },
  csv: { ending: '.boxes.csv', mediaType: 'text/csv' },
};

/** Boxes of a picture in one of the formats. Boxes are clipped to the picture; empty ones are left out. */
export function exportBoxes(
  format: ExportFormat,
  picture: ExportPicture,
  boxes: readonly NotedBox[],
): ExportedBoxes {
  const { ending, mediaType } = endings[format];
  const clipped = boxes.flatMap((box) => clip(box, picture));
  const name = picture.name.replace(/\.(png|jpe?g|webp)$/iu, '') + ending;
  return { name, mediaType, text: writers[format](picture, clipped) };
}

const writers: Record<ExportFormat, (picture: ExportPicture, boxes: readonly NotedBox[]) => string> = {
  coco: (picture, boxes) => `${JSON.stringify(cocoOf(picture, boxes), null, 2)}\n`,
  json: (picture, boxes) => `${JSON.stringify(plainOf(picture, boxes), null, 2)}\n`,
  csv: csvOf,
};

/** COCO's object-detection format, with `score` as its results have it and what it has no place for in `attributes`. */
interface Coco {
  info: { description: string; version: string };
  licenses: [];
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    /** Left, top, width, height. */
    bbox: [number, number, number, number];
    area: number;
    segmentation: [];
    iscrowd: 0;
    score?: number;
    attributes: { source: string; loc?: string; edited: boolean };
  }[];
  categories: { id: number; name: string; supercategory: string }[];
}

/** COCO wants every category to have a name. */
const nameless = 'object';

function cocoOf({ name, width, height }: ExportPicture, boxes: readonly NotedBox[]): Coco {
  const labelOf = ({ label }: NotedBox): string => label.trim() || nameless;
  const labels = [...new Set(boxes.map(labelOf))];
  return {
    info: { description: 'Boxes from Lavida Studio', version: '1' },
    licenses: [],
    images: [{ id: 1, file_name: name, width, height }],
    annotations: boxes.map((noted, i) => {
      const { confidence, raw, origin, original } = noted;
      const [x0, y0, x1, y1] = noted.box;
      const [w, h] = [tidy(x1 - x0), tidy(y1 - y0)];
      return {
        id: i + 1,
        image_id: 1,
        category_id: labels.indexOf(labelOf(noted)) + 1,
        bbox: [x0, y0, w, h],
        area: tidy(w * h),
        segmentation: [],
        iscrowd: 0,
        ...(confidence === null ? {} : { score: confidence }),
        attributes: { source: origin, ...(raw === null ? {} : { loc: raw }), edited: original !== null },
      };
    }),
    categories: labels.map((label, i) => ({ id: i + 1, name: label, supercategory: '' })),
  };
}

function plainOf({ name, sha256, width, height }: ExportPicture, boxes: readonly NotedBox[]): object {
  return {
    format: 'lavida-studio-boxes',
    version: 1,
    picture: { name, sha256, width, height },
    boxes: boxes.map(({ label, box, origin, raw, confidence, original }) => {
      const [left, top, right, bottom] = box;
      return { label, left, top, right, bottom, source: origin, confidence, loc: raw, original };
    }),
  };
}

const csvHead = [
  'file_name',
  'image_width',
  'image_height',
  'label',
  'left',
  'top',
  'right',
  'bottom',
  'source',
  'confidence',
  'loc',
];

function csvOf({ name, width, height }: ExportPicture, boxes: readonly NotedBox[]): string {
  const rows = boxes.map(({ label, box, origin, confidence, raw }) => [
    name,
    width,
    height,
    label,
    ...box,
    origin,
    confidence ?? '',
    raw ?? '',
  ]);
  return [csvHead, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** RFC 4180: quoted where needed. A leading sign of a formula is disarmed for spreadsheets. */
function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function clip(noted: NotedBox, { width, height }: ExportPicture): NotedBox[] {
  const [x0, y0, x1, y1] = noted.box;
  const box: NotedBox['box'] = [
    tidy(Math.max(0, x0)),
    tidy(Math.max(0, y0)),
    tidy(Math.min(width, x1)),
    tidy(Math.min(height, y1)),
  ];
  return box[2] > box[0] && box[3] > box[1] ? [{ ...noted, box }] : [];
}

/** A thousandth of a pixel is all anybody needs. */
function tidy(value: number): number {
  return Math.round(value * 1000) / 1000;
}
