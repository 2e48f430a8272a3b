import { bilingual } from './bilingual.js';

/** The frame of a full-screen shell: its panes and what it says around them. */
export const dashboardWords = bilingual(
  {
    panes: { people: 'People', conversation: 'Conversation', transfers: 'Transfers', events: 'Events' },
  },
  {
    panes: { people: 'Personnes', conversation: 'Conversation', transfers: 'Transferts', events: 'Événements' },
  },
);
