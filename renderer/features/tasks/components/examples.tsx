import type { exampleKinds } from '../../../../electron/contract/engine.ts';
import { Chips } from '../../../components/chips.tsx';
import { t } from '../../../i18n/index.ts';
import { useEngine } from '../../engine/store.ts';

interface ExamplesProps {
  kind: (typeof exampleKinds)[number];
  /** Offered by a bundle that brings none of its own. */
  otherwise?: readonly string[];
  onPick: (text: string) => void;
}

/** Words to begin with, as the loaded model was trained to read them. */
export function Examples({ kind, otherwise = [], onPick }: ExamplesProps) {
  const examples = useEngine((state) => state.model?.examples?.[kind]) ?? otherwise;
  if (examples.length === 0) return null;
  return <Chips words={examples} label={t('tasks.examples')} className="task-examples" onPick={onPick} />;
}
