import { Asterisk, Columns3, Grid3x3, Sprout, Repeat2 } from 'lucide-react';
import type { EditRequest } from '../../../../electron/contract/request.ts';
import { IconButton } from '../../../components/button.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { recallEdit } from '../../edit/edit.ts';
import { recallSeed, recallSettings, recallTemplate } from '../../create/generate.ts';
import { useFilm } from '../../playback/records.ts';
import { useRoundsUi } from '../../reflection/store.ts';
import { useSweep } from '../../sweep/store.ts';
import { useStory } from '../story.ts';
import { useSourceName } from '../picture-names.ts';
import { asTextToImage, titleOf } from '../request-words.ts';
import { useRuns } from '../store.ts';

/** What the run on show was asked for, with the ways to ask for it again. */
export function RunCaption({ runId }: { runId: string | null }) {
  const { film } = useFilm(runId);
  const story = useStory(runId);
  const summary = useRuns((state) => state.finished.find(({ id }) => id === runId));
  const live = useRuns((state) => (runId === null ? undefined : state.live[runId]));
  const asked = summary?.request ?? live?.request ?? film?.request;
  if (asked?.task === 'edit') return <EditCaption request={asked} />;
  const request = asTextToImage(asked);
  const sheet = request?.origin?.sheet;
  if (!request) return <TextCaption words={asked ? titleOf(asked) : ''} />;
  const facts = t('caption.facts', { seed: request.seed, cfg: formatNumber(1 + request.guidanceScale, 1) });
  return (
    <div className="caption">
      <span className="caption-prompt" title={`${request.prompt}\n${facts}`}>
        {request.prompt}
      </span>
      <span className="caption-facts num">{facts}</span>
      <IconButton
        icon={Repeat2}
        side="top"
        label={t('results.useSettings')}
        keyOf="run.useSettings"
        onClick={() => {
          recallSettings(request);
        }}
      />
      <IconButton
        icon={Sprout}
        side="top"
        label={t('results.useSeed')}
        keyOf="run.useSeed"
        onClick={() => {
          recallSeed(request);
        }}
      />
      {request.origin?.template === undefined ? null : (
        <IconButton
          icon={Asterisk}
          side="top"
          label={t('results.useTemplate')}
          onClick={() => {
            recallTemplate(request);
          }}
        />
      )}
      {story && story.rounds.length > 0 ? (
        <IconButton
          icon={Columns3}
          side="top"
          label={t('results.openRounds')}
          onClick={() => {
            useRoundsUi.setState({ open: runId });
          }}
        />
      ) : null}
      {sheet ? (
        <IconButton
          icon={Grid3x3}
          side="top"
          label={t('results.openSheet')}
          onClick={() => {
            useSweep.setState({ open: { sheet: sheet.id } });
          }}
        />
      ) : null}
    </div>
  );
}

/** What a run that writes was asked, shortened where it has no room. */
function TextCaption({ words }: { words: string }) {
  return (
    <div className="caption">
      <span className="caption-prompt" title={words}>
        {words}
      </span>
    </div>
  );
}

/** What was asked of an edit, and which picture it changed. */
function EditCaption({ request }: { request: EditRequest }) {
  const source = t('caption.edit', { name: useSourceName(request.image.name) });
  return (
    <div className="caption">
      <span className="caption-prompt" title={`${request.prompt}\n${source}`}>
        {request.prompt}
      </span>
      <span className="caption-facts caption-source" title={request.image.name}>
        {source}
      </span>
      <IconButton
        icon={Repeat2}
        side="top"
        label={t('edit.recall')}
        onClick={() => {
          recallEdit(request);
        }}
      />
    </div>
  );
}
