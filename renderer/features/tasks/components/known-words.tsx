import { BookOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { knownOfPictures, unknownWords, wordGroups } from '../../../../electron/contract/known-words.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { Chips } from '../../../components/chips.tsx';
import { Popover } from '../../../components/popover.tsx';
import { formatList, t } from '../../../i18n/index.ts';
import { useEngine } from '../../engine/store.ts';

interface WordsProps {
  /** What the user wrote. */
  own: string;
  /** Takes it with a phrase after it. */
  onWrite: (text: string) => void;
}

interface UnknownWordsProps extends WordsProps {
  text: string;
  /** Whether the text is about a picture that the model looks at. */
  looking?: boolean;
}

/** Says which words of what the model will read it has not learnt, where it tells what it has, and what it knows instead. */
export function UnknownWords({ text, looking = false, ...field }: UnknownWordsProps) {
  const model = useEngine((state) => state.model);
  const known = looking && model?.knows ? knownOfPictures(model.knows) : model?.knows;
  const unknown = known ? unknownWords(text, known, true) : [];
  if (!model || unknown.length === 0) return null;
  const words = unknown.map((word) => t('words.quoted', { word }));
  return (
    <div className="task-note" role="note">
      <p>{t('words.unknown', { model: model.name, words: formatList(words) })}</p>
      <Words {...field} trigger={<Button size="s">{t('words.known.short')}</Button>} />
    </div>
  );
}

/** Opens what the loaded model has learnt to read; nothing where it does not tell. */
export function KnownWords(field: WordsProps) {
  const model = useEngine((state) => state.model);
  if (!model?.knows) return null;
  const label = t('words.known', { model: model.name });
  return <Words {...field} trigger={<IconButton icon={BookOpen} label={label} />} />;
}

function Words({ own, onWrite, trigger }: WordsProps & { trigger: ReactNode }) {
  const model = useEngine((state) => state.model);
  const groups = model?.knows?.groups ?? {};
  return (
    <Popover label={t('words.known', { model: model?.name ?? '' })} trigger={trigger}>
      <div className="known-words">
        <p>{t('words.pick')}</p>
        {wordGroups.map((group) =>
          groups[group]?.length ? (
            <section key={group}>
              <h3>{t(`words.${group}`)}</h3>
              <Chips
                words={groups[group]}
                onPick={(phrase) => {
                  const before = own.trimEnd();
                  onWrite(before === '' ? phrase : `${before} ${phrase}`);
                }}
              />
            </section>
          ) : null,
        )}
      </div>
    </Popover>
  );
}
