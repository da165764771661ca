import { dialog } from '../state/dialogs.js';
import { groups, selected, staleReason } from '../state/store.js';
import { Bones } from './bones.js';
import { StaleNote } from './connection-badge.js';
import { DropTarget } from './drop-target.js';
import { FaultPanel } from './fault-panel.js';
import { Fleet } from './fleet.js';
import { GroupPage } from './group-page.js';
import { HelpDialog } from './help-dialog.js';
import { NoteBar } from './note-bar.js';
import { PlanDialog } from './plan-dialog.js';
import { QuestionDialog } from './question-dialog.js';
import { Rail } from './rail.js';
import { Tip } from './tip.js';
import { TopBar } from './top-bar.js';

export const App = () => (
  <div class={staleReason.value === undefined ? 'page' : 'page is-stale'}>
    <a class="skip" href="#main">
      Skip to the groups
    </a>
    <TopBar />
    <StaleNote />
    <FaultPanel />
    <Place />
    <Tip />
    <NoteBar />
    <DropTarget />
    <OpenDialog />
  </div>
);

const Place = () => {
  if (groups.value === undefined) {
    return (
      <main id="main" tabIndex={-1}>
        <Bones label="loading" />
      </main>
    );
  }
  if (selected.value === undefined) {
    return (
      <main id="main" tabIndex={-1}>
        <Fleet />
      </main>
    );
  }
  return (
    <div class="split">
      <Rail />
      <main id="main" tabIndex={-1}>
        <GroupPage />
      </main>
    </div>
  );
};

const OpenDialog = () => {
  const open = dialog.value;
  if (open === undefined) return null;
  if (open === 'help') return <HelpDialog />;
  if (open === 'plan') return <PlanDialog />;
  return <QuestionDialog question={open.question} />;
};
