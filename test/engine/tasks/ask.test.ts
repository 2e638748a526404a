import { describe, expect, it } from 'vitest';
import { runEventSchema } from '../../../electron/contract/events.ts';
import { publishedAnswerDefaults, type CaptionRequest } from '../../../electron/contract/request.ts';
import { byteTokenId } from '../../support/full-bundle.ts';
import {
  askRequest,
  asSource,
  only,
  openFullEngine,
  runAll,
  testPicture,
  the,
} from '../../support/engine-runs.ts';

const picture = asSource(testPicture(50, 40));

describe('asking', () => {
  it('streams every token once, each with its confidence, and ends with the answer', async () => {
    const { engine } = await openFullEngine();
    const events = await runAll(engine, askRequest(picture));
    for (const event of events) expect(runEventSchema.safeParse(event).success).toBe(true);
    const start = the(events, 'text.start');
    expect(start).toMatchObject({ purpose: 'answer', length: 16, blockLength: 8 });
    expect(start.segments.map(({ kind }) => kind)).toEqual([
      'system',
      'user',
      'semantic',
      'user',
      'header',
      'answer',
    ]);
    const commits = only(events, 'token.commit');
    expect(commits.flatMap(({ positions }) => positions).sort((a, b) => a - b)).toEqual([
      ...Array(16).keys(),
    ]);
    for (const { positions, block, tokens, ids, confidence } of commits) {
      expect(tokens).toHaveLength(ids.length);
      for (const position of positions) expect(Math.floor(position / 8)).toBe(block);
      for (const value of confidence) expect(value > 0 && value <= 1).toBe(true);
    }
    const done = the(events, 'text.done');
    expect(done.ids).toHaveLength(16);
    expect(the(events, 'run.answer').text).toBe(done.text);
    expect(commits.at(-1)?.text.trim()).toBe(done.text);
    expect(the(events, 'run.done').result.forwards).toBe(17);
  });

  it('depends on the question, the picture and what was said before', async () => {
    const { engine } = await openFullEngine();
    const idsOf = async (...asked: Parameters<typeof askRequest>) =>
      the(await runAll(engine, askRequest(...asked)), 'text.done').ids.join();
    const first = await idsOf(picture);
    expect(await idsOf(picture)).toBe(first);
    const history = [{ question: 'Is it red?', answer: 'Yes.' }];
    const others = [
      await idsOf(picture, { prompt: 'Who?' }),
      await idsOf(asSource(testPicture(50, 60))),
      await idsOf(picture, { history }),
      await idsOf(picture, { prefixCache: false }),
      await idsOf(null),
    ];
    for (const other of others) expect(other).not.toBe(first);
  });

  it('puts the picture into the first turn of a thread', async () => {
    const { engine } = await openFullEngine();
    const history = [{ question: 'Is it red?', answer: 'Yes.' }];
    const { segments } = the(await runAll(engine, askRequest(picture, { history })), 'text.start');
    expect(segments.map(({ kind }) => kind)).toEqual([
      'system',
      'user',
      'semantic',
      'user',
      'header',
      'user',
      'header',
      'answer',
    ]);
  });

  it('cuts the answer at its first end of turn', async () => {
    const { engine } = await openFullEngine({ writes: ['<|eot_id|>', 'a'] });
    let shortest = Infinity;
    for (const prompt of ['one', 'two', 'three', 'four']) {
      const { ids, text } = the(await runAll(engine, askRequest(null, { prompt })), 'text.done');
      const cut = ids.indexOf(byteTokenId('<|eot_id|>'));
      expect(text).toBe('a'.repeat(cut < 0 ? ids.length : cut));
      shortest = Math.min(shortest, text.length);
    }
    expect(shortest).toBeLessThan(16);
  });

  it('computes nothing more after a block of nothing but ends', async () => {
    const { engine } = await openFullEngine({ writes: ['<|eot_id|>', '<|endoftext|>'] });
    const events = await runAll(engine, askRequest(picture));
    expect(the(events, 'text.done')).toMatchObject({ text: '', forwards: 9 });
    expect(the(events, 'text.done').ids).toHaveLength(8);
  });

  it('commits several tokens a step in the fast mode', async () => {
    const { engine } = await openFullEngine({ says: 'yes' });
    const fast = await runAll(engine, askRequest(picture, { parallel: { factor: 1, threshold: null } }));
    const slow = await runAll(engine, askRequest(picture));
    expect(the(fast, 'run.answer').text.replaceAll(' ', '')).toBe('yes'.repeat(16));
    expect(the(fast, 'run.done').result.forwards).toBeLessThan(the(slow, 'run.done').result.forwards);
  });

  it('says what is wrong with a request', async () => {
    const { engine } = await openFullEngine({ without: ['vision'] });
    const errorOf = async (...asked: Parameters<typeof askRequest>) =>
      (await runAll(engine, askRequest(...asked))).at(-1);
    expect(await errorOf(picture)).toMatchObject({
      error: { message: 'Full cannot answer questions about pictures: it has no vision tower.' },
    });
    expect(await errorOf(null, { prompt: ' ' })).toMatchObject({ error: { code: 'prompt.empty' } });
    expect(await errorOf(null, { blockLength: 5 })).toMatchObject({ error: { code: 'request.invalid' } });
    expect(await errorOf(null, { prompt: 'x'.repeat(9000) })).toMatchObject({
      error: { code: 'prompt.too-long' },
    });
    expect((await errorOf(null))?.type).toBe('run.done');
  });

  it('stops between forwards when cancelled', async () => {
    const { engine } = await openFullEngine();
    const events = await runAll(engine, askRequest(picture), (event, abort) => {
      if (event.type === 'token.commit' && event.step === 2) abort();
    });
    expect(events.at(-1)?.type).toBe('run.cancelled');
    expect(only(events, 'token.commit')).toHaveLength(3);
  });
});

describe('captioning', () => {
  it('gives words and boxes in pixels of the picture', async () => {
    const says = 'There is <box_p> a dog </box_p><LOC_BEGIN><LOC_0><LOC_128><LOC_512><LOC_896><LOC_END>.';
    const { engine } = await openFullEngine({ says });
    const request: CaptionRequest = {
      version: 1,
      task: 'caption',
      seed: 1,
      image: asSource(testPicture(80, 60)),
      ...publishedAnswerDefaults,
      length: 8,
      blockLength: 8,
    };
    const { text, boxes } = the(await runAll(engine, request), 'run.answer');
    expect(text.startsWith('There is a dog.')).toBe(true);
    expect(text).not.toContain('<');
    // The square around 80 × 60 has 10 pixels of margin above and below.
    expect(boxes[0]).toEqual({ name: 'a dog', box: [0, 0, 40, 60] });
    expect(boxes).toHaveLength(8);
  });
});
