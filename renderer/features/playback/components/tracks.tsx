import { useMemo, useRef, type CSSProperties, type ReactNode } from 'react';
import { formatNumber, t } from '../../../i18n/index.ts';
import { useElementSize } from '../../../components/use-element-size.ts';
import { useFrame } from '../frame.ts';
import type { RunFilm, Scene } from '../film.ts';
import { usePlayback } from '../store.ts';
import { Bars, Curve } from './charts.tsx';
import { FilmStrip } from './film-strip.tsx';
import { Playhead } from './playhead.tsx';
import { Ruler } from './ruler.tsx';
import { TextStrip } from './text-strip.tsx';

type Laid = ReturnType<RunFilm['layout']>[number];
type TextPurpose = Extract<Scene, { kind: 'text' }>['record']['purpose'];

/** A track of what was written and one of what was painted, charts below them, and one playhead over all. */
export function Tracks({ film, version }: { film: RunFilm; version: number }) {
  const position = usePlayback((state) => state.position);
  const frame = useFrame();
  const area = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(area);
  // The film grows in place; its version says when.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const layout = useMemo(() => film.layout(), [film, version]);
  const purposes = textPurposes(layout);
  const pictures = layout.filter(({ scene }) => scene.kind === 'picture');
  const place = film.place(position);
  const values = place ? valuesAt(place.scene, place.local) : [null, null, null];
  const record = film.record ?? (frame?.runId === film.id ? frame.record : null);
  const part = (entry: Laid, key: number, child: ReactNode): ReactNode => (
    <div key={key} className="track-part" style={partStyle(entry)}>
      {child}
    </div>
  );
  const px = (entry: Laid): number => Math.max(1, entry.width * width);
  return (
    <div className="tracks">
      <div className="track-names">
        <span className="track-row track-name row-ruler">{t('timeline.steps')}</span>
        {purposes.length > 0 ? (
          <span className="track-row track-name row-text">
            {purposes.map((purpose) => (
              <b key={purpose}>{t(`scene.${purpose}`)}</b>
            ))}
          </span>
        ) : null}
        {pictures.length > 0 && record ? (
          <span className="track-row track-name row-film">
            <b>{t('timeline.unmask')}</b>
            <small>
              {t('timeline.schedule', {
                steps: record.steps,
                schedule: t(`schedule.${record.shape.request.schedule.name}`),
              })}
            </small>
          </span>
        ) : null}
        <ChartName row="row-bars" label={t('timeline.revealed')} value={values[0]} decimals={0} />
        <ChartName row="row-confidence" label={t('timeline.confidence')} value={values[1]} decimals={3} />
        <ChartName row="row-entropy" label={t('timeline.entropy')} value={values[2]} decimals={3} />
      </div>
      <div className="track-area" ref={area}>
        {width > 0 ? (
          <>
            <div className="track-row row-ruler">
              {layout.map((entry, i) =>
                part(
                  entry,
                  i,
                  <Ruler
                    steps={entry.scene.record.steps}
                    width={px(entry)}
                    title={sceneTitle(film, entry.scene)}
                  />,
                ),
              )}
            </div>
            {purposes.length > 0 ? (
              <div className="track-row row-text">
                {layout.map((entry, i) =>
                  entry.scene.kind === 'text'
                    ? part(
                        entry,
                        i,
                        <TextStrip
                          record={entry.scene.record}
                          verdict={
                            entry.scene.record.purpose === 'critique'
                              ? film.verdicts.get(entry.scene.round)
                              : undefined
                          }
                          version={version}
                        />,
                      )
                    : null,
                )}
              </div>
            ) : null}
            {pictures.length > 0 ? (
              <div className="track-row row-film">
                {pictures.map((entry, i) =>
                  entry.scene.kind === 'picture'
                    ? part(
                        entry,
                        i,
                        <FilmStrip record={entry.scene.record} version={version} width={px(entry)} />,
                      )
                    : null,
                )}
              </div>
            ) : null}
            <div className="track-row row-bars">
              {layout.map((entry, i) =>
                part(
                  entry,
                  i,
                  <SceneBars entry={entry} width={px(entry)} position={position} version={version} />,
                ),
              )}
            </div>
            <div className="track-row row-confidence">
              {layout.map((entry, i) =>
                part(
                  entry,
                  i,
                  <SceneCurve entry={entry} name="confidence" width={px(entry)} version={version} top={1} />,
                ),
              )}
            </div>
            <div className="track-row row-entropy">
              {layout.map((entry, i) =>
                part(
                  entry,
                  i,
                  <SceneCurve entry={entry} name="entropy" width={px(entry)} version={version} top={0.5} />,
                ),
              )}
            </div>
            <Playhead film={film} width={width} position={position} />
          </>
        ) : null}
      </div>
    </div>
  );
}

