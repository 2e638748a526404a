import type { Settings } from '../contract/settings.ts';

export interface MenuTexts {
  file: string;
  view: string;
  showPictures: string;
  aboutModel: string;
}

/** The few texts of the menu that the system does not bring itself. */
const texts: Record<'en' | 'zh', MenuTexts> = {
  en: {
    file: '&File',
    view: '&View',
    showPictures: 'Show Pictures in Folder',
    aboutModel: 'About LaViDa-O',
  },
  zh: { file: '文件(&F)', view: '视图(&V)', showPictures: '在文件夹中显示图片', aboutModel: '关于 LaViDa-O' },
};

/** The menu's texts in the user's language, or in the system's where that is chosen. */
export function menuTexts(language: Settings['language'], systemLocale: string): MenuTexts {
  if (language !== 'system') return texts[language];
  return systemLocale.toLowerCase().startsWith('zh') ? texts.zh : texts.en;
}
