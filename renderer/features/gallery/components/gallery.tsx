import { useState } from 'react';
import { Upload } from 'lucide-react';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../state/session.ts';
import { filesOf, hasFiles, importFiles } from '../import-files.ts';
import { useGallery } from '../store.ts';
import { Compare } from './compare.tsx';
import { Details } from './details.tsx';
import { Family } from './family.tsx';
import { Grid } from './grid.tsx';
import { ImportStrip } from './import-strip.tsx';
import { Sidebar } from './sidebar.tsx';
import { Toolbar } from './toolbar.tsx';
import '../gallery.css';

/** The gallery lies over canvas, results and timeline; the task panel stays, so that requests can be taken over. */
export function Gallery() {
  const open = useSession((state) => state.galleryOpen);
  return open ? <OpenGallery /> : null;
}

function OpenGallery() {
  const comparing = useGallery((state) => state.comparing);
  const family = useGallery((state) => state.family);
  const [over, setOver] = useState(false);
  return (
    <section
      className="gallery"
      aria-label={t('gallery.label')}
      onDragOver={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        void filesOf(event.dataTransfer).then(importFiles);
      }}
    >
      <Sidebar />
      <div className="gallery-main">
        <Toolbar />
        <Grid />
        <ImportStrip />
      </div>
      <Details />
      {comparing ? <Compare ids={comparing} /> : null}
      {family !== null ? <Family id={family} key={family} /> : null}
      {over ? (
        <div className="gallery-drop" aria-hidden="true">
          <Upload size={28} />
          {t('gallery.dropHere')}
        </div>
      ) : null}
    </section>
  );
}
