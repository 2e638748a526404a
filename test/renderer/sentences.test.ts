import { expect, test } from 'vitest';
import { chineseSentence } from '../../renderer/i18n/zh/sentences.ts';
import { thrownSentences } from '../support/thrown-sentences.ts';

const said = thrownSentences();

test('every sentence the studio says of an error is known in Chinese', () => {
  expect(said.length).toBeGreaterThan(200);
  expect(said.filter(({ text }) => chineseSentence(text) === null)).toEqual([]);
});

test('nothing filled in is lost, and no English words stay', () => {
  const wrong = said.flatMap(({ where, text }) => {
    const chinese = chineseSentence(text) ?? '';
    const lost = (text.match(/‹\d+›/gu) ?? []).filter((sample) => !chinese.includes(sample));
    return lost.length > 0 || /[a-z]{3,} [a-z]{3,}/u.test(chinese) ? [`${where}: ${chinese}`] : [];
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['The model in /models/x can do no task.', '/models/x 中的模型无法完成任何任务。'],
  [
    'The text layers lack "model.transformer.ln_f.weight" and 3 more. The shard /models/x/a.safetensors is missing.',
    '文本层缺少“model.transformer.ln_f.weight”及另外 3 个张量。缺少分片 /models/x/a.safetensors。',
  ],
  [
    'm.safetensors is damaged: tensor "a" overlaps the one before it.',
    'm.safetensors 已损坏：张量“a”与前一个重叠。',
  ],
  ['a.png is cut short. (a PNG ends with an IEND chunk)', 'a.png 不完整，被截断了。（PNG 应以 IEND 块结尾）'],
  [
    'It needs about 3.1 GiB; 2.0 GiB may be used, 1.5 GiB are free now. Next: close other programs.',
    '大约需要 3.1 GiB；可使用 2.0 GiB，现有 1.5 GiB 可用。下一步：关闭其他程序。',
  ],
  [
    'Small cannot find things in pictures: it has no vision tower.',
    'Small 无法在图片中定位物体：它没有视觉塔。',
  ],
  [
    'Small cannot describe pictures: it has no vision tower and no coordinate tokens in its tokenizer.',
    'Small 无法描述图片：它没有视觉塔，且其分词器没有坐标词元。',
  ],
  ['There is a board “found treasure” already.', '已有名为“found treasure”的画板。'],
  ['The engine stopped answering while loading the transformer.', '引擎在“正在加载 Transformer”时停止响应。'],
])('%s', (english, chinese) => {
  expect(chineseSentence(english)).toBe(chinese);
});

test('what another program says is left as it is', () => {
  expect(chineseSentence("ENOENT: no such file or directory, open '/models/x'")).toBeNull();
});
