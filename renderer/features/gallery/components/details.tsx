import { Copy, ClipboardType, FolderOpen, Maximize2, Network, Star, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { GalleryItem } from '../../../../electron/contract/gallery.ts';
import type { EditRequest } from '../../../../electron/contract/request.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { formatDate } from '../../../i18n/dates.ts';
import { formatBytes, formatNumber, t } from '../../../i18n/index.ts';
import { intentOf } from '../../edit/intents.ts';
import { pictureUrl } from '../media.ts';
import { canRecall, recall, recallParts, type RecallPart } from '../recall.ts';
import {
  changeTags,
  copyPictureOf,
  copyPromptOf,
  openPicture,
  reveal,
  toggleStar,
  writeNote,
} from '../service.ts';
import { itemOf, useGallery } from '../store.ts';

/** What is known of the picture with the focus, and what can be taken from it. */
export function Details() {
  useGallery((state) => state.version);
  const focus = useGallery((state) => state.selection.focus);
  const selected = useGallery((state) => state.selection.ids);
  const place = useGallery((state) => state.place);
  const item = focus === null || place.kind === 'bin' ? null : itemOf(focus);
  return (
    <aside className="gallery-details" aria-label={t('gallery.details')}>
      {item ? (
        <>
          <Picture item={item} />
          <Tools item={item} />
          <Facts item={item} />
          <Tags item={item} ids={selected.has(item.id) ? [...selected] : [item.id]} />
          <Note key={item.id} item={item} />
        </>
      ) : (
        <p className="gallery-teach">
          {place.kind === 'bin' ? t('gallery.bin.teach') : t('gallery.details.teach')}
        </p>
      )}
    </aside>
  );
}

function Picture({ item }: { item: GalleryItem }) {
  return (
    <button
      type="button"
      className="gallery-large"
      aria-label={t('gallery.open')}
      title={t('gallery.open')}
      onClick={() => void openPicture(item.id)}
    >
      <img src={pictureUrl(item)} alt={item.title} draggable={false} />
    </button>
  );
}

const recallKeys: Record<RecallPart, string> = { all: 'u', prompt: 'p', seed: 's', size: 'd' };

function Tools({ item }: { item: GalleryItem }) {
  const { id } = item;
  const source = { ...item, foreign: item.request ? null : { prompt: promptOf(item), seed: null } };
  return (
    <>
      <p className="gallery-prompt">{item.title}</p>
      <div className="gallery-actions">
        <IconButton
          icon={Maximize2}
          label={t('gallery.open')}
          keyOf="gallery.open"
          onClick={() => void openPicture(id)}
        />
        <IconButton
          icon={Star}
          label={item.starred ? t('gallery.unstar') : t('gallery.star')}
          keyOf="gallery.star"
          pressed={item.starred}
          onClick={() => void toggleStar([id])}
        />
        <IconButton icon={Copy} label={t('gallery.copyPicture')} onClick={() => void copyPictureOf(id)} />
        <IconButton
          icon={ClipboardType}
          label={t('gallery.copyPrompt')}
          onClick={() => void copyPromptOf(id)}
        />
        <IconButton
          icon={FolderOpen}
          label={t('gallery.reveal')}
          keyOf="gallery.reveal"
          onClick={() => void reveal(id)}
        />
        <IconButton
          icon={Network}
          label={t('gallery.family')}
          keyOf="gallery.family"
          onClick={() => {
            useGallery.setState({ family: id });
          }}
        />
      </div>
      <div className="gallery-recall" role="group" aria-label={t('recall.title')}>
        <small>{t('recall.title')}</small>
        {recallParts.map((part) => (
          <Button
            key={part}
            size="s"
            disabled={!canRecall(source, part)}
            title={`${t(`recall.part.${part}`)} (${recallKeys[part].toUpperCase()})`}
            onClick={() => {
              recall(source, part);
            }}
          >
            {t(`recall.part.${part}`)}
          </Button>
        ))}
      </div>
    </>
  );
}

/** The prompt another program wrote into the file; its name is no prompt. */
function promptOf(item: GalleryItem): string {
  return /\.(png|jpe?g|webp)$/iu.test(item.title) ? '' : item.title;
}

function Facts({ item }: { item: GalleryItem }) {
  const { request } = item;
  const facts: [string, string][] = [
    [t('gallery.fact.made'), formatDate(item.createdAt)],
    [t('gallery.fact.size'), t('gallery.fact.pixels', { w: item.width, h: item.height })],
    [t('gallery.fact.file'), `${item.file} · ${formatBytes(item.bytes)}`],
  ];
  if (request) {
    facts.push(
      ...(request.task === 'edit' ? editFacts(request) : []),
      [t('create.seed'), String(request.seed)],
      [t('create.steps'), formatNumber(request.steps)],
      [t('create.guidance'), formatNumber(request.guidanceScale, 1)],
      [t('fact.model'), item.model],
      [t('fact.backend'), item.backend],
    );
  }
  return (
    <dl className="facts gallery-facts num">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was done to a picture, and where. */
function editFacts(request: EditRequest): [string, string][] {
  const { frame, extend } = request;
  const facts: [string, string][] = [[t('edit.intent'), t(`edit.intent.${intentOf(request)}`)]];
  if (frame)
    facts.push([
      t('edit.context.frame'),
      t('gallery.fact.frame', { side: frame.side, x: frame.left, y: frame.top }),
    ]);
  if (extend) {
    const { left, top, right, bottom } = extend;
    facts.push([t('edit.added'), t('gallery.fact.added', { left, top, right, bottom })]);
  }
  return facts;
}

function Tags({ item, ids }: { item: GalleryItem; ids: readonly string[] }) {
  const [text, setText] = useState('');
  const known = useGallery((state) => state.state?.tags);
  const add = (): void => {
    const tags = text
      .split(/[,，]/u)
      .map((tag) => tag.trim().slice(0, 60))
      .filter(Boolean);
    setText('');
    if (tags.length > 0) void changeTags(ids, { add: tags });
  };
  return (
    <div className="gallery-tags">
      {item.tags.map((tag) => (
        <span className="gallery-tag" key={tag}>
          {tag}
          <IconButton
            icon={X}
            size="s"
            label={t('gallery.untag', { tag })}
            onClick={() => void changeTags(ids, { remove: [tag] })}
          />
        </span>
      ))}
      <span className="input-box">
        <input
          id="gallery-tag"
          className="input"
          aria-label={t('gallery.addTag')}
          placeholder={
            ids.length > 1 ? t('gallery.addTag.many', { n: formatNumber(ids.length) }) : t('gallery.addTag')
          }
          value={text}
          maxLength={200}
          list="gallery-tag-names"
          onChange={(event) => {
            setText(event.target.value);
          }}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter') add();
          }}
        />
        <datalist id="gallery-tag-names">
          {(known ?? []).map(({ tag }) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </span>
    </div>
  );
}

const noteSettle = 600;

function Note({ item }: { item: GalleryItem }) {
  const [note, setNote] = useState(item.note);
  const { id } = item;
  const isWritten = note === item.note;
  useEffect(() => {
    if (isWritten) return;
    const timer = window.setTimeout(() => void writeNote(id, note), noteSettle);
    return () => {
      window.clearTimeout(timer);
    };
  }, [id, note, isWritten]);
  return (
    <label className="gallery-note">
      <small>{t('gallery.note')}</small>
      <textarea
        id="gallery-note"
        className="input"
        rows={3}
        placeholder={t('gallery.note.placeholder')}
        value={note}
        maxLength={20_000}
        onChange={(event) => {
          setNote(event.target.value);
        }}
        onBlur={() => {
          if (!isWritten) void writeNote(id, note);
        }}
      />
    </label>
  );
}
