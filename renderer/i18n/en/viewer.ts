/** Texts of the canvas. */
export const viewerTexts = {
  'viewer.label': 'Canvas',
  'viewer.empty.label': 'No picture yet',
  'viewer.picture': 'The picture',
  'viewer.pictureNamed': 'The picture {name}',
  'viewer.pictureOf': '“{prompt}”, step {step} of {steps}',

  'empty.title': 'From noise to picture, token by token',
  'empty.text':
    'Describe a scene and press Generate. You see every step as it happens, and can scrub through it afterwards.',
  'empty.open': 'Or open, drop or paste a picture',
  'empty.facts': '{size} × {size} px from {codes} image tokens, {steps} {steps|step|steps} by default',

  'canvas.zoom': 'Zoom',
  'canvas.zoomIn': 'Zoom in',
  'canvas.zoomOut': 'Zoom out',
  'canvas.fit': 'Fit to window',
  'canvas.actual': 'Actual size (100 %)',
  'canvas.double': 'Twice the size (200 %)',
  'canvas.fourfold': 'Four times the size (400 %)',
  'canvas.smooth': 'Smooth pixels',

  'tool.move': 'Move the canvas',
  'tool.inspect': 'Inspect tokens',
} as const;
