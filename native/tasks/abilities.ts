import type { TaskName } from '../../electron/contract/request.ts';
import { LavidaError } from '../errors.ts';
import type { Network } from '../network/index.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';

/** Tasks of the request, and what a picture request may do besides. */
export type TaskOrExtra = TaskName | 'reflect';

type Part = 'image' | 'encode' | 'see' | 'boxes';

const partNames: Record<Part, string> = {
  image: 'no image tokens or VQ decoder',
  encode: 'no VQ encoder',
  see: 'no vision tower',
  boxes: 'no coordinate tokens in its tokenizer',
};

const needs: Record<TaskOrExtra, { words: string; parts: readonly Part[] }> = {
  'text-to-image': { words: 'make pictures', parts: ['image'] },
  edit: { words: 'edit pictures', parts: ['image', 'encode', 'see'] },
  ask: { words: 'answer questions about pictures', parts: ['see'] },
  caption: { words: 'describe pictures', parts: ['see', 'boxes'] },
  ground: { words: 'find things in pictures', parts: ['see', 'boxes'] },
  plan: { words: 'plan a layout', parts: ['image', 'boxes'] },
  reflect: { words: 'look at its own pictures', parts: ['image', 'see'] },
};

/** An open bundle, as far as abilities go. */
export interface Bundle {
  network: Network;
  tokenizer: TextTokenizer;
  info: { name: string };
}

function missing({ network, tokenizer }: Omit<Bundle, 'info'>, task: TaskOrExtra): Part[] {
  return needs[task].parts.filter((part) =>
    part === 'boxes' ? tokenizer.boxes === null : !network.has(part),
  );
}

function isTrained({ config }: Network, task: TaskOrExtra): boolean {
  return config.studio.tasks?.includes(task) ?? true;
}

/** What a bundle's parts allow and its training was for. */
export function tasksOf(network: Network, tokenizer: TextTokenizer): TaskOrExtra[] {
  const tasks = Object.keys(needs) as TaskOrExtra[];
  return tasks.filter(
    (task) => isTrained(network, task) && missing({ network, tokenizer }, task).length === 0,
  );
}

/** @throws LavidaError model.incomplete that names what the bundle lacks for a task, model.untrained if it never learnt it */
export function requireTask(bundle: Bundle, task: TaskOrExtra): void {
  const parts = missing(bundle, task);
  if (parts.length === 0) {
    if (isTrained(bundle.network, task)) return;
    throw new LavidaError(
      'model.untrained',
      `${bundle.info.name} was not trained to ${needs[task].words}.`,
      `the tasks of its config.json are ${bundle.network.config.studio.tasks?.join(', ') ?? ''}`,
    );
  }
  throw new LavidaError(
    'model.incomplete',
    `${bundle.info.name} cannot ${needs[task].words}: it has ${parts.map((part) => partNames[part]).join(' and ')}.`,
  );
}