function ChartName(props: {
  row: string;
  label: string;
  value: number | null | undefined;
  decimals: number;
}) {
  const { row, label, value, decimals } = props;
  return (
    <span className={`track-row track-name ${row}`}>
      <b>{label}</b>
      <small className="num copyable">
        {value === null || value === undefined ? '–' : formatNumber(value, decimals)}
      </small>
    </span>
  );
}

function partStyle({ left, width }: Laid): CSSProperties {
  return { left: `${String(left * 100)}%`, width: `${String(width * 100)}%` };
}

/** What the run wrote. No two are written at once, so they share a track. */
function textPurposes(layout: readonly Laid[]): TextPurpose[] {
  return [...new Set(layout.flatMap(({ scene }) => (scene.kind === 'text' ? [scene.record.purpose] : [])))];
}

function sceneTitle(film: RunFilm, scene: Scene): string {
  const rounds = new Set(film.scenes.map(({ round }) => round)).size;
  return rounds > 1 && scene.kind === 'picture' ? t('timeline.round', { round: scene.round }) : '';
}

/** Tokens revealed, mean confidence and mean entropy at a place. */
function valuesAt(scene: Scene, local: number): (number | undefined)[] {
  const step = local - 1;
  if (scene.kind === 'picture') {
    const { record } = scene;
    return [record.shape.transferCounts[step], record.meanConfidence[step], record.meanEntropy[step]];
  }
  const { record } = scene;
  return [
    record.tokens.filter((token) => token.step === step).length,
    record.meanByStep(({ confidence }) => confidence)[step],
    record.meanByStep(({ entropy }) => entropy)[step],
  ];
}

interface SceneProps {
  entry: Laid;
  width: number;
  version: number;
}

function SceneBars({ entry, width, position, version }: SceneProps & { position: number }) {
  const { scene, start } = entry;
  const values = useMemo(() => {
    if (scene.kind === 'picture') return scene.record.shape.transferCounts;
    const counts = new Array<number>(scene.record.steps).fill(0);
    for (const { step } of scene.record.tokens) counts[step] = (counts[step] ?? 0) + 1;
    return counts;
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scene, version]);
  const current = position - start - 1;
  const here = current >= 0 && current < scene.record.steps ? current : -1;
  return <Bars values={values} width={width} reached={scene.record.reached} current={here} />;
}

function SceneCurve({
  entry,
  name,
  width,
  version,
  top,
}: SceneProps & { name: 'confidence' | 'entropy'; top: number }) {
  const { scene } = entry;
  const values = useMemo(() => {
    if (scene.kind === 'text') return scene.record.meanByStep((token) => token[name]);
    const { record } = scene;
    const list = name === 'confidence' ? record.meanConfidence : record.meanEntropy;
    return Array.from({ length: record.steps }, (_, i) => list[i]);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [scene, name, version]);
  const most = name === 'confidence' ? top : Math.max(top, ...values.map((value) => value ?? 0));
  return <Curve name={name} values={values} width={width} top={most} steps={scene.record.steps} />;
}
