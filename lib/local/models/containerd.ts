import { type AnswerDocument, CANNOT_SAY, refused, type Site, type SoftwareModel, said } from './machine.js';

/** What containerd 1.6 took from its start until a task ran, its image at hand, in milliseconds. */
const START_MS = 600;

/** containerd with one task, which nothing restarts. Killing the software of a machine ends the task; containerd lives on. */
export const containerdModel = (site: Site): SoftwareModel => {
  let tasks: Record<string, { readonly probe: string }> = {};

  const look: AnswerDocument = ({ id }) => {
    const task = tasks[id];
    if (task === undefined && !site.isUp(id)) return refused(CANNOT_SAY, 'containerd does not answer');
    if (task === undefined) return said(['task none', 'probe none']);
    return said(
      site.isUp(id)
        ? ['task RUNNING', `probe ${task.probe === '' ? 'none' : 'ok'}`]
        : ['task STOPPED', 'probe none'],
    );
  };

  return {
    flavors: ['containerd'],
    documents: { 'containerd-look': look },
    boot: async ({ machine, software, isUnderWay }) => {
      await site.clock.sleep(START_MS + site.joinDelayMs());
      if (!isUnderWay()) return;
      tasks[machine.id] = { probe: software.settings.ProbeKind ?? '' };
      site.changed();
    },
    settle: () => {},
    truth: () => [],
    snapshot: () => tasks,
    restore: (state) => {
      tasks = state as typeof tasks;
    },
  };
};
