import { useEffect } from 'react';
import { formatNumber, t } from '../../i18n/index.ts';
import { useDocument } from '../../state/document.ts';
import { useUserSettings } from '../../state/user-settings.ts';
import { runningRun, useRuns } from '../runs/store.ts';

/** Keeps the window's title: the document's name, with the progress of the run under way before it. */
export function useWindowTitle(): void {
  const title = useDocument(({ document: { title: name } }) => name);
  const wanted = useUserSettings(({ settings }) => settings.progress);
  const percent = useRuns((state) => {
    const run = wanted ? runningRun(state) : null;
    return run && run.steps > 0 ? Math.floor((100 * run.step) / run.steps) : null;
  });
  useEffect(() => {
    const name = `${title || t('document.untitled')} – ${t('app.name')}`;
    document.title = percent === null ? name : `${t('unit.percent', { n: formatNumber(percent) })} · ${name}`;
  }, [title, percent]);
}
