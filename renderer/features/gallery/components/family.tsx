import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Lineage } from '../../../../electron/contract/gallery.ts';
import { studio } from '../../../api/index.ts';
import { IconButton } from '../../../components/button.tsx';
import { focusContent } from '../../../components/dialog-focus.ts';
import { formatNumber, t } from '../../../i18n/index.ts';
import { showError } from '../../shell/toasts.ts';
import { cellSize, layOut, type FamilyLayout } from '../family-layout.ts';
import { focusGrid } from '../focus.ts';
import { thumbnailUrl } from '../media.ts';
import { noSelection, select } from '../selection.ts';
import { keepItems, useGallery } from '../store.ts';

/** What a picture came from and what came from it, generation by generation. */
export function Family({ id }: { id: string }) {
  const [lineage, setLineage] = useState<Lineage | null>(null);
  useEffect(() => {
    let current = true;
    void studio.invoke('gallery.lineage', { id }).then((reply) => {
      if (!current) return;
      if (reply.ok) {
        keepItems(reply.value.nodes.map(({ item }) => item));
        setLineage(reply.value);
      } else {
        showError(reply.error);
        useGallery.setState({ family: null });
      }
    });
    return () => {
      current = false;
    };
  }, [id]);
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) useGallery.setState({ family: null });
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog gallery-family"
          aria-describedby={undefined}
          onOpenAutoFocus={focusContent}
          onCloseAutoFocus={focusGrid}
        >
          <header className="dialog-head">
            <Dialog.Title>{t('family.title')}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton icon={X} label={t('dialog.close')} />
            </Dialog.Close>
          </header>
          {lineage ? <Graph lineage={lineage} id={id} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Graph({ lineage, id }: { lineage: Lineage; id: string }) {
  const layout = layOut(lineage);
  const { missing, more, nodes } = lineage;
  return (
    <>
      {nodes.length === 1 && missing.length === 0 ? <p className="family-note">{t('family.alone')}</p> : null}
      {missing.map(({ to, name, kind }) => (
        <p className="family-note" key={`${to} ${name}`}>
          {t('family.missing', { name, kind: t(`family.kind.${kind}`) })}
        </p>
      ))}
      {more > 0 ? <p className="family-note">{t('family.more', { n: formatNumber(more) })}</p> : null}
      <div className="family-scroll" tabIndex={0} role="group" aria-label={t('family.title')}>
        <div className="family-graph" style={{ width: layout.width, height: layout.height }}>
          <Edges layout={layout} />
          {layout.nodes.map(({ item, x, y, generation, way }) => (
            <button
              key={item.id}
              type="button"
              className="family-node"
              data-current={item.id === id || undefined}
              aria-current={item.id === id || undefined}
              aria-label={t('family.node', {
                title: item.title,
                way: way
                  ? t(`family.way.${way}`)
                  : t(generation < 0 ? 'family.way.earlier' : 'family.way.this'),
              })}
              title={item.title}
              style={{ left: x, top: y }}
              onClick={() => {
                const { ids } = useGallery.getState();
                useGallery.setState({
                  family: item.id,
                  selection: select(noSelection, ids, item.id, 'alone'),
                });
              }}
            >
              <img src={thumbnailUrl(item)} alt="" draggable={false} />
              {way ? <small>{t(`family.kind.${way}`)}</small> : null}
            </button>
          ))}
        </div>
      </div>
    </>
  );
}

function Edges({ layout: { edges, width, height } }: { layout: FamilyLayout }) {
  return (
    <svg width={width} height={height} aria-hidden="true">
      {edges.map(({ from, to, kind }) => {
        const start = from.x + cellSize.picture;
        const [y1, y2] = [from.y + cellSize.picture / 2, to.y + cellSize.picture / 2];
        const middle = (start + to.x) / 2;
        const path =
          kind === 'variation'
            ? `M${String(from.x + cellSize.picture / 2)} ${String(from.y + cellSize.picture)} V${String(to.y)}`
            : `M${String(start)} ${String(y1)} C${String(middle)} ${String(y1)} ${String(middle)} ${String(y2)} ${String(to.x)} ${String(y2)}`;
        return <path key={`${from.item.id} ${to.item.id} ${kind}`} d={path} data-kind={kind} />;
      })}
    </svg>
  );
}
