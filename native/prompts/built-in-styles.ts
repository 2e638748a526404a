import type { Style } from '../../electron/contract/prompts.ts';

/** The styles that come with the program: plain words that say a medium or a light, nothing more. */
export const builtInStyles: readonly Style[] = [
  { id: 'photo', name: 'Photograph', template: 'a photo of {prompt}, natural light' },
  { id: 'flat', name: 'Flat illustration', template: 'a flat vector illustration of {prompt}, clean shapes' },
  {
    id: 'watercolour',
    name: 'Watercolour',
    template: 'a watercolour painting of {prompt}, soft washes on paper',
  },
  { id: 'pencil', name: 'Pencil drawing', template: 'a pencil drawing of {prompt}, fine hatching' },
  { id: 'render', name: '3D render', template: 'a 3D render of {prompt}, studio lighting' },
  { id: 'pixel', name: 'Pixel art', template: 'pixel art of {prompt}, few colours' },
  { id: 'night', name: 'At night', template: '{prompt} at night' },
  { id: 'plain', name: 'On a plain background', template: '{prompt} on a plain white background' },
];
