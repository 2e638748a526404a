import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { sessionSchema } from '../../../electron/contract/app.ts';
import { pictureNotesSchema } from '../../../electron/contract/notes.ts';
import { settingsSchema } from '../../../electron/contract/settings.ts';
import { readMarks } from '../../../native/gallery/marks.ts';
import { parseJsonFile } from '../../../native/library/json-file.ts';
import { NotesStore } from '../../../native/library/notes-store.ts';
import { queueFileSchema } from '../../../native/library/queue-store.ts';
import { SessionStore } from '../../../native/library/session-store.ts';
import { SettingsStore } from '../../../native/library/settings-store.ts';
import { resolveAppPath } from '../../../native/policy/app-files.ts';
import {
  isAllowedExternal,
  isAllowedRequest,
  isAppUrl,
  isOwnDownload,
  isTrustedSender,
} from '../../../native/policy/window-rules.ts';
import { Access } from '../../../native/serve/access.ts';
import { parsePlan, withoutMarkup } from '../../../native/text/plan.ts';
import type { Seeded } from '../../support/seeded.ts';
import { generatorOf } from '../from-schema.ts';
import { jsonOf, mutateJson, mutateText } from '../mutate-json.ts';
import { demand, type FuzzCase, type FuzzTarget } from '../target.ts';

const markup = [
  '<box_p>',
  '</box_p>',
  '<p>',
  '</p>',
  '<LOC_BEGIN>',
  '<LOC_END>',
  '<LOC_0>',
  '<LOC_1024>',
  '<LOC_1025>',
  '<LOC_99999999999>',
  '<LOC_-1>',
  '[12]',
  '[',
  ']',
  '<',
  '>',
  ' ',
  ', ',
  'a dog',
  '红',
  '<box_p',
  '<LOC_',
  '\n',
  '<|eot_id|>',
];

function plan(): FuzzCase {
  const whole =
    'Sure I should place the objects in the following manner <box_p> a red car </box_p><LOC_BEGIN><LOC_10><LOC_20><LOC_300><LOC_400><LOC_END>, <p>a dog</p>[1][2][3][4]';
  return (random) => {
    let text = whole;
    if (random.next() < 0.5) text = mutateText(whole, random, markup);
    else text = Array.from({ length: random.below(40) }, () => random.pick(markup)).join('');
    // A model writes a few hundred tokens; a file may bring more.
    if (random.below(2000) === 0) text = text.repeat(1 + Math.floor(60_000 / (text.length + 1)));
    const { boxes, warnings } = parsePlan(text);
    for (const { name, box } of boxes) {
      const [left, top, right, bottom] = box;
      demand(name.length > 0 && name.length <= 200, 'a name without letters, or too long');
      demand(
        box.every((bin) => Number.isInteger(bin) && bin >= 0 && bin <= 1024),
        `box ${box.join()}`,
      );
      demand(left <= right && top <= bottom, `corners ${box.join()}`);
    }
    demand(boxes.length + warnings.length <= text.length, 'more boxes than letters');
    demand(withoutMarkup(text).length <= text.length, 'markup grew');
  };
}

const urls = [
  'app://studio/',
  'app://studio/index.html',
  'app://studio/assets/a.js?x=1#y',
  'blob:app://studio/1-2-3',
  'data:image/png;base64,AA==',
  'https://github.com/a/b',
  'https://arxiv.org/abs/1',
  'https://huggingface.co/x',
  'http://127.0.0.1:4317/',
  'file:///etc/passwd',
  'devtools://devtools/x',
  'app://studio/media/picture/20261124-031405-123-abcd',
  'javascript:alert(1)',
  'app://user:pw@studio/',
];
const urlPieces = [
  '..',
  '%2e%2e',
  '%2f',
  '%5c',
  '\\',
  '/',
  '//',
  ':',
  '@',
  '?',
  '#',
  '%00',
  '\u0000',
  ' ',
  '\t',
  '\n',
  '.',
  'studio',
  'app:',
  'https:',
  'evil.example',
  '[::1]',
  '%',
  'ａｐｐ',
  '\u202e',
  ';',
  'blob:',
  'data:',
  '127.1',
  'github.com',
  '.github.com',
  '%C0%AF',
  'C:',
  '~',
];
const root = '/opt/studio/dist/renderer';

function customUrls(): FuzzCase {
  return (random) => {
    const url = mutateText(random.pick(urls), random, urlPieces);
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (isAppUrl(url)) {
      demand(
        parsed?.protocol === 'app:' && parsed.host === 'studio' && parsed.username === '',
        `trusted ${url}`,
      );
    }
    if (isTrustedSender({ url, parent: null })) demand(isAppUrl(url), `trusted a sender at ${url}`);
    demand(!isTrustedSender({ url, parent: {} }), 'trusted a frame inside a page');
    if (isAllowedExternal(url)) {
      demand(parsed?.protocol === 'https:' && parsed.port === '' && parsed.username === '', `opens ${url}`);
      demand(['github.com', 'arxiv.org', 'huggingface.co'].includes(parsed.hostname), `opens ${url}`);
    }
    if (isAllowedRequest(url)) {
      demand(/^(app|blob|data|devtools):/u.test(parsed?.protocol ?? url), `loads ${url}`);
      demand(!/^https?:/u.test(parsed?.protocol ?? ''), `loads ${url}`);
    }
    if (isOwnDownload(url)) demand(/^(blob:app:\/\/studio\/|data:)/u.test(url), `saves ${url}`);
    for (const pathname of [parsed?.pathname ?? '/', mutateText('/assets/a.js', random, urlPieces)]) {
      const path = resolveAppPath(pathname, root);
      if (path === null) continue;
      const way = relative(root, path);
      demand(way !== '' && way !== '..' && !way.startsWith('../'), `${pathname} is ${path}`);
      demand(!isAbsolute(way) && !path.includes('\0'), `${pathname} is ${path}`);
    }
  };
}

