// Renders the Fluent emoji named in list.json into one sprite sheet (sheet.png) and its index (sheet.json).
// Usage, from a folder where `npm i @iconify-json/fluent-emoji @resvg/resvg-js` was run:  node render.mjs [OUT_DIR]
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? here;
const require = createRequire(join(process.cwd(), 'package.json'));
const { Resvg } = require('@resvg/resvg-js');
const set = require('@iconify-json/fluent-emoji/icons.json');

const CELL = 128;
const COLUMNS = 9;
const list = JSON.parse(readFileSync(join(here, 'list.json'), 'utf8'));
const names = Object.keys(list);
const rows = Math.ceil(names.length / COLUMNS);

/** Ids are prefixed so that gradients of different icons cannot collide inside one SVG. */
function icon(name, index) {
  const key = set.icons[name] ? name : set.aliases?.[name]?.parent;
  const found = set.icons[key];
  if (!found) throw new Error(`no icon called ${name}`);
  const body = found.body.replace(/(id="|url\(#|href="#)/g, `$1s${index}_`);
  const size = found.width ?? set.width ?? 32;
  const x = (index % COLUMNS) * CELL;
  const y = Math.floor(index / COLUMNS) * CELL;
  return `<svg x="${x}" y="${y}" width="${CELL}" height="${CELL}" viewBox="0 0 ${size} ${size}">${body}</svg>`;
}

const svg =
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
  `width="${COLUMNS * CELL}" height="${rows * CELL}">${names.map((n, i) => icon(list[n], i)).join('')}</svg>`;
writeFileSync(join(out, 'sheet.png'), new Resvg(svg).render().asPng());
writeFileSync(join(out, 'sheet.json'), JSON.stringify({ cell: CELL, columns: COLUMNS, names }, null, 1) + '\n');
