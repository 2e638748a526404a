import { Sprout, Repeat2 } from 'lucide-react';
import { IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { recallEdit } from '../../edit/edit.ts';
import { recallSeed, recallSettings } from '../../create/generate.ts';
import { getRecord, useRecord } from '../../playback/records.ts';
import { asTextToImage, titleOf } from '../request-words.ts';
import { useRuns } from '../store.ts';

/** What the run on show was asked for, with the ways to ask for it again. */
export function RunCaption({ runId }: { runId: string | null }) {
  useRecord(runId);
  const summary = useRuns((state) => state.finished.find(({ id }) => id === runId));
  const live = useRuns((state) => (runId === null ? undefined : state.live[runId]));
  const asked = summary?.request ?? live?.request ?? getRecord(runId)?.shape.request;
  if (asked?.task === 'edit') {
    return (
      <div className="caption">
        <span className="caption-prompt" title={asked.prompt}>
          {asked.prompt}
        </span>
        <span className="caption-facts num">{t('caption.edit', { name: asked.image.name })}</span>
        <IconButton
          icon={Repeat2}
          side="top"
          label={t('edit.recall')}
          onClick={() => {
            recallEdit(asked);
          }}
        />
      </div>
    );
  }
  const request = asTextToImage(asked);
  if (!request) return <span className="caption">{asked ? titleOf(asked) : ''}</span>;
  return (
    <div className="caption">
      <span className="caption-prompt" title={request.prompt}>
        {request.prompt}
      </span>
      <span className="caption-facts num">
        {t('caption.facts', { seed: request.seed, cfg: formatNumber(1 + request.guidanceScale, 1) })}
      </span>
      <IconButton
        icon={Repeat2}
        side="top"
        label={t('results.useSettings')}
        shortcut="u"
        onClick={() => {
          recallSettings(request);
        }}
      />
      <IconButton
        icon={Sprout}
        side="top"
        label={t('results.useSeed')}
        shortcut="s"
        onClick={() => {
          recallSeed(request);
        }}
      />
    </div>
  );
}
