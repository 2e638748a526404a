import { ChevronDown, ChevronRight } from 'lucide-react';
import { useRef, useState, type Ref } from 'react';
import type { TraceToken } from '../../../../electron/contract/traces.ts';
import { rampColour, inkOn } from '../../../canvas/colour-maps.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { formatNumber, t } from '../../../i18n/index.ts';
import { setSession, useSession } from '../../../state/session.ts';
import type { Place, RunFilm, Verdict } from '../../playback/film.ts';
import { useFilm } from '../../playback/records.ts';
import { timelineRun, usePlayback } from '../../playback/store.ts';
import { fillStart, type TextRecord } from '../../playback/text-record.ts';
import { BoxDistributions } from './box-distributions.tsx';
import { Candidates } from './candidates.tsx';

/** The text at the playhead, token by token as it was revealed; for a grounding, where each coordinate could lie. */
export function TextCard() {
  const runId = usePlayback(timelineRun);
  const position = usePlayback((state) => state.position);
  const { film } = useFilm(runId);
  if (!film) return null;
  const place = film.place(position);
  if (place?.scene.kind === 'text') {
    const { record, round } = { record: place.scene.record, round: place.scene.round };
    const verdict = record.purpose === 'critique' ? shownVerdict(film, round, place) : undefined;
    return (
      <Card title={t(`scene.${record.purpose}`)} foot={<VerdictLine verdict={verdict} />}>
        <TokenGrid record={record} local={place.local} key={`${film.id} ${String(place.index)}`} />
      </Card>
    );
  }
  if (film.boxes.length > 0 && film.pictures.length === 0) {
    return (
      <Card title={t('scene.ground')}>
        <BoxDistributions boxes={film.boxes} />
      </Card>
    );
  }
  return null;
}

function shownVerdict(film: RunFilm, round: number, { local, scene }: Place): Verdict | undefined {
  return local >= scene.record.steps ? film.verdicts.get(round) : undefined;
}

/** A card over the picture that can be folded to its title and `foot`, to see the picture whole. */
function Card(props: { title: string; foot?: React.ReactNode; children: React.ReactNode }) {
  const { title, foot, children } = props;
  const open = useSession((state) => state.textCardOpen);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <section className="text-card" data-folded={!open || undefined} aria-label={title}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          title={open ? t('written.fold') : t('written.unfold')}
          onClick={() => {
            setSession({ textCardOpen: !open });
          }}
        >
          <Chevron size={14} aria-hidden="true" />
          {title}
        </button>
      </h2>
      {open ? children : null}
      {foot}
    </section>
  );
}

function VerdictLine({ verdict }: { verdict: Verdict | undefined }) {
  if (!verdict) return null;
  return (
    <p className="verdict-line" data-accepted={verdict.accepted}>
      <b>{verdict.accepted ? t('verdict.accepted') : t('verdict.refused')}</b> {verdict.reply}
    </p>
  );
}

/**
 * Every token in its place, block by block: masked ones as holes, the others coloured by when or how surely they came. A
 * critique's words stand in the line of its verdict.
 */
function TokenGrid({ record, local }: { record: TextRecord; local: number }) {
  const colour = useSession((state) => state.tokenColour);
  const [picked, setPicked] = useState<number | null>(null);
  // Blocks whose end is shown token by token.
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  // The first of them takes the focus of the button that it replaces.
  const entered = useRef<number | null>(null);
  const places = record.placesAt(local);
  const blocks = Array.from({ length: Math.ceil(record.length / record.blockLength) }, (_, block) => block);
  const token = picked === null ? null : (places[picked] ?? null);
  const rgbOf = ({ step, confidence }: TraceToken) =>
    rampColour(colour, colour === 'order' ? step / Math.max(1, record.steps - 1) : confidence);
  return (
    <>
      <Segmented
        label={t('written.colour')}
        value={colour}
        options={[
          { value: 'order', label: t('written.byOrder') },
          { value: 'confidence', label: t('written.byConfidence') },
        ]}
        onChange={(value) => {
          setSession({ tokenColour: value });
        }}
      />
      <div className="token-blocks">
        {blocks.map((block) => {
          const from = block * record.blockLength;
          const entries = places.slice(from, from + record.blockLength);
          const told = opened.has(block) ? entries.length : fillStart(entries);
          const filler = entries[told];
          return (
            <ol key={block} aria-label={t('written.block', { n: block + 1 })}>
              {entries.slice(0, told).map((entry, i) => (
                <li key={from + i}>
                  {entry ? (
                    <TokenButton
                      entry={entry}
                      rgb={rgbOf(entry)}
                      fresh={entry.step === local - 1}
                      picked={picked === from + i}
                      ref={(button) => {
                        if (button === null || entered.current !== from + i) return;
                        entered.current = null;
                        button.focus();
                      }}
                      onPick={() => {
                        setPicked(picked === from + i ? null : from + i);
                      }}
                    />
                  ) : (
                    <span className="revealed revealed-masked" title={t('state.masked')}>
                      ···
                    </span>
                  )}
                </li>
              ))}
              {filler ? (
                <li>
                  <button
                    type="button"
                    className="revealed revealed-fill"
                    title={t('written.fill')}
                    onClick={() => {
                      entered.current = from + told;
                      setOpened(new Set([...opened, block]));
                    }}
                  >
                    {visible(filler.token)} × {formatNumber(entries.length - told)}
                  </button>
                </li>
              ) : null}
            </ol>
          );
        })}
      </div>
      {token ? (
        <div className="token-detail num copyable">
          <p>
            <b className="mono">{visible(token.token)}</b>{' '}
            {t('written.detail', {
              id: token.id,
              position: token.position + 1,
              step: token.step + 1,
              confidence: formatNumber(token.confidence, 4),
              entropy: token.entropy === null ? '–' : formatNumber(token.entropy, 4),
            })}
          </p>
          <Candidates
            list={token.candidates.map((candidate) => ({ ...candidate, token: visible(candidate.token) }))}
            chosen={token.id}
          />
        </div>
      ) : null}
      {record.purpose === 'critique' ? null : (
        <p className="token-text copyable">{record.ended && local >= record.steps ? record.text : ''}</p>
      )}
    </>
  );
}

function TokenButton(props: {
  entry: TraceToken;
  rgb: ReturnType<typeof rampColour>;
  fresh: boolean;
  picked: boolean;
  ref: Ref<HTMLButtonElement>;
  onPick: () => void;
}) {
  const { entry, rgb, fresh, picked, ref, onPick } = props;
  return (
    <button
      ref={ref}
      type="button"
      className="revealed"
      data-fresh={fresh || undefined}
      aria-pressed={picked}
      style={{ background: `rgb(${rgb.map((v) => v.toFixed(0)).join(' ')})`, color: inkOn(rgb) }}
      title={t('written.token', {
        step: entry.step + 1,
        confidence: formatNumber(entry.confidence, 3),
      })}
      onClick={onPick}
    >
      {visible(entry.token)}
    </button>
  );
}

/** Byte-level vocabularies write spaces and line ends with signs of their own. */
function visible(token: string): string {
  return token.replaceAll('Ġ', '␣').replaceAll('Ċ', '⏎').replaceAll(' ', '␣').replaceAll('\n', '⏎') || '∅';
}
