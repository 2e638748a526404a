import { describe, expect, it } from 'vitest';
import { runEventSchema } from '../../../electron/contract/events.ts';
import { chooseHistory, isAccepted, roundSeed } from '../../../native/tasks/reflect.ts';
import { finalCodes, only, openFullEngine, paintRequest, runAll, the } from '../../support/engine-runs.ts';

const reflection = { rounds: 5, mode: 'reflection', history: 3 } as const;

/** Semantic tokens of a single padded view of the full bundle: 3 × 3 after the pool, and the newline. */
const feedbackRows = 10;

describe('reflection', () => {
  it('stops at the first picture the critic accepts', async () => {
    const { engine } = await openFullEngine({ says: 'This image is correct.' });
    const events = await runAll(engine, paintRequest({ reflection }));
    for (const event of events) expect(runEventSchema.safeParse(event).success).toBe(true);
    expect(the(events, 'round.start')).toMatchObject({ round: 1, rounds: 5, seed: 7, history: [] });
    const verdict = the(events, 'critique.verdict');
    expect(verdict).toMatchObject({ round: 1, accepted: true });
    expect(verdict.reply).toContain('This image is correct.');
    expect(only(events, 'critique.token').length).toBeGreaterThan(0);
    expect(the(events, 'text.start').purpose).toBe('critique');
    expect(the(events, 'run.image').image).toEqual(the(events, 'round.image').image);
    expect(the(events, 'run.done').result.accepted).toBe(true);
  });

  it('paints as without reflection in the first round', async () => {
    const { engine } = await openFullEngine({ says: 'This image is correct.' });
    const plain = await runAll(engine, paintRequest());
    const reflected = await runAll(engine, paintRequest({ reflection }));
    expect(finalCodes(reflected)).toEqual(finalCodes(plain));
  });

  it('shows later rounds what was wrong, keeps every picture and returns the last one', async () => {
    const { engine } = await openFullEngine({ says: 'This image is incorrect.' });
    const events = await runAll(engine, paintRequest({ reflection, steps: 2 }));
    const starts = only(events, 'round.start');
    expect(starts.map(({ round, seed }) => [round, seed])).toEqual([1, 2, 3, 4, 5].map((r) => [r, r + 6]));
    const shown = starts.map(({ history }) => history.length);
    expect(shown.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(shown[4]).toBeLessThanOrEqual(3);
    expect(only(events, 'critique.verdict').every(({ accepted }) => !accepted)).toBe(true);
    const semantic = only(events, 'branches').map(({ segments = [] }) =>
      segments.filter(({ kind }) => kind === 'semantic').map(({ length }) => length),
    );
    expect(semantic.slice(0, 4)).toEqual([
      [],
      [feedbackRows],
      [feedbackRows, feedbackRows],
      [feedbackRows, feedbackRows, feedbackRows],
    ]);
    const images = only(events, 'round.image').map(({ image }) => Buffer.from(image.rgb).toString('base64'));
    expect(new Set(images).size).toBe(5);
    expect(Buffer.from(the(events, 'run.image').image.rgb).toString('base64')).toBe(images.at(-1));
    expect(the(events, 'run.done').result.accepted).toBe(false);
    expect(only(events, 'run.start')).toHaveLength(1);
  });

  it('in self-verify mode tries again without telling what was wrong', async () => {
    const { engine } = await openFullEngine({ says: 'This image is incorrect.' });
    const settings = { rounds: 2, mode: 'self-verify', history: 3 } as const;
    const events = await runAll(engine, paintRequest({ reflection: settings, steps: 2 }));
    expect(only(events, 'round.start').map(({ history }) => history)).toEqual([[], []]);
    const [first, second] = only(events, 'round.image');
    expect(first?.image).not.toEqual(second?.image);
    const alone = await runAll(engine, paintRequest({ seed: 8, steps: 2 }));
    expect(second?.image).toEqual(the(alone, 'run.image').image);
  });

  it('stops between forwards when cancelled during the critique', async () => {
    const { engine } = await openFullEngine({ says: 'This image is incorrect.' });
    const events = await runAll(engine, paintRequest({ reflection, steps: 2 }), (event, abort) => {
      if (event.type === 'critique.token') abort();
    });
    expect(events.at(-1)?.type).toBe('run.cancelled');
    expect(only(events, 'critique.token')).toHaveLength(1);
  });

  it('is refused by a model that cannot see', async () => {
    const { engine } = await openFullEngine({ without: ['vision'] });
    expect((await runAll(engine, paintRequest({ reflection }))).at(-1)).toMatchObject({
      error: {
        code: 'model.incomplete',
        message: 'Full cannot look at its own pictures: it has no vision tower.',
      },
    });
  });
});

describe('the rules of reflection', () => {
  it('accepts "is correct" and rejects "is incorrect"', () => {
    expect(isAccepted('This image is correct, because …')).toBe(true);
    expect(isAccepted('This image is incorrect. There should be 3 apple.')).toBe(false);
    expect(isAccepted('')).toBe(false);
  });

  it('keeps at most three rounds, of distinct replies, drawn from the seed', () => {
    const failed = ['a', 'b', 'a', 'c', 'd', 'b', 'e'].map((reply, i) => ({ round: i + 1, reply }));
    expect(chooseHistory(failed.slice(0, 3), 3, 1, 4)).toEqual(failed.slice(0, 3));
    const draws = Array.from({ length: 40 }, (_, seed) => chooseHistory(failed, 3, seed, 8));
    for (const [seed, chosen] of draws.entries()) {
      expect(chosen).toHaveLength(3);
      expect(new Set(chosen.map(({ reply }) => reply)).size).toBe(3);
      expect(chosen.map(({ round }) => round)).toEqual(
        chosen.map(({ round }) => round).sort((a, b) => a - b),
      );
      expect(chooseHistory(failed, 3, seed, 8)).toEqual(chosen);
    }
    expect(new Set(draws.flat().map(({ reply }) => reply))).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
    expect(chooseHistory(failed, 0, 1, 8)).toEqual([]);
  });

  it('gives every round a seed of its own that the request could have', () => {
    expect(roundSeed(42, 1)).toBe(42);
    expect(roundSeed(0xffff_ffff, 2)).toBe(0);
  });
});
