import { Gauge, LoaderCircle } from 'lucide-react';
import { useEffect } from 'react';
import type { BackendTrial, Machine } from '../../../../electron/contract/hardware.ts';
import { Button } from '../../../components/button.tsx';
import { formatBytes, formatNumber, t } from '../../../i18n/index.ts';
import { studioWords } from '../../../i18n/studio-words.ts';
import { useEngine } from '../../engine/store.ts';
import { adviceWords, graphicsWords } from '../fit-words.ts';
import { readMachine, triableBackends, tryBackends, useHardware } from '../store.ts';
import { FitBadge } from './fit-badge.tsx';
import '../hardware.css';

/** The machine, the backends as small real runs showed them, and what each task of the open model needs. */
export function HardwarePage() {
  useEffect(() => {
    void readMachine();
  }, []);
  return (
    <>
      <MachineFacts />
      <Needs />
      <Backends />
    </>
  );
}

function factsOf({
  processor,
  threads,
  usableThreads,
  memory,
  adapters,
  ...system
}: Machine): [string, string][] {
  const threadWords =
    usableThreads < threads
      ? t('hardware.threadsOf', { n: usableThreads, all: threads })
      : t('hardware.threads', { n: threads });
  const memoryWords = t('hardware.memory.value', {
    all: formatBytes(memory.usableBytes),
    free: formatBytes(memory.availableBytes),
  });
  return [
    [t('hardware.system'), `${system.platform} ${system.release} · ${system.arch}`],
    [t('hardware.processor'), `${processor} · ${threadWords}`],
    [t('hardware.memory'), memory.limitedBy ? `${memoryWords} · ${t('hardware.container')}` : memoryWords],
    ...(adapters.length === 0 ? [[t('hardware.graphics'), t('hardware.noAdapter')] as [string, string]] : []),
    ...adapters.map(({ name, memoryBytes, driver }): [string, string] => [
      t('hardware.graphics'),
      [name, memoryBytes === null ? '' : formatBytes(memoryBytes), driver ?? ''].filter(Boolean).join(' · '),
    ]),
  ];
}

function MachineFacts() {
  const machine = useHardware((state) => state.machine);
  return (
    <section className="hardware-part" aria-label={t('hardware.machine')} aria-busy={machine === null}>
      <h3 className="setting-name">{t('hardware.machine')}</h3>
      <dl className="facts hardware-facts">
        {machine
          ? factsOf(machine).map(([name, value], i) => (
              <div key={`${name} ${String(i)}`}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))
          : null}
      </dl>
      {machine?.adapterNotes.map((note) => (
        <p key={note} className="setting-about">
          {studioWords(note)}
        </p>
      ))}
    </section>
  );
}

function Needs() {
  const fits = useHardware((state) => state.fits);
  const model = useEngine((state) => state.model);
  if (!model || fits.length === 0) return null;
  const [graphics] = fits
    .flatMap(({ fit }) => fit.graphics ?? [])
    .sort((one, other) => other.needBytes - one.needBytes);
  return (
    <section className="hardware-part">
      <h3 className="setting-name">{t('hardware.needs', { model: model.name })}</h3>
      <p className="setting-about">{t('hardware.needs.about')}</p>
      <table className="hardware-table">
        <thead>
          <tr>
            <th scope="col">{t('hardware.task')}</th>
            <th scope="col" className="num">
              {t('hardware.peak')}
            </th>
            <th scope="col" className="num">
              {t('hardware.least')}
            </th>
            <th scope="col">{t('hardware.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {fits.map(({ task, fit }) => (
            <tr key={task}>
              <th scope="row">{t(`fit.task.${task}`)}</th>
              <td className="num">{formatBytes(fit.needBytes)}</td>
              <td className="num">{formatBytes(fit.leastBytes)}</td>
              <td>
                <FitBadge fit={fit} /> <span className="setting-about">{adviceWords(fit)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {graphics ? <p className="setting-about">{graphicsWords(graphics)}</p> : null}
    </section>
  );
}

function Backends() {
  const { trials, trying } = useHardware();
  const tried = Object.keys(trials).length > 0;
  return (
    <section className="hardware-part" aria-busy={trying !== null}>
      <h3 className="setting-name">{t('hardware.backends')}</h3>
      <p className="setting-about">{t('hardware.backends.about')}</p>
      {tried || trying ? (
        <ul className="hardware-trials" aria-live="polite">
          {triableBackends.map((backend) => (
            <TrialRow key={backend} name={backend} trial={trials[backend]} isTrying={trying === backend} />
          ))}
        </ul>
      ) : null}
      <Button size="s" icon={Gauge} disabled={trying !== null} onClick={() => void tryBackends(tried)}>
        {trying ? t('hardware.trying') : tried ? t('hardware.tryAgain') : t('hardware.try')}
      </Button>
    </section>
  );
}

function TrialRow({
  name,
  trial,
  isTrying,
}: {
  name: string;
  trial: BackendTrial | undefined;
  isTrying: boolean;
}) {
  const state = isTrying
    ? 'trying'
    : !trial
      ? 'waiting'
      : !trial.offered
        ? 'absent'
        : trial.usable
          ? 'works'
          : 'fails';
  return (
    <li data-state={state}>
      <b>{trial?.label ?? name}</b>
      <span className="trial-state">
        {isTrying ? <LoaderCircle className="turning" size={13} aria-hidden="true" /> : null}
        {t(`hardware.trial.${state}`)}
      </span>
      <span className="trial-about num">
        {state === 'works' && trial
          ? t('hardware.trial.speed', {
              ms: formatNumber(trial.layerMs ?? 0),
              gflops: formatNumber(trial.gflops ?? 0),
            })
          : state === 'fails'
            ? studioWords(trial?.reason ?? '')
            : ''}
      </span>
    </li>
  );
}
