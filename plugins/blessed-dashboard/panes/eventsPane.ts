import { linesOf, type DomainEvent, type JournalEntry } from '../../../core/index.js';
import { clipLine, padLine, wrapText } from '../lines/layout.js';
import { span, type Ink, type Line } from '../lines/Line.js';
import type { Size } from '../state/Input.js';
import { listedEvents, nameIn } from '../state/lists.js';
import type { Scene } from '../state/Scene.js';
import { filterAside, filterEmpty } from './filterLines.js';
import type { Pane } from './Pane.js';
import { BLANK, hanging, hitting, underCursor } from './rows.js';
import { ALARM, CURSOR } from './signs.js';
import { windowOfBlocks } from './windowOfBlocks.js';

/** `» 14:03 ! ` */
const START_COLUMNS = 10;
/** In fewer rows than this each event is one line. */
const WRAPPED_ROWS_MIN = 4;

export function eventsPane(scene: Scene, room: Size, focused: boolean): Pane {
  const { ui, language } = scene;
  const entries = listedEvents(scene);
  const title = [span(language.dashboard.panes.events, focused ? 'heading' : 'plain')];
  const aside = filterAside(scene, 'events', entries.length);
  if (entries.length === 0) {
    return { title, aside, lines: filterEmpty(scene, 'events', room.columns) ?? [[span(` ${language.panes.events.none}`, 'faint')]] };
  }
  const found = entries.findIndex(({ number }) => number === ui.cursor.events);
  const at = found < 0 ? entries.length - 1 : found;
  const nameOf = nameIn(scene);
  const blockOf = (index: number): readonly Line[] => {
    const entry = entries[index];
    if (!entry) return [];
    return eventLines(
      entry,
      // What somebody wrote in lines of his own choice does not begin rows here.
      linesOf(language.fact(entry.event, nameOf) ?? '').join(' '),
      language.clock(entry.atMs),
      room.columns,
      focused && index === at,
      room.rows >= WRAPPED_ROWS_MIN,
    );
  };
  const line = found < 0 ? blockOf(at).length - 1 : 0;
  return { title, aside, lines: windowOfBlocks({ count: entries.length, at, line, blockOf }, room.rows) };
}

function eventLines({ event, number }: JournalEntry, text: string, clock: string, columns: number, cursor: boolean, whole: boolean): readonly Line[] {
  const [sign, ink] = weightOf(event);
  const start = [span(cursor ? CURSOR : ' ', 'accent'), BLANK, span(clock.padEnd(5), 'faint'), BLANK, span(sign, ink), BLANK];
  const room = columns - START_COLUMNS - 1;
  const lines = hanging(whole ? wrapText(text, room, ink) : [clipLine([span(text, ink)], room)], start, [span(' '.repeat(START_COLUMNS))]);
  return lines.map((line, index) => {
    const full = padLine(line, columns);
    return hitting(cursor && index === 0 ? underCursor(full) : full, { go: 'events', to: String(number) });
  });
}

/** How much it matters: what is dangerous or went wrong is seen in passing. */
function weightOf(event: DomainEvent): readonly [sign: string, ink: Ink] {
  switch (event.type) {
    case 'friend.keyChanged':
    case 'fault':
    case 'plugin.failed':
      return [ALARM, 'bad'];
    case 'transfer.ended':
      return event.state === 'failed' ? [ALARM, 'bad'] : [' ', 'plain'];
    case 'transfer.holderDropped':
    case 'session.refused':
      return [ALARM, 'warning'];
    case 'friend.changed':
      return event.state === 'incoming' ? ['?', 'warning'] : [' ', 'plain'];
    case 'transfer.offered':
      return event.direction === 'in' ? ['?', 'warning'] : [' ', 'plain'];
    default:
      return [' ', 'plain'];
  }
}
