import type { RgbImage, RunEvent } from '../../electron/contract/events.ts';
import type { ReflectionSettings } from '../../electron/contract/reflection.ts';
import type { TextToImageRequest } from '../../electron/contract/request.ts';
import { RandomStream } from '../sampler/random.ts';
import { turnPieces } from '../text/image-prompt.ts';
import { critiqueContent } from '../text/task-prompts.ts';
import type { TaskContext, TaskOptions } from './context.ts';
import { see } from './see.ts';
import { textPrompt, writeText } from './write-text.ts';

/** Budget and block of a critique (PIPELINE §1.2). */
const critiqueLength = 32;
const critiqueBlock = 16;

/** Accepted when the reply says so; "is incorrect" does not contain it (PIPELINE §4 step 1). */
export function isAccepted(reply: string): boolean {
  return reply.includes('is correct');
}

/** One attempt at a request's picture. */
export interface PaintRound {
  /** Seed of the noise. */
  seed: number;
  /** Earlier pictures as semantic tokens with what was said of them, oldest first (PIPELINE §4). */
  feedback: readonly { tokens: Float32Array; reply: string }[];
  /** Whether the run begins with this round. */
  first: boolean;
}

/** A round that was not accepted. */
export interface FailedRound {
  round: number;
  reply: string;
}

/**
 * The earlier rounds a new one is shown (PIPELINE §4 step 2): all of them while they are few; else rounds of distinct
 * replies, drawn from the request's seed, in their order.
 * @param most rounds to show at most; @param round the round they are for, which has draws of its own
 */
export function chooseHistory<T extends FailedRound>(
  failed: readonly T[],
  most: number,
  seed: number,
  round: number,
): T[] {
  if (failed.length <= most) return [...failed];
  const distinct = failed.filter((entry, i) => failed.findIndex(({ reply }) => reply === entry.reply) === i);
  const stream = new RandomStream(seed, 'history', round);
  const left = [...distinct];
  const chosen: T[] = [];
  while (left.length > 0 && chosen.length < most) chosen.push(...left.splice(stream.below(left.length), 1));
  return chosen.sort((a, b) => a.round - b.round);
}

/** Seed of a round's noise; the first round is the request without reflection. */
export function roundSeed(seed: number, round: number): number {
  return (seed + round - 1) % 0x1_0000_0000;
}

/**
 * Self-reflection (PIPELINE §4): paint, let the model judge its picture, and paint again with what was wrong in mind,
 * until it accepts or the rounds are used up; then the last picture is the result. `self-verify` is the same without
 * telling what was wrong.
 */
export async function* reflect(
  request: TextToImageRequest,
  settings: ReflectionSettings,
  paint: (round: PaintRound) => AsyncGenerator<RunEvent, { image: RgbImage; forwards: number }>,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { image: RgbImage; forwards: number; accepted: boolean }> {
  const { rounds, mode } = settings;
  const most = mode === 'reflection' ? settings.history : 0;
  const failed: (FailedRound & { tokens: Float32Array })[] = [];
  let forwards = 0;
  for (let round = 1; ; round++) {
    const feedback = chooseHistory(failed, most, request.seed, round);
    const seed = roundSeed(request.seed, round);
    const history = feedback.map(({ round: earlier, reply }) => ({ round: earlier, reply }));
    yield { type: 'round.start', round, rounds, seed, history };
    const painted = yield* paint({ seed, feedback, first: round === 1 });
    const { image } = painted;
    yield { type: 'round.image', round, image };
    const critique = yield* criticise(request, image, context, options);
    forwards += painted.forwards + critique.forwards;
    const { reply, accepted } = critique;
    yield { type: 'critique.verdict', round, reply, accepted };
    if (accepted || round === rounds) return { image, forwards, accepted };
    if (most > 0) {
      const tokens = yield* see(context, image, 'pad', options.signal);
      failed.push({ round, reply, tokens });
    }
  }
}

/** What the model says of its own picture (PIPELINE §4 step 1). */
async function* criticise(
  request: TextToImageRequest,
  image: RgbImage,
  context: TaskContext,
  options: TaskOptions,
): AsyncGenerator<RunEvent, { reply: string; accepted: boolean; forwards: number }> {
  const { tokenizer } = context;
  yield { type: 'phase', phase: 'critique', detail: 'looking at the picture' };
  const tokens = yield* see(context, image, undefined, options.signal);
  yield { type: 'phase', phase: 'critique', detail: 'judging the picture' };
  const content = critiqueContent(request.prompt.trim());
  const { text, forwards } = yield* writeText(
    {
      purpose: 'critique',
      prompt: textPrompt(tokenizer, turnPieces(tokenizer, 'user', 'user', content), request.promptForm),
      pictures: [tokens],
      settings: {
        length: critiqueLength,
        blockLength: critiqueBlock,
        schedule: null,
        temperature: 0,
        remasking: 'low_confidence',
        parallel: null,
      },
      prefixCache: true,
      seed: request.seed,
    },
    context,
    options,
  );
  return { reply: text, accepted: isAccepted(text), forwards };
}
