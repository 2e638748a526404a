import './zod-config.ts';
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/noto-sans-sc/wght.css';
import './theme/tokens.css';
import './theme/themes.css';
import './theme/base.css';
import './components/components.css';
import './components/fields.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './features/shell/components/app.tsx';
import { setLanguage, systemLanguage } from './i18n/index.ts';
import { startStudio } from './start.ts';
import { applyRememberedTheme } from './state/theme.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
applyRememberedTheme();
setLanguage(systemLanguage());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void startStudio();
