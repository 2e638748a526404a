import type { galleryChannels } from '../../electron/contract/gallery.ts';
import type { Handlers } from '../studio/dispatch.ts';
import { findMetadata } from '../library/picture-metadata.ts';
import { maxHeadBytes, readPngHead } from '../library/png.ts';
import type { Gallery } from './gallery.ts';
import { foreignParameters } from './picture-row.ts';

/** The contract's gallery channels over one gallery. */
export function galleryHandlers(gallery: Gallery): Pick<Handlers, keyof typeof galleryChannels> {
  const nothing = (): Record<string, never> => ({});
  return {
    'gallery.state': () => gallery.state(),
    'gallery.query': (query) => ({ ids: gallery.query(query) }),
    'gallery.items': ({ ids }) => gallery.items(ids),
    'gallery.star': ({ ids, starred }) => gallery.mark(ids, (marks) => ({ ...marks, starred })).then(nothing),
    'gallery.tag': ({ ids, add, remove }) =>
      gallery
        .mark(ids, (marks) => ({
          ...marks,
          tags: [...new Set([...marks.tags, ...add])].filter((tag) => !remove.includes(tag)).slice(0, 64),
        }))
        .then(nothing),
    'gallery.note': ({ id, note }) => gallery.mark([id], (marks) => ({ ...marks, note })).then(nothing),
    'board.create': async ({ name, ids }) => ({
      id: await gallery.board((boards) => boards.create(name, ids)),
    }),
    'board.rename': ({ id, name }) => gallery.board((boards) => boards.rename(id, name)).then(nothing),
    'board.delete': ({ id }) => gallery.board((boards) => boards.delete(id)).then(nothing),
    'board.add': ({ id, ids }) => gallery.board((boards) => boards.add(id, ids)).then(nothing),
    'board.remove': ({ id, ids }) => gallery.board((boards) => boards.remove(id, ids)).then(nothing),
    'board.move': ({ id, ids, before }) =>
      gallery.board((boards) => boards.move(id, ids, before)).then(nothing),
    'board.place': ({ id, place }) => gallery.board((boards) => boards.place(id, place)).then(nothing),
    'gallery.delete': async ({ ids }) => ({ ids: await gallery.delete(ids) }),
    'gallery.restore': async ({ ids }) => ({ ids: await gallery.restore(ids) }),
    'gallery.bin': () => gallery.bin.list(),
    'gallery.empty': async ({ ids }) => ({ ids: await gallery.empty(ids) }),
    'gallery.lineage': ({ id }) => gallery.lineage(id),
    'gallery.reveal': ({ id }) => gallery.reveal(id),
    'gallery.import': (file) => gallery.import(file),
    'gallery.export': async ({ ids }) => ({ zip: await gallery.export(ids) }),
    'picture.facts': ({ name, head }) => {
      const { width, height, texts } = readPngHead(head.subarray(0, maxHeadBytes), name);
      const request = findMetadata(texts)?.request ?? null;
      return { width, height, request, foreign: request ? null : foreignParameters(texts) };
    },
  };
}
