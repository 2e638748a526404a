import { describe, expect, test } from 'vitest';
import type { NotedBox } from '../../../electron/contract/notes.ts';
import { exportBoxes } from '../../../renderer/features/ground/export.ts';

const picture = { name: 'street, "old".JPG', sha256: 'a'.repeat(64), width: 640, height: 427 };

function box(id: string, label: string, edges: NotedBox['box'], more: Partial<NotedBox> = {}): NotedBox {
  return { id, label, box: edges, origin: 'drawn', raw: null, confidence: null, original: null, ...more };
}

const boxes = [
  box('1', 'red car', [12.34567, 20, 110.5, 220], {
    origin: 'ground',
    raw: '<LOC_BEGIN><LOC_20><LOC_203><LOC_177><LOC_523><LOC_END>',
    confidence: 0.75,
    original: [10, 20, 110.5, 220],
  }),
  box('2', 'dog, "black"', [-30, 300, 60, 500]),
  box('3', 'red car', [600, 10, 700, 50], { origin: 'answer' }),
  box('4', 'nowhere', [650, 10, 700, 50]),
  box('5', '', [5, 5, 6, 6]),
];

/** The rules a reader of COCO files relies on, written out by hand. */
function cocoFaults(text: string): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
  const file = JSON.parse(text) as Record<string, unknown>;
  const list = (key: string): Record<string, unknown>[] => {
    must(Array.isArray(file[key]), `${key} is no list`);
    return (file[key] ?? []) as Record<string, unknown>[];
  };
  const unique = (
    entries: Record<string, unknown>[],
    what: string,
  ): Map<unknown, Record<string, unknown>> => {
    const byId = new Map(entries.map((entry) => [entry['id'], entry]));
    must(byId.size === entries.length, `${what} ids repeat`);
    for (const id of byId.keys()) must(isId(id), `${what} id ${String(id)}`);
    return byId;
  };
  const images = unique(list('images'), 'image');
  for (const image of images.values()) {
    must(typeof image['file_name'] === 'string' && image['file_name'] !== '', 'file_name');
    must(isId(image['width']) && isId(image['height']), 'image size');
  }
  const categories = unique(list('categories'), 'category');
  const names = [...categories.values()].map((category) => category['name']);
  must(
    names.every((name) => typeof name === 'string' && name !== ''),
    'a category has no name',
  );
  must(new Set(names).size === names.length, 'category names repeat');
  for (const annotation of unique(list('annotations'), 'annotation').values()) {
    const image = images.get(annotation['image_id']);
    must(image !== undefined, 'an annotation names no image');
    must(categories.has(annotation['category_id']), 'an annotation names no category');
    const bbox = annotation['bbox'] as number[];
    must(Array.isArray(bbox) && bbox.length === 4 && bbox.every(Number.isFinite), 'bbox');
    const [x = 0, y = 0, w = 0, h = 0] = bbox;
    must(x >= 0 && y >= 0 && w > 0 && h > 0, `bbox ${bbox.join()}`);
    must(x + w <= (image?.['width'] as number) + 1e-9, 'bbox leaves the picture on the right');
    must(y + h <= (image?.['height'] as number) + 1e-9, 'bbox leaves the picture at the bottom');
    must(Math.abs((annotation['area'] as number) - w * h) < 0.01, 'area is not width times height');
    must(annotation['iscrowd'] === 0 || annotation['iscrowd'] === 1, 'iscrowd');
    must(Array.isArray(annotation['segmentation']), 'segmentation');
    const { score } = annotation as { score?: number };
    must(score === undefined || (score >= 0 && score <= 1), 'score');
  }
  return faults;
}

describe('COCO JSON', () => {
  const made = exportBoxes('coco', picture, boxes);
  const file = JSON.parse(made.text) as {
    images: unknown[];
    annotations: { bbox: number[]; score?: number; category_id: number; attributes: object }[];
    categories: { id: number; name: string }[];
  };

  test('keeps every rule of the format', () => {
    expect(cocoFaults(made.text)).toEqual([]);
    expect(made.name).toBe('street, "old".coco.json');
  });

  test('the rules find what is wrong', () => {
    const bad = { ...file, annotations: [{ ...file.annotations[0], bbox: [1, 2, 0, 4], category_id: 9 }] };
    expect(cocoFaults(JSON.stringify(bad))).toContain('an annotation names no category');
    expect(cocoFaults(JSON.stringify(bad))).toContain('bbox 1,2,0,4');
  });

  test('boxes are left, top, width, height in original pixels, clipped to the picture', () => {
    expect(file.images).toEqual([{ id: 1, file_name: picture.name, width: 640, height: 427 }]);
    expect(file.annotations.map(({ bbox }) => bbox)).toEqual([
      [12.346, 20, 98.154, 200],
      [0, 300, 60, 127],
      [600, 10, 40, 40],
      [5, 5, 1, 1],
    ]);
  });

  test('one category a label; what the model wrote and whether it was changed goes along', () => {
    expect(file.categories.map(({ name }) => name)).toEqual(['red car', 'dog, "black"', 'object']);
    expect(file.annotations.map(({ category_id: id }) => id)).toEqual([1, 2, 1, 3]);
    expect(file.annotations[0]).toMatchObject({
      score: 0.75,
      attributes: { source: 'ground', edited: true, loc: boxes[0]?.raw },
    });
    expect(file.annotations[1]?.attributes).toEqual({ source: 'drawn', edited: false });
  });

  test('a picture without boxes is a valid file too', () => {
    expect(cocoFaults(exportBoxes('coco', picture, []).text)).toEqual([]);
  });
});

test('JSON says what it is, names the picture by its hash, and keeps the box as the model gave it', () => {
  const { text, name } = exportBoxes('json', picture, boxes);
  expect(name).toBe('street, "old".boxes.json');
  expect(JSON.parse(text)).toMatchObject({
    format: 'lavida-studio-boxes',
    version: 1,
    picture: { sha256: picture.sha256, width: 640, height: 427 },
    boxes: [
      { label: 'red car', left: 12.346, top: 20, right: 110.5, bottom: 220, original: [10, 20, 110.5, 220] },
      { label: 'dog, "black"', left: 0, bottom: 427, confidence: null, loc: null },
      { source: 'answer' },
      {},
    ],
  });
});

test('CSV quotes what needs it, ends its lines as the standard says, and feeds no formula to a spreadsheet', () => {
  const odd = [...boxes.slice(0, 2), box('6', '=HYPERLINK("x")', [1, 2, 3, 4])];
  const { text, mediaType } = exportBoxes('csv', picture, odd);
  expect(mediaType).toBe('text/csv');
  expect(text.split('\r\n')).toEqual([
    'file_name,image_width,image_height,label,left,top,right,bottom,source,confidence,loc',
    '"street, ""old"".JPG",640,427,red car,12.346,20,110.5,220,ground,0.75,' + (boxes[0]?.raw ?? ''),
    '"street, ""old"".JPG",640,427,"dog, ""black""",0,300,60,427,drawn,,',
    `"street, ""old"".JPG",640,427,"'=HYPERLINK(""x"")",1,2,3,4,drawn,,`,
    '',
  ]);
});
