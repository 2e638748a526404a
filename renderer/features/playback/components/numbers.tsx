import { Copy, Sigma } from 'lucide-react';
import { Button, IconButton } from '../../../components/button.tsx';
import { Popover } from '../../../components/popover.tsx';
import { t } from '../../../i18n/index.ts';
import { copyText } from '../clipboard.ts';
import type { RunFilm } from '../film.ts';
import { stepTable, runFacts } from '../numbers.ts';
import { usePlayback } from '../store.ts';

/** Exact numbers of the run and of the step at the playhead, to be read and copied. */
export function NumbersButton({ film }: { film: RunFilm }) {
  return (
    <Popover
      label={t('numbers.title')}
      side="top"
      trigger={<IconButton icon={Sigma} label={t('numbers.title')} side="top" />}
    >
      <Numbers film={film} />
    </Popover>
  );
}

function Numbers({ film }: { film: RunFilm }) {
  const position = usePlayback((state) => state.position);
  const place = film.place(position);
  const facts = runFacts(film, place);
  return (
    <div className="numbers">
      <h3>{t('numbers.title')}</h3>
      <dl className="mono copyable">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{t(`numbers.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <Button
          size="s"
          icon={Copy}
          onClick={() => {
            const lines = facts.map(({ name, value }) => `${name}\t${value}`);
            void copyText(lines.join('\n'), t('copy.numbers'));
          }}
        >
          {t('numbers.copy')}
        </Button>
        <Button
          size="s"
          icon={Copy}
          disabled={!place || place.local === 0}
          onClick={() => {
            if (place) void copyText(stepTable(place), t('copy.numbers'));
          }}
        >
          {t('numbers.copyStep')}
        </Button>
      </footer>
    </div>
  );
}
