import { ArrowLeftRight, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { IconButton } from '../../../components/button.tsx';
import { focusContent } from '../../../components/dialog-focus.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { Slider } from '../../../components/slider.tsx';
import { t } from '../../../i18n/index.ts';
import { differences } from '../differences.ts';
import { focusGrid } from '../focus.ts';
import { pictureUrl } from '../media.ts';
import { itemOf, useGallery } from '../store.ts';

type Manner = 'side' | 'wipe' | 'blend';

/** Two pictures against each other, and what their requests differ in. */
export function Compare({ ids }: { ids: readonly [string, string] }) {
  useGallery((state) => state.version);
  const [manner, setManner] = useState<Manner>('side');
  const [share, setShare] = useState(50);
  const [swapped, setSwapped] = useState(false);
  const first = itemOf(ids[swapped ? 1 : 0]);
  const second = itemOf(ids[swapped ? 0 : 1]);
  const close = (): void => {
    useGallery.setState({ comparing: null });
  };
  if (!first || !second) return null;
  const style =
    manner === 'wipe'
      ? { clipPath: `inset(0 0 0 ${String(share)}%)` }
      : manner === 'blend'
        ? { opacity: share / 100 }
        : {};
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog gallery-compare"
          aria-describedby={undefined}
          onOpenAutoFocus={focusContent}
          onCloseAutoFocus={focusGrid}
        >
          <header className="dialog-head">
            <Dialog.Title>{t('compare.title')}</Dialog.Title>
            <span className="grow" />
            <Segmented
              label={t('compare.manner')}
              value={manner}
              options={[
                { value: 'side', label: t('compare.side') },
                { value: 'wipe', label: t('compare.wipe') },
                { value: 'blend', label: t('compare.blend') },
              ]}
              onChange={setManner}
            />
            <IconButton
              icon={ArrowLeftRight}
              label={t('compare.swap')}
              onClick={() => {
                setSwapped(!swapped);
              }}
            />
            <Dialog.Close asChild>
              <IconButton icon={X} label={t('dialog.close')} />
            </Dialog.Close>
          </header>
          <div className="compare-stage" data-manner={manner}>
            <figure>
              <img src={pictureUrl(first)} alt={first.title} />
              <figcaption>A</figcaption>
            </figure>
            <figure style={style}>
              <img src={pictureUrl(second)} alt={second.title} />
              <figcaption>B</figcaption>
            </figure>
            {manner === 'wipe' ? <i className="wipe-line" style={{ left: `${String(share)}%` }} /> : null}
          </div>
          {manner === 'side' ? null : (
            <div className="compare-slider">
              <Slider
                labels={[t('compare.share')]}
                values={[share]}
                min={0}
                max={100}
                step={1}
                onChange={([next]) => {
                  setShare(next ?? 50);
                }}
              />
            </div>
          )}
          <Differences rows={differences(first, second)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Differences({ rows }: { rows: ReturnType<typeof differences> }) {
  if (rows.length === 0) return <p className="compare-same">{t('compare.same')}</p>;
  return (
    <table className="compare-table num">
      <thead>
        <tr>
          <th scope="col">{t('compare.setting')}</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, first, second }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{first}</td>
            <td>{second}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
