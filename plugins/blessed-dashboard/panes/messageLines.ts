import { isQuestion, type MessageView, type TransferView } from '../../../core/index.js';
import { clipLine, padLine, widthOf, wrapText } from '../lines/layout.js';
import { span, type Ink, type Line } from '../lines/Line.js';
import { isOpen } from '../state/lists.js';
import type { Scene } from '../state/Scene.js';
import { textLines } from './conversationEntries.js';
import { BLANK, hanging, joined } from './rows.js';
import { CURSOR, messageState, roughly } from './signs.js';
import { answerLine, itemNames, reasonLines, stateLine, waySign } from './transferLines.js';

/** From so many columns on the name of who wrote stands before each message, clipped to so many. */
const NAMES: readonly { readonly from: number; readonly most: number }[] = [
  { from: 64, most: 14 },
  { from: 44, most: 9 },
];
/** `» 14:03 ` */
const TIME_COLUMNS = 8;
/** Between who wrote and what: theirs and ours differ without colours. Only this shell writes left of it. */
const THEIRS = '│';
const OURS = '║';
const SHELL = '└';

const nameColumns = (scene: Scene, columns: number): number => {
  const most = NAMES.find(({ from }) => columns >= from)?.most;
  if (most === undefined) return 0;
  const names = [scene.language.panes.conversation.you, scene.ui.person ?? ''];
  return Math.min(most, Math.max(...names.map((name) => widthOf([span(name)])))) + 1;
};

/** How wide a text is in a conversation of so many columns. */
export const textColumns = (scene: Scene, columns: number): number => Math.max(1, columns - TIME_COLUMNS - nameColumns(scene, columns) - 3);

interface Gutter {
  readonly first: Line;
  readonly rest: Line;
  /** For what this shell says about it. */
  readonly shell: Line;
}

function gutter(scene: Scene, columns: number, atMs: number, who: string, [sign, ink]: readonly [string, Ink], cursor: boolean): Gutter {
  const named = nameColumns(scene, columns);
  const name = named === 0 ? [] : [span(' '.repeat(Math.max(0, named - 1 - widthOf([span(who)])))), ...clipLine([span(who, ink)], named - 1), BLANK];
  const bar = [span(sign, ink), BLANK];
  const empty = span(' '.repeat(TIME_COLUMNS + named));
  const time = span(scene.language.clock(atMs).padEnd(TIME_COLUMNS - 2), cursor ? 'cursor' : 'faint');
  return {
    first: [span(`${cursor ? CURSOR : ' '} `, cursor ? 'cursor' : 'plain'), time, ...name, ...bar],
    rest: [empty, ...bar],
    shell: [empty, span(SHELL, 'faint'), BLANK],
  };
}

/** `row`: the one of its rows the cursor is on. `last`: of those that wait for the same reason. */
export function messageBlock(scene: Scene, message: MessageView, atMs: number, columns: number, cursorRow: number | undefined, last: boolean): readonly Line[] {
  const own = message.direction === 'out';
  const { you } = scene.language.panes.conversation;
  const room = textColumns(scene, columns);
  const style = [own ? OURS : THEIRS, own ? 'accent' : 'border'] as const;
  const { first, rest, shell } = gutter(scene, columns, atMs, own ? you : message.with, style, cursorRow === 0);
  const text = textLines(message, room);
  const lines = hanging(own ? withState(text, messageState(message, scene.language), room) : text, first, rest);
  const marked = cursorRow !== undefined && cursorRow > 0 ? lines.map((line, index) => (index === cursorRow ? withCursor(line) : line)) : lines;
  const reasons = message.waits && last ? hanging(waitLines(scene, message, room), shell, [span(' '.repeat(widthOf(shell)))]) : [];
  return [...marked, ...reasons];
}

const withCursor = ([first, ...others]: Line): Line => [span(`${CURSOR}${' '.repeat(Math.max(0, (first?.text.length ?? 1) - 1))}`, 'cursor'), ...others];

/** How far it has come, at the right: beside the end of the text, or below it. */
function withState(text: readonly Line[], state: Line, room: number): readonly Line[] {
  const last = text.at(-1) ?? [];
  const taken = widthOf(state);
  const beside = widthOf(last) + 2 + taken <= room;
  const end = [...padLine(beside ? last : [], Math.max(0, room - taken)), ...clipLine(state, room)];
  return beside ? [...text.slice(0, -1), end] : [...text, end];
}

function waitLines(scene: Scene, { waits, with: name }: MessageView, columns: number): readonly Line[] {
  if (!waits) return [];
  const { language, view, nowMs } = scene;
  const { conversation, people } = language.panes;
  const retryAtMs = view.away.get(name)?.retryAtMs;
  const retry = retryAtMs === undefined ? '' : ` ${people.retry(roughly(retryAtMs - nowMs))}`;
  return wrapText(conversation.waits(`${language.sentence(waits.code)}${retry}`), columns, 'warning');
}

/** What was given to the device, which has not said that it has it. */
export function sendingBlock(scene: Scene, text: string, columns: number): readonly Line[] {
  const { you, sending } = scene.language.panes.conversation;
  const room = textColumns(scene, columns);
  const { first, rest } = gutter(scene, columns, scene.nowMs, you, [OURS, 'accent'], false);
  return hanging(withState(wrapText(text, room, 'faint'), [span(`… ${sending}`, 'faint')], room), first, rest);
}

/** Files within a conversation. What this shell says of them comes before the names, which a friend chose. */
export function fileBlock(scene: Scene, transfer: TransferView, atMs: number, columns: number, cursor: boolean): readonly Line[] {
  const { language } = scene;
  const own = transfer.direction === 'out';
  const room = textColumns(scene, columns);
  const who = own ? language.panes.conversation.you : transfer.with;
  const { first, rest } = gutter(scene, columns, atMs, who, [waySign(transfer), isOpen(transfer) ? 'accent' : 'faint'], cursor);
  const names = clipLine(itemNames(transfer, language, room, isOpen(transfer) ? 'strong' : 'plain'), room);
  const state = stateLine(transfer, language, undefined, room);
  const answer = isQuestion(transfer) ? answerLine(scene, transfer, 'conversation') : [];
  const together = joined([state, answer], span('  '));
  const states = widthOf(together) <= room ? [together] : [state, answer];
  return hanging(
    [names, ...states, ...reasonLines(transfer, language, room)],
    first,
    rest.map((part) => (part.text.trim() === '' ? part : BLANK)),
  );
}
