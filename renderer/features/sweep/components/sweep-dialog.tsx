import { Download, Grid3x3, Plus, RotateCw } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { ProgressRing } from '../../../components/progress-ring.tsx';
import { Select } from '../../../components/select.tsx';
import { t } from '../../../i18n/index.ts';
import { errorWords } from '../../../i18n/studio-words.ts';
import { loadFinal } from '../../playback/loader.ts';
import { finalKey, pictures } from '../../playback/pictures.ts';
import { PictureCanvas } from '../../playback/components/picture-canvas.tsx';
import { useRecord } from '../../playback/records.ts';
import { showRun } from '../../playback/store.ts';
import { shorten } from '../../runs/request-words.ts';
import { retryRuns } from '../../runs/service.ts';
import { useRuns } from '../../runs/store.ts';
import { sheetsOf, type Sheet, type SheetCell } from '../sheets.ts';
import { exportSheet, openSweep, useSweep } from '../store.ts';
import { SweepForm } from './sweep-form.tsx';
import '../sweep.css';

/** Sheets of pictures that differ in one or two settings: the form of a new one, and those there are. */
export function SweepDialog() {
  const open = useSweep((state) => state.open);
  const finished = useRuns((state) => state.finished);
  const live = useRuns((state) => state.live);
  const left = useRuns((state) => state.left);
  const sheets = useMemo(
    () => (open === null ? [] : sheetsOf({ finished, live, left })),
    [open, finished, live, left],
  );
  const sheet = open !== null && open !== 'form' ? sheets.find(({ id }) => id === open.sheet) : undefined;
  const newSheet = 'new';
  return (
    <Dialog
      title={t('sweep.title')}
      size={sheet ? 'xl' : 'l'}
      open={open !== null}
      onClose={() => {
        useSweep.setState({ open: null });
      }}
      tools={
        <>
          {sheets.length > 0 ? (
            <Select
              compact
              label={t('sweep.sheets')}
              value={sheet?.id ?? newSheet}
              options={[
                { value: newSheet, label: t('sweep.new') },
                ...sheets.map(({ id, title, done, total }) => ({
                  value: id,
                  label: shorten(title, 60),
                  hint: t('sweep.done', { done, total }),
                })),
              ]}
              onChange={(id) => {
                useSweep.setState({ open: id === newSheet ? 'form' : { sheet: id } });
              }}
            />
          ) : null}
          {sheet ? (
            <>
              <Button size="s" icon={Plus} onClick={openSweep}>
                {t('sweep.new')}
              </Button>
              <Button
                size="s"
                icon={Download}
                disabled={sheet.done === 0}
                onClick={() => void exportSheet(sheet)}
              >
                {t('sweep.export')}
              </Button>
            </>
          ) : null}
        </>
      }
    >
      {sheet ? <SheetTable sheet={sheet} /> : open === null ? null : <SweepForm />}
    </Dialog>
  );
}

function SheetTable({ sheet }: { sheet: Sheet }) {
  const [across, down] = sheet.axes;
  return (
    <div className="sheet-scroll" tabIndex={0} role="region" aria-label={shorten(sheet.title)}>
      <p className="sheet-title">
        {sheet.title}
        <span className="num">{t('sweep.done', { done: sheet.done, total: sheet.total })}</span>
      </p>
      <table className="sheet-table">
        <thead>
          <tr>
            {down ? <th scope="col">{down.name}</th> : null}
            {(across?.values ?? []).map((value) => (
              <th key={value} scope="col">
                <small>{across?.name}</small> {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.map((row, y) => (
            <tr key={down?.values[y] ?? 'row'}>
              {down ? <th scope="row">{down.values[y]}</th> : null}
              {row.map((cell, x) => (
                <td key={across?.values[x]}>
                  <Cell
                    cell={cell}
                    words={[across?.values[x], down?.values[y]].filter((v) => v !== undefined).join(' · ')}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell, words }: { cell: SheetCell; words: string }) {
  const id = cell.state === 'done' ? cell.run.id : null;
  const { version } = useRecord(id);
  const picture = id === null ? undefined : pictures.get(finalKey(id));
  useEffect(() => {
    if (id !== null) void loadFinal(id);
  }, [id]);
  switch (cell.state) {
    case 'done':
      return (
        <button
          type="button"
          className="sheet-cell"
          data-version={version}
          aria-label={t('sweep.cell', { values: words })}
          onClick={() => {
            showRun(cell.run.id);
            useSweep.setState({ open: null });
          }}
        >
          {picture ? <PictureCanvas size={384} picture={picture} /> : null}
        </button>
      );
    case 'live': {
      const { state, step, steps } = cell.run;
      const label = state === 'running' ? 'sweep.cell.running' : 'sweep.cell.waiting';
      return (
        <span className="sheet-cell" role="img" aria-label={t(label, { values: words })}>
          {state === 'running' ? <ProgressRing size={30} share={steps > 0 ? step / steps : 0} /> : null}
        </span>
      );
    }
    case 'left':
      return (
        <button
          type="button"
          className="sheet-cell"
          title={cell.run.error ? errorWords(cell.run.error).message : undefined}
          aria-label={t('sweep.cell.failed', { values: words })}
          onClick={() => void retryRuns([cell.run.id])}
        >
          <RotateCw size={18} aria-hidden="true" />
        </button>
      );
    case 'empty':
      return (
        <span className="sheet-cell" role="img" aria-label={t('sweep.cell.none', { values: words })}>
          <Grid3x3 size={18} aria-hidden="true" />
        </span>
      );
  }
}
