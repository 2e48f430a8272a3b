import { wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import { BLANK } from './rows.js';
import type { PaneName } from '../state/paneNames.js';

/** The filter of a pane, beside its title, so that nobody wonders where the rest is; nothing where there is none. */
export function filterAside({ ui, language }: Scene, pane: PaneName, shown: number): Line {
  const filter = ui.filters[pane];
  return filter === '' ? [] : [span(`/${filter}`, 'accent'), span(` ${language.panes.filter.shown(shown)}`, 'faint')];
}

/** What an empty pane says when it is the filter that leaves nothing. */
export function filterEmpty({ ui, language }: Scene, pane: PaneName, columns: number): readonly Line[] | undefined {
  const filter = ui.filters[pane];
  if (filter === '') return undefined;
  return wrapText(language.panes.filter.nothing(filter), columns - 2, 'faint').map((line) => [BLANK, ...line]);
}
