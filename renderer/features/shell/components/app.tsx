import { Tooltip } from 'radix-ui';
import { useConnection } from '../../../api/connection.ts';
import { t } from '../../../i18n/index.ts';
import { useLanguage } from '../../../state/language.ts';
import { useSaved } from '../../../state/persistence.ts';
import { defaultSession, limits, setSession, useSession } from '../../../state/session.ts';
import { Gallery } from '../../gallery/components/gallery.tsx';
import { ProjectDialogs } from '../../projects/components/project-dialogs.tsx';
import { RecallZones } from '../../gallery/components/recall-zones.tsx';
import { CompareDialog } from '../../compare/compare-dialog.tsx';
import { ModelsDialog } from '../../models/components/models-dialog.tsx';
import { PaletteDialogs } from '../../palette/components/palette-dialogs.tsx';
import { Timeline } from '../../playback/components/timeline.tsx';
import { StylesDialog } from '../../prompts/components/styles-dialog.tsx';
import { WildcardsDialog } from '../../prompts/components/wildcards-dialog.tsx';
import { RoundsDialog } from '../../reflection/components/rounds-dialog.tsx';
import { Results } from '../../runs/components/results.tsx';
import { SaveAsDialog } from '../../save-as/save-as-dialog.tsx';
import { SettingsDialog } from '../../settings/components/settings-dialog.tsx';
import { SnapshotsDialog } from '../../snapshots/components/snapshots-dialog.tsx';
import { SweepDialog } from '../../sweep/components/sweep-dialog.tsx';
import { TaskPanel } from '../../tasks/components/task-panel.tsx';
import { Tour } from '../../tour/components/tour.tsx';
import { Viewer } from '../../viewer/components/viewer.tsx';
import { Mark } from '../../../components/mark.tsx';
import { Header } from './header.tsx';
import { panelColumn, timelineRow } from '../sizes.ts';
import { ResizeHandle } from './resize-handle.tsx';
import { StatusBar } from './status-bar.tsx';
import { Toaster } from './toaster.tsx';
import { ToolRail } from './tool-rail.tsx';
import '../shell.css';
import '../../engine/engine.css';

/** Before the studio answered for the first time; most people never see it. */
function Connecting() {
  const state = useConnection((connection) => connection.state);
  return (
    <div className="loading" aria-busy="true" role="status">
      <Mark size={44} />
      {state === 'connecting' || state === 'open' ? null : (
        <>
          <b>{t(`connection.${state}`)}</b>
          <p>{t(`connection.${state}.action`)}</p>
        </>
      )}
    </div>
  );
}

/** The window. It waits for the kept session, so that nothing jumps. */
export function App() {
  const loaded = useSaved((state) => state.loaded);
  const { timelineHeight, panelWidth, galleryOpen } = useSession();
  const language = useLanguage((state) => state.language);
  if (!loaded) return <Connecting />;
  return (
    <Tooltip.Provider key={language} delayDuration={350} skipDelayDuration={200}>
      <div
        className="app"
        data-gallery={galleryOpen || undefined}
        style={{
          gridTemplateColumns: `46px minmax(0, 1fr) 92px ${panelColumn(panelWidth)}`,
          gridTemplateRows: `44px minmax(0, 1fr) ${timelineRow(timelineHeight)} 26px`,
        }}
      >
        <Header />
        <ToolRail />
        <main className="stage">
          <Viewer />
        </main>
        <Results />
        <aside className="panel" aria-label={t('panel.label')}>
          <ResizeHandle
            label={t('panel.resize')}
            axis="x"
            value={panelWidth}
            {...limits.panelWidth}
            onChange={(value) => {
              setSession({ panelWidth: value });
            }}
            onReset={() => {
              setSession({ panelWidth: defaultSession.panelWidth });
            }}
          />
          <TaskPanel />
          <RecallZones />
        </aside>
        <div className="bottom">
          <ResizeHandle
            label={t('timeline.resize')}
            axis="y"
            value={timelineHeight}
            {...limits.timelineHeight}
            onChange={(value) => {
              setSession({ timelineHeight: value });
            }}
            onReset={() => {
              setSession({ timelineHeight: defaultSession.timelineHeight });
            }}
          />
          <Timeline />
        </div>
        <Gallery />
        <StatusBar />
      </div>
      <PaletteDialogs />
      <ProjectDialogs />
      <SaveAsDialog />
      <SnapshotsDialog />
      <WildcardsDialog />
      <StylesDialog />
      <SweepDialog />
      <RoundsDialog />
      <CompareDialog />
      <SettingsDialog />
      <ModelsDialog />
      <Tour />
      <Toaster />
    </Tooltip.Provider>
  );
}
