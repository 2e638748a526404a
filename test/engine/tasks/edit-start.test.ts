import { expect, it } from 'vitest';
import { editStart, publishedDefaults, publishedEditDefaults } from '../../../electron/contract/request.ts';

const own = { ...publishedEditDefaults, guidanceScale: 0.5, temperature: 0.6 };

it('an edit starts from its own guidance and temperature, a description from those of pictures from text', () => {
  const sampling = { ...publishedDefaults, temperature: 0.3 };
  expect(editStart(sampling, own)).toMatchObject({ steps: 64, guidanceScale: 0.5, temperature: 0.6 });
  const described = editStart(sampling, own, true);
  expect(described).toMatchObject({ guidanceScale: 4, temperature: 0.3, imageGuidanceScale: 1.4 });
  expect(described).not.toHaveProperty('microConditions');
});

it('a bundle that tells nothing of edits gives them the published settings', () => {
  expect(editStart(publishedDefaults)).toMatchObject(publishedEditDefaults);
});
