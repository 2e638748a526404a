import {
  CheckCheck,
  ClipboardType,
  Copy,
  Download,
  FolderInput,
  FolderOpen,
  GitCompareArrows,
  Images,
  ImagePlus,
  Maximize2,
  MessageSquareText,
  Network,
  Repeat2,
  Ruler,
  Search,
  Sprout,
  Star,
  StickyNote,
  Tag,
  Trash2,
  Undo2,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Action } from '../../actions/action.ts';
import { useSession } from '../../state/session.ts';
import { closeGallery, openGallery } from './data.ts';
import { chooseFolder, choosePictures } from './import-files.ts';
import { canRecall, recall, type RecallPart } from './recall.ts';
import { noSelection, selectAll } from './selection.ts';
import {
  copyPictureOf,
  copyPromptOf,
  deletePictures,
  openPicture,
  restorePictures,
  reveal,
  savePictures,
  toggleStar,
} from './service.ts';
import { chosenIds, itemOf, useGallery } from './store.ts';

const isOpen = (): boolean => useSession.getState().galleryOpen;
const isBin = (): boolean => useGallery.getState().place.kind === 'bin';
const hasChosen = (): boolean => isOpen() && !isBin() && chosenIds().length > 0;
const focused = (): string => useGallery.getState().selection.focus ?? chosenIds()[0] ?? '';

type Part = Omit<Action, 'group' | 'id'>;

/** An action on the chosen pictures of the gallery. */
function chosen(name: string, part: Part): Action {
  return { id: `gallery.${name}`, group: 'gallery', enabled: hasChosen, ...part };
}

function recallAction(part: RecallPart, icon: LucideIcon, key: string): Action {
  return chosen(`recall.${part}`, {
    label: `recall.action.${part}`,
    icon,
    keys: [key],
    enabled: () => {
      const item = itemOf(focused());
      return hasChosen() && item !== null && canRecall({ ...item, foreign: null }, part);
    },
    perform: () => {
      const item = itemOf(focused());
      if (item) recall({ ...item, foreign: null }, part);
    },
  });
}

function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}

/** What can be done in the gallery, and the way into it. */
export const galleryActions: readonly Action[] = [
  {
    id: 'gallery.toggle',
    group: 'app',
    label: 'gallery.toggle',
    icon: Images,
    keys: ['mod+g'],
    inText: true,
    checked: isOpen,
    perform: () => {
      if (isOpen()) closeGallery();
      else openGallery();
    },
  },
  {
    id: 'gallery.importFolder',
    group: 'app',
    label: 'gallery.importFolder',
    icon: FolderInput,
    keys: [],
    perform: () => {
      openGallery();
      chooseFolder();
    },
  },
  {
    id: 'gallery.importFiles',
    group: 'app',
    label: 'gallery.importFiles',
    icon: ImagePlus,
    keys: [],
    perform: () => {
      openGallery();
      choosePictures();
    },
  },
  {
    id: 'gallery.search',
    group: 'gallery',
    label: 'gallery.search',
    icon: Search,
    keys: ['/', 'mod+f'],
    enabled: () => isOpen() && !isBin(),
    perform: () => {
      focusOn('gallery-search');
    },
  },
  chosen('open', {
    label: 'gallery.open',
    icon: Maximize2,
    keys: ['enter'],
    perform: () => void openPicture(focused()),
  }),
  chosen('star', {
    label: 'gallery.starAction',
    icon: Star,
    keys: ['.'],
    perform: () => void toggleStar(chosenIds()),
  }),
  chosen('tag', {
    label: 'gallery.tag',
    icon: Tag,
    keys: ['t'],
    perform: () => {
      focusOn('gallery-tag');
    },
  }),
  chosen('note', {
    label: 'gallery.note',
    icon: StickyNote,
    keys: ['n'],
    perform: () => {
      focusOn('gallery-note');
    },
  }),
  recallAction('all', Repeat2, 'u'),
  recallAction('prompt', MessageSquareText, 'p'),
  recallAction('seed', Sprout, 's'),
  recallAction('size', Ruler, 'd'),
  chosen('compare', {
    label: 'gallery.compare',
    icon: GitCompareArrows,
    keys: ['c'],
    enabled: () => hasChosen() && useGallery.getState().selection.ids.size === 2,
    perform: () => {
      const [a, b] = chosenIds();
      if (a !== undefined && b !== undefined) useGallery.setState({ comparing: [a, b] });
    },
  }),
  chosen('family', {
    label: 'gallery.family',
    icon: Network,
    keys: ['l'],
    perform: () => {
      useGallery.setState({ family: focused() });
    },
  }),
  chosen('copyPicture', {
    label: 'gallery.copyPicture',
    icon: Copy,
    keys: ['mod+c', 'mod+shift+c'],
    perform: () => void copyPictureOf(focused()),
  }),
  chosen('copyPrompt', {
    label: 'gallery.copyPrompt',
    icon: ClipboardType,
    keys: ['mod+alt+c'],
    perform: () => void copyPromptOf(focused()),
  }),
  chosen('reveal', {
    label: 'gallery.reveal',
    icon: FolderOpen,
    keys: ['o'],
    perform: () => void reveal(focused()),
  }),
  chosen('save', {
    label: 'gallery.save',
    icon: Download,
    keys: ['mod+e'],
    perform: () => void savePictures(chosenIds()),
  }),
  chosen('delete', {
    label: 'gallery.delete',
    icon: Trash2,
    keys: ['delete', 'backspace'],
    perform: () => void deletePictures(chosenIds()),
  }),
  {
    id: 'gallery.restore',
    group: 'gallery',
    label: 'gallery.restore',
    icon: Undo2,
    keys: ['r'],
    enabled: () => isOpen() && isBin() && chosenIds().length > 0,
    perform: () => void restorePictures(chosenIds()),
  },
  {
    id: 'gallery.selectAll',
    group: 'gallery',
    label: 'gallery.selectAll',
    icon: CheckCheck,
    keys: ['mod+a'],
    enabled: () => isOpen() && useGallery.getState().ids.length > 0,
    perform: () => {
      useGallery.setState(({ selection, ids }) => ({ selection: selectAll(selection, ids) }));
    },
  },
  {
    id: 'gallery.unselect',
    group: 'gallery',
    label: 'gallery.unselect',
    icon: X,
    keys: ['escape'],
    enabled: () => isOpen() && useGallery.getState().selection.ids.size > 0,
    perform: () => {
      useGallery.setState(({ selection }) => ({ selection: { ...noSelection, focus: selection.focus } }));
    },
  },
  {
    id: 'gallery.close',
    group: 'gallery',
    label: 'gallery.close',
    icon: X,
    keys: ['escape'],
    after: ['gallery.unselect'],
    enabled: isOpen,
    perform: closeGallery,
  },
];
