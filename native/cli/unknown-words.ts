import type { ModelInfo } from '../../electron/contract/engine.ts';
import { knownOfPictures, unknownWords } from '../../electron/contract/known-words.ts';
import type { GenerationRequest } from '../../electron/contract/request.ts';

function textOf(request: GenerationRequest): string {
  if (request.task === 'ground') return request.phrases.join('\n');
  return request.task === 'caption' ? '' : request.prompt;
}

/** Says which words of a request the model has not learnt, and what it knows; null when there are none, or it does not tell. */
export function unknownWordsNote(request: GenerationRequest, { knows, name }: ModelInfo): string | null {
  if (!knows) return null;
  const looks = request.task === 'ask' || request.task === 'ground';
  const unknown = unknownWords(textOf(request), looks ? knownOfPictures(knows) : knows);
  if (unknown.length === 0) return null;
  const words = unknown.map((word) => `“${word}”`).join(', ');
  const groups = Object.values(knows.groups).map((phrases) => `\n  ${phrases.join(', ')}`);
  return `${name} has not learnt ${words}; what comes of that is arbitrary. It knows:${groups.join('')}`;
}