/** Headers of requests to the browser mode: only the exact ones open the door. */
function headers(): FuzzCase {
  const port = 4317;
  const doors = [false, true].map((remote) => new Access({ port, remote }));
  const hosts = [
    '127.0.0.1:4317',
    'localhost:4317',
    '[::1]:4317',
    '192.168.1.2:4317',
    'evil.example:4317',
    '127.0.0.1',
  ];
  const pieces = [
    '127.0.0.1',
    'localhost',
    ':4317',
    '.',
    ':',
    '@',
    ',',
    ' ',
    '\t',
    '0x7f.1',
    '2130706433',
    '[',
    ']',
    '%',
    'evil',
    '/',
    '#',
  ];
  const known = new Set(['127.0.0.1:4317', 'localhost:4317', '[::1]:4317']);
  return (random) => {
    const door = random.pick(doors);
    const cookie = door.cookie.split(';')[0] ?? '';
    const host = random.next() < 0.3 ? random.pick(hosts) : mutateText(random.pick(hosts), random, pieces);
    const origin =
      random.next() < 0.5 ? `http://${host}` : mutateText(`http://${random.pick(hosts)}`, random, pieces);
    const jar =
      random.next() < 0.3 ? `a=b; ${cookie}` : mutateText(cookie, random, ['; ', '=', 'lavida-4317=', ' ']);
    const request = { headers: { host, origin, cookie: jar } } as IncomingMessage;
    if (door === doors[0] && door.refuseHost(request) === null) {
      demand(known.has(host.toLowerCase()), `answers to ${host}`);
    }
    if (door === doors[1] && door.refuseHost(request) === null) {
      demand(!/evil|[a-z]{5,}\.|@|\//iu.test(host), `answers to ${host}`);
    }
    if (door.refuseOrigin(request) === null) {
      demand(origin.toLowerCase() === `http://${host.toLowerCase()}`, `lets in ${origin}`);
    }
    if (door.refuseCookie(request) === null) demand(jar.includes(cookie), `takes the cookie ${jar}`);
    demand(!door.isToken(mutateText(door.token, random) + 'x'), 'takes a wrong token');
  };
}

/** Session, queue and settings as their files hold them. */
function jsonFiles(): FuzzCase {
  const kinds = [sessionSchema, queueFileSchema, settingsSchema].map((schema) => ({
    schema,
    sample: generatorOf(schema),
  }));
  return (random) => {
    const { schema, sample } = random.pick(kinds);
    const text = damagedJson(sample(random), random);
    const found = parseJsonFile<unknown>(text, schema);
    if (found !== null) demand(schema.safeParse(found).success, 'a file that is read once and not twice');
    demand(!('polluted' in {}), 'Object.prototype was written to');
  };
}

function damagedJson(sample: unknown, random: Seeded): string {
  const text = jsonOf(mutateJson(sample, random));
  return random.next() < 0.4 ? mutateText(text, random) : text;
}

/** The stores themselves over damaged files: each opens with what is good, and sets the rest aside unharmed. */
async function stores(): Promise<FuzzCase> {
  const folder = await mkdtemp(join(tmpdir(), 'lavida-fuzz-'));
  const sha256 = 'a'.repeat(64);
  const id = '20261124-031405-123-abcd';
  const notes = generatorOf(pictureNotesSchema);
  const settings = generatorOf(settingsSchema);
  let n = 0;
  return async (random) => {
    // A fresh folder for each, because files set aside pile up.
    const place = join(folder, String(n++));
    await mkdir(place);
    const kind = random.below(4);
    const marks = { version: 1, starred: true, tags: ['a'], note: 'b' };
    const sample = [{ prompt: 'x' }, notes(random), marks, settings(random)][kind];
    const text = damagedJson(sample, random);
    const name = ['session.json', `${sha256}.json`, `${id}.marks.json`, 'settings.json'][kind] ?? '';
    await writeFile(join(place, name), text);
    if (kind === 0) await new SessionStore(join(place, name)).load();
    else if (kind === 1) {
      const read = await new NotesStore(place).read({ name: 'a', sha256 });
      demand(pictureNotesSchema.safeParse(read).success, 'notes that do not fit');
    } else if (kind === 2) await readMarks(place, id);
    else await SettingsStore.open(join(place, name));
    const kept = await readFile(join(place, name)).catch(() => readFile(join(place, `${name}.bak`)));
    demand(kept.toString('utf8') === Buffer.from(text).toString('utf8'), 'a damaged file was overwritten');
  };
}

export const textTargets: FuzzTarget[] = [
  { name: 'plan', open: plan },
  { name: 'urls', open: customUrls },
  { name: 'serve-headers', open: headers },
  { name: 'json-files', open: jsonFiles },
  // Three files are touched for every case.
  { name: 'stores', open: stores, cases: 20_000 },
];
