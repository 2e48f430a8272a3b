import { actionWords } from './actions.js';
import { dashboardWords } from './dashboard.js';
import { fileDialogWords } from './fileDialogs.js';
import { paneWords } from './panes.js';
import { peopleDialogWords } from './peopleDialogs.js';
import { safetyNumberWords } from './safetyNumber.js';
import type { In } from './sections.js';

/** What is said on a screen only, and not loaded for a command: each section is a field of `Language` of that name. */
export const SCREEN_SECTIONS = {
  actions: actionWords,
  dashboard: dashboardWords,
  fileDialogs: fileDialogWords,
  panes: paneWords,
  peopleDialogs: peopleDialogWords,
  safetyNumber: safetyNumberWords,
} as const;

export type ScreenSections = In<typeof SCREEN_SECTIONS>;
