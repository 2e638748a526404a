import type { GraphicsFit, MemoryFit } from '../../electron/contract/hardware.ts';

/** Bytes as a reader sizes them up. */
export function sizeWords(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

const adviceWords: Record<MemoryFit['advice'][number]['what'], string> = {
  precision: 'convert the model to',
  reflection: 'leave reflection out',
  plan: 'leave the layout plan out',
  guidance: 'set the guidance to 0, which computes one sequence instead of several',
  close: 'close other programs',
};

/** What would need less, as the end of a sentence; empty when nothing would. */
export function adviceSentence({ advice }: MemoryFit): string {
  const [first] = advice;
  if (!first) return '';
  const words = first.precision ? `${adviceWords[first.what]} ${first.precision}` : adviceWords[first.what];
  return first.what === 'close'
    ? `Next: ${words}.`
    : `Next smaller choice: ${words}, about ${sizeWords(first.needBytes)}.`;
}

/** What a run takes of a graphics adapter's own memory, and what is not known of it. */
export function graphicsSentence({ backend, needBytes, adapter, haveBytes }: GraphicsFit): string {
  const need = `On ${backend} up to ${sizeWords(needBytes)} of the graphics adapter's own memory come on top, an upper bound that was measured on no adapter yet`;
  if (adapter === null) return `${need}; which adapter it uses, and how much that has, cannot be told.`;
  if (haveBytes === null) return `${need}; how much ${adapter} has, the system does not say.`;
  const short = haveBytes < needBytes ? ' If it fails, choose the CPU backend or a smaller precision.' : '';
  return `${need}; ${adapter} has ${sizeWords(haveBytes)}.${short}`;
}

/** What a run needs and what there is, with the next smaller choice. */
export function fitSentence(fit: MemoryFit): string {
  const { needBytes, leastBytes, limitBytes, freeBytes } = fit;
  const least = leastBytes < needBytes * 0.95 ? `, at least ${sizeWords(leastBytes)}` : '';
  const figures = `It needs about ${sizeWords(needBytes)}${least}; ${sizeWords(limitBytes)} may be used, ${sizeWords(freeBytes)} are free now.`;
  const graphics = fit.graphics ? graphicsSentence(fit.graphics) : '';
  return [figures, graphics, adviceSentence(fit)].filter(Boolean).join(' ');
}
