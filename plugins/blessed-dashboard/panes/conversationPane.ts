import { personOf, type FriendView } from '../../../core/index.js';
import { EMPTY_LINE, span, type Ink, type Line } from '../lines/Line.js';
import { padLine, widthOf, wrapText } from '../lines/layout.js';
import type { Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import { answerHints } from './answerHints.js';
import { composer } from './composer.js';
import { conversationEntries, placeOf, type Entry } from './conversationEntries.js';
import { filterAside, filterEmpty } from './filterLines.js';
import { keyFor } from './keyText.js';
import { fileBlock, messageBlock, sendingBlock } from './messageLines.js';
import type { Pane, Rule } from './Pane.js';
import { BLANK, hitting, joined } from './rows.js';
import { ALARM, presenceLine, VERIFIED } from './signs.js';
import { windowOfBlocks } from './windowOfBlocks.js';

/** Around a title and what is beside it. */
const TITLE_COLUMNS = 6;
/** A composer takes at most this part of the pane. */
const COMPOSER_SHARE = 3;
/** Lower than this a pane has room for messages only, or for what is being written only. */
const RULED_ROWS_MIN = 4;

export function conversationPane(scene: Scene, room: Size, focused: boolean): Pane {
  const { view, ui, language } = scene;
  const friend = personOf(view, ui.person);
  if (!friend) {
    const { nobody, choose } = language.panes.conversation;
    return { title: [span(language.dashboard.panes.conversation, focused ? 'heading' : 'plain')], lines: centred([nobody, choose], room) };
  }
  const title = titleOf(scene, friend, focused);
  if (friend.state !== 'friend') return { title, lines: request(scene, friend, room) };
  const filtered = filterAside(scene, 'conversation', shownCount(scene));
  const banner = friend.keyChanged ? alarm(scene, friend, room) : [];
  const rules: Rule[] = banner.length > 0 ? [{ row: banner.length }] : [];
  const top = banner.length > 0 ? [...banner, EMPTY_LINE] : [];
  const rest = room.rows - top.length;
  const aside = filtered.length > 0 ? filtered : trust(scene, friend, room.columns - widthOf(title) - TITLE_COLUMNS);
  if (rest < RULED_ROWS_MIN) return { title, aside, rules, lines: [...top, ...messages(scene, friend, { ...room, rows: rest }, focused)] };
  const written = composer(scene, friend, { rows: Math.max(1, Math.floor(rest / COMPOSER_SHARE)), columns: room.columns });
  const rows = rest - written.lines.length - 1;
  const from = top.length + rows;
  return {
    title,
    aside,
    rules: [...rules, { row: from, aside: joined([newer(scene), written.aside]) }],
    lines: [...top, ...messages(scene, friend, { ...room, rows }, focused), EMPTY_LINE, ...written.lines],
    ...(written.caret ? { caret: { row: from + 1 + written.caret.row, column: written.caret.column } } : {}),
  };
}

function titleOf({ language }: Scene, friend: FriendView, focused: boolean): Line {
  const name = span(friend.name, focused ? 'heading' : 'plain');
  return friend.state === 'friend' ? [name, BLANK, BLANK, ...presenceLine(friend.presence, language)] : [name];
}

/** Whether it was made sure that it is really this friend, and if not, how. */
function trust(scene: Scene, { verified, keyChanged, name }: FriendView, columns: number): Line {
  const { conversation } = scene.language.panes;
  if (keyChanged) return [];
  if (verified) return [span(`${VERIFIED} ${conversation.verified}`, 'good')];
  const said = (key: string | undefined): Line => [span(conversation.notVerified(key), 'warning', { action: 'verify', on: name })];
  const whole = said(keyFor(scene, 'verify', scene.ui.focus));
  return widthOf(whole) <= columns ? whole : said(undefined);
}

function alarm(scene: Scene, { name }: FriendView, { columns }: Size): readonly Line[] {
  const { keyChanged, compare } = scene.language.panes.conversation;
  const key = keyFor(scene, 'verify', scene.ui.focus);
  const text = `${ALARM} ${keyChanged(name)}${key === undefined ? '' : ` ${compare(key)}`}`;
  return wrapText(text, columns - 2, 'bad').map((line) => hitting([BLANK, ...line], { action: 'verify', on: name }));
}

/** Somebody who asks, or was asked: there is nothing to read yet, but something to say. */
function request(scene: Scene, { name, state }: FriendView, { rows, columns }: Size): readonly Line[] {
  const { conversation } = scene.language.panes;
  const text = wrapText(state === 'incoming' ? conversation.asksYou(name) : conversation.asked(name), columns - 4);
  const choices = state === 'incoming' ? answerHints(scene, scene.ui.focus, ['accept-friend', 'decline-friend'], name) : [];
  const lines = [...text, ...(choices.length > 0 ? [EMPTY_LINE, choices] : [])].map((line): Line => [span('  '), ...line]);
  return [EMPTY_LINE, ...lines].slice(0, rows);
}

const centred = (texts: readonly string[], { rows, columns }: Size): readonly Line[] => {
  const lines = texts.flatMap((text, index) => wrapText(text, columns - 4, index === 0 ? 'plain' : 'faint'));
  const above = Math.max(0, Math.floor((rows - lines.length) / 2));
  return [...Array.from({ length: above }, () => EMPTY_LINE), ...lines.map((line) => centre(line, columns))].slice(0, rows);
};

const centre = (line: Line, columns: number): Line => [span(' '.repeat(Math.max(0, Math.floor((columns - widthOf(line)) / 2)))), ...line];

/** How many messages there are below the cursor, and the key to the last of them. */
function newer(scene: Scene): Line {
  const { cursor } = scene.ui;
  if (cursor.conversation === undefined) return [];
  const { id } = placeOf(cursor.conversation);
  const entries = conversationEntries(scene).filter((entry) => 'key' in entry);
  const at = entries.findIndex(({ key }) => key === id);
  const key = keyFor(scene, 'last', 'conversation');
  if (at < 0 || at === entries.length - 1 || key === undefined) return [];
  return [span(scene.language.panes.conversation.newer(entries.length - 1 - at, key), 'accent', { go: 'conversation' })];
}

const shownCount = (scene: Scene): number =>
  scene.ui.filters.conversation === '' ? 0 : conversationEntries(scene).filter(({ kind }) => kind === 'message' || kind === 'transfer').length;

function messages(scene: Scene, friend: FriendView, room: Size, focused: boolean): readonly Line[] {
  const { view, ui, language } = scene;
  const { conversation: words } = language.panes;
  const fill = (lines: readonly Line[]): readonly Line[] => [...Array.from({ length: room.rows - lines.length }, () => EMPTY_LINE), ...lines];
  if (!view.conversations.has(friend.name)) return fill(centred([words.loading], { ...room, rows: 1 }));
  const entries = conversationEntries(scene);
  const keyed = entries.some((entry) => 'key' in entry || entry.kind === 'sending');
  if (!keyed) {
    const empty = filterEmpty(scene, 'conversation', room.columns);
    const key = ui.composing ? undefined : keyFor(scene, 'write', ui.focus);
    return fill(empty ?? centred([words.empty(friend.name), ...(key === undefined ? [] : [words.write(key)])], room));
  }
  const wanted = ui.cursor.conversation === undefined ? undefined : placeOf(ui.cursor.conversation);
  const found = wanted ? entries.findIndex((entry) => 'key' in entry && entry.key === wanted.id) : -1;
  const at = found < 0 ? entries.length - 1 : found;
  const shown = focused && !ui.composing ? at : -1;
  const blockOf = (index: number): readonly Line[] => {
    const entry = entries[index];
    return entry ? entryLines(scene, entry, entries[index + 1], room.columns, index === shown ? (wanted?.row ?? 0) : undefined) : [];
  };
  const line = found < 0 ? blockOf(at).length - 1 : Math.min(wanted?.row ?? 0, blockOf(at).length - 1);
  return fill(windowOfBlocks({ count: entries.length, at, line, blockOf }, room.rows));
}

function entryLines(scene: Scene, entry: Entry, next: Entry | undefined, columns: number, cursorRow: number | undefined): readonly Line[] {
  const { language, nowMs, ui } = scene;
  const { conversation: words } = language.panes;
  switch (entry.kind) {
    case 'beginning':
      return [centre([span(words.beginning(ui.person ?? ''), 'faint')], columns)];
    case 'older':
      return [centre([span(words.older(keyFor({ ...scene, ui: { ...ui, composing: false } }, 'first', 'conversation') ?? ''), 'faint')], columns)];
    case 'day':
      return [divider(language.day(entry.atMs, nowMs), 'faint', columns)];
    case 'unread':
      return [divider(words.unread(entry.count), 'accent', columns)];
    case 'sending':
      return sendingBlock(scene, entry.sending.text, columns);
    case 'message':
    case 'transfer': {
      const lines =
        entry.kind === 'message'
          ? messageBlock(scene, entry.message, entry.atMs, columns, cursorRow, !waitsAlike(entry, next))
          : fileBlock(scene, entry.transfer, entry.atMs, columns, cursorRow !== undefined);
      return lines.map((line) => hitting(padLine(line, columns), { go: 'conversation', to: entry.key }));
    }
  }
}

const waitsAlike = (entry: Entry, next: Entry | undefined): boolean =>
  entry.kind === 'message' && next?.kind === 'message' && next.message.waits?.code === entry.message.waits?.code;

/** A line across with a word in its middle. */
function divider(text: string, ink: Ink, columns: number): Line {
  const word = ` ${text} `;
  const left = Math.max(1, Math.floor((columns - 2 - widthOf([span(word)])) / 2));
  const right = Math.max(1, columns - 2 - left - widthOf([span(word)]));
  return [BLANK, span('─'.repeat(left), 'border'), span(word, ink), span('─'.repeat(right), 'border')];
}
