/** Texts of the tour, the keys, notifications and diagnostics. */
export const easeTexts = {
  'tour.label': 'Tour',
  'tour.start': 'Take the tour',
  'tour.skip': 'Skip',
  'tour.painting': 'Painting…',
  'tour.welcome.title': 'Watch a picture come out of its mask',
  'tour.welcome.text':
    'In one minute you make a picture on this machine and walk back through every step of it. Nothing leaves the machine.',
  'tour.welcome.next': 'Start',
  'tour.prompt.title': 'Say what it should show',
  'tour.prompt.text': 'Here is a prompt to begin with. Change it if you like: a few plain words are best.',
  'tour.prompt.next': 'Next',
  'tour.generate.title': 'Generate',
  'tour.generate.text':
    'The model starts from an empty grid and reveals the surest tokens first. {key} does this from anywhere.',
  'tour.generate.next': 'Generate',
  'tour.watch.title': 'Every step, live',
  'tour.watch.text':
    'Hatched cells are guesses, framed ones were just fixed. Click a cell to see what else the model considered.',
  'tour.watch.next': 'Look back',
  'tour.scrub.title': 'Scrub it like a film',
  'tour.scrub.text': 'Drag along the timeline, or press ← and →. Space plays it again.',
  'tour.scrub.next': 'Next',
  'tour.done.title': 'That is the heart of it',
  'tour.done.text':
    '{palette} finds every command, {shortcuts} shows every key. The tour is among the commands, too.',
  'tour.done.next': 'Begin',

  'shortcut.about': 'Press the keys of an action to give it others.',
  'shortcut.resetAll': 'Reset all keys',
  'shortcut.change': '{name}: {keys}. Change',
  'shortcut.capturing': '{name}: press the new keys, Escape to leave them',
  'shortcut.press': 'Press keys…',
  'shortcut.remove': 'Take the keys of “{name}” away',
  'shortcut.conflict': 'Also used by {names}.',
  'shortcut.take': 'Take it from there',

  'notices.done': 'The picture is ready',
  'notices.doneMany': '{done} pictures are ready',
  'notices.failed': '{failed} failed, {done} done',
  'notices.allow': 'Allow notifications',
  'notices.permission.default': 'The browser has not been asked yet whether it may show notifications.',
  'notices.permission.denied':
    'The browser refuses notifications for this page; its site settings can allow them.',
  'notices.permission.missing': 'This browser has no notifications.',

  'settings.privacy': 'Privacy',
  'privacy.title': 'Nothing leaves this machine',
  'privacy.text':
    'There is no account and no telemetry. The studio makes a request to another machine only when you start a download yourself or ask it to look for a newer version.',
  'diagnostics.title': 'Diagnostics',
  'diagnostics.text':
    'A report for someone who helps you: versions, hardware, engine and recent errors. Your home folder, names and prompts are left out. It is made here and sent nowhere; read it before you save it.',
  'diagnostics.prompts': 'Include prompts',
  'diagnostics.collect': 'Make a report',
  'diagnostics.report': 'The report',
  'diagnostics.save': 'Save…',
  'diagnostics.copy': 'Copy',
  'diagnostics.copied': 'Report copied',
} as const;
