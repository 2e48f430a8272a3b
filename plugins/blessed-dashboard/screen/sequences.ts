/** All that is ever sent to a terminal beside text. */
const CSI = '\u001b[';

export const place = (row: number, column: number): string => `${CSI}${row + 1};${column + 1}H`;
export const attributes = (parameters: string): string => `${CSI}0${parameters && `;${parameters}`}m`;
export const SHOW_CARET = `${CSI}?25h`;
export const HIDE_CARET = `${CSI}?25l`;
/** Terminals that know it show what is between at once; the others ignore it. */
export const HOLD = `${CSI}?2026h`;
export const RELEASE = `${CSI}?2026l`;
/** What is too wide for the last column stays in its row. */
export const NO_WRAP = `${CSI}?7l`;
export const WRAP = `${CSI}?7h`;
export const MARK_PASTES = `${CSI}?2004h`;
export const NO_PASTE_MARKS = `${CSI}?2004l`;
export const CLEAR = `${CSI}0m${CSI}H${CSI}2J`;
export const BELL = '\u0007';
