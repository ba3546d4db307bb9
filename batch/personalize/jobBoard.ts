import type { StepProgress } from '../progress.ts';

/** What several jobs at once are doing, on the one line of their step. */
export interface JobBoard {
  set(record: string, status: string): void;
}

export function createJobBoard(progress: StepProgress, records: readonly string[]): JobBoard {
  const states = new Map(records.map((record) => [record, 'CREATE PENDING']));
  return {
    set: (record, status) => {
      states.set(record, status);
      const open = [...states].filter(([, state]) => state !== 'ACTIVE' && !state.endsWith('FAILED'));
      const note = open.map(([name, state]) => `${name.split('/')[1] ?? name} ${words(state)}`).join(', ');
      progress.update({ done: states.size - open.length, total: states.size, unit: 'jobs', note });
    },
  };
}

function words(status: string): string {
  return status.replace('CREATE ', '').replace('_', ' ').toLowerCase();
}
