import { describe, expect, it } from 'vitest';
import { knownOfPictures, unknownWords } from '../../../electron/contract/known-words.ts';

const known = {
  groups: { objects: ['car', 'traffic light', 'cat'], numbers: ['two'] },
  words: ['a', 'photo', 'of', 'cars', 'the'],
  seen: ['facing'],
};

describe('words that a model has not learnt', () => {
  it('are told once, in their order, whatever their case', () => {
    expect(unknownWords('A photo of a Castle, the castle and two cars', known)).toEqual(['castle', 'and']);
    expect(unknownWords('two traffic cars', known)).toEqual([]);
    expect(unknownWords('two cats and twos', known)).toEqual(['and']);
  });

  it('are numbers and words of other scripts too, and no genitive', () => {
    expect(unknownWords('the cat’s car, 3 cars', known)).toEqual(['3']);
    expect(unknownWords('两辆汽车 of the café', known)).toEqual(['两辆汽车', 'café']);
  });

  it('are not those that are still being typed, unless no known word begins so', () => {
    expect(unknownWords('a photo of a traff', known, true)).toEqual([]);
    expect(unknownWords('a photo of a traff ', known, true)).toEqual(['traff']);
    expect(unknownWords('a photo of a castl', known, true)).toEqual(['castl']);
    expect(unknownWords('the twos', known, true)).toEqual([]);
    expect(unknownWords('a photo of a traff', known)).toEqual(['traff']);
  });

  it('are some that it reads when it looks at a picture, but paints nothing for', () => {
    expect(unknownWords('a car facing the cat', known)).toEqual(['facing']);
    expect(unknownWords('the car facing left', knownOfPictures(known))).toEqual(['left']);
  });

  it('are none of an empty text or of signs', () => {
    expect(unknownWords(' … {|} — ', known, true)).toEqual([]);
  });
});
