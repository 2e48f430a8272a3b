import type { Line } from '../../plugins/blessed-dashboard/lines/Line.js';
import type { Frame } from '../../plugins/blessed-dashboard/panes/Frame.js';

export const textOf = (line: Line): string => line.map(({ text }) => text).join('');

/** A picture as a reader without colours sees it. */
export const frameText = (frame: Frame): string => frame.rows.map(textOf).join('\n');
