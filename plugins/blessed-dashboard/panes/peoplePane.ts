import { type FriendView } from '../../../core/index.js';
import { clipLine, padLine, widthOf, wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { Size } from '../state/Input.js';
import { listedPeople } from '../state/lists.js';
import type { Scene } from '../state/Scene.js';
import { answerHints } from './answerHints.js';
import { filterAside, filterEmpty } from './filterLines.js';
import { keyFor } from './keyText.js';
import type { Pane } from './Pane.js';
import { BLANK, hitting, spread, underCursor } from './rows.js';
import { CURSOR, friendSign, roughly, VERIFIED } from './signs.js';
import { windowOfBlocks } from './windowOfBlocks.js';

/** Below a name, what is said about it begins here. */
const INDENT = '     ';
const NUMBERED_MAX = 9;
/** Of why somebody is not there. */
const REASON_ROWS_MAX = 8;

export function peoplePane(scene: Scene, room: Size, focused: boolean): Pane {
  const { view, ui, language } = scene;
  const people = listedPeople(scene);
  const title = [span(language.dashboard.panes.people, focused ? 'heading' : 'plain')];
  if (people.length === 0) return { title, aside: filterAside(scene, 'people', 0), lines: nobody(scene, room) };
  const at = Math.max(
    0,
    people.findIndex(({ name }) => name === (ui.cursor.people ?? ui.person)),
  );
  const blockOf = (index: number): readonly Line[] => {
    const friend = people[index];
    return friend ? personLines(scene, friend, index, room.columns, index === at ? (focused ? 'cursor' : 'open') : undefined) : [];
  };
  const lines = windowOfBlocks({ count: people.length, at, blockOf }, room.rows);
  const filtered = filterAside(scene, 'people', people.length);
  const place = people.length > room.rows ? [span(`${at + 1}/${people.length}`, 'faint')] : [];
  return { title, aside: view.people.length > 0 && filtered.length > 0 ? filtered : place, lines };
}

function nobody(scene: Scene, { columns }: Size): readonly Line[] {
  const empty = filterEmpty(scene, 'people', columns);
  if (empty) return empty;
  const { people } = scene.language.panes;
  const key = keyFor(scene, 'add-friend', 'people');
  const add = key === undefined ? [] : wrapText(people.add(key), columns - 2).map((line) => hitting(line, { action: 'add-friend' }));
  return [...wrapText(people.nobody, columns - 2), ...add].map((line) => [BLANK, ...line]);
}

function personLines(scene: Scene, friend: FriendView, index: number, columns: number, cursor: 'cursor' | 'open' | undefined): readonly Line[] {
  const hit = { go: 'people', to: friend.name } as const;
  const number = index < NUMBERED_MAX ? String(index + 1) : ' ';
  const start = [span(cursor ? CURSOR : ' ', 'accent'), span(`${number} `, 'faint'), friendSign(friend), BLANK];
  const name = span(friend.name, cursor || friend.unread > 0 ? 'strong' : friend.presence === 'offline' && friend.state === 'friend' ? 'faint' : 'plain');
  const mark = friend.verified ? [span(` ${VERIFIED}`, 'good')] : [];
  const room = columns - widthOf(start) - widthOf(mark) - 1;
  const ends = endsOf(scene, friend);
  const end = ends.find((one) => widthOf([name]) + widthOf(one) <= room) ?? ends.at(-1) ?? [];
  const called = clipLine([name], Math.max(1, room - widthOf(end)));
  const row = spread([...start, ...called, ...mark], [...end, BLANK], columns);
  const details = detailsOf(scene, friend, cursor !== undefined, end !== ends[0], columns);
  const first = cursor === 'cursor' ? underCursor(row) : row;
  return [first, ...details.map((line) => padLine(line, columns))].map((line) => hitting(line, hit));
}

/** What stands at the end of a row: the first that leaves room for the name. */
function endsOf({ language }: Scene, { state, presence, unread }: FriendView): readonly Line[] {
  const { people } = language.panes;
  if (state === 'incoming') return [[span(` ${people.asksYou}`, 'warning')], []];
  if (state === 'outgoing') return [[span(` ${people.asked}`, 'faint')], []];
  const count: Line = unread > 0 ? [span(` (${unread})`, 'accent')] : [];
  return [[span(` ${language.states.presence[presence]}`, 'faint'), ...count], count];
}

/** Below the name: what must not be missed of anybody, and of the one under the cursor what else there is. */
function detailsOf(scene: Scene, friend: FriendView, cursor: boolean, shortened: boolean, columns: number): readonly Line[] {
  const { language, nowMs, view } = scene;
  const { people } = language.panes;
  const said = (text: string, ink: 'faint' | 'warning' | 'bad'): Line[] =>
    wrapText(text, columns - INDENT.length - 1, ink)
      .slice(0, REASON_ROWS_MAX)
      .map((line) => [span(INDENT), ...line]);
  const loud = friend.keyChanged ? said(people.keyChanged, 'bad') : [];
  if (friend.state === 'incoming') return [...loud, ...(shortened ? said(people.asksYou, 'warning') : []), ...answers(scene, friend, columns)];
  if (!cursor) return loud;
  if (friend.state === 'outgoing') return shortened ? said(people.asked, 'faint') : loud;
  const presence = language.states.presence[friend.presence];
  const since = friend.sinceMs === undefined || friend.presence === 'online' ? presence : people.since(presence, language.ago(friend.sinceMs, nowMs));
  const away = view.away.get(friend.name);
  return [
    ...loud,
    ...(shortened || since !== presence ? said(since, 'faint') : []),
    ...(away && !friend.connected ? [...said(language.sentence(away.code), 'warning'), ...said(retryText(scene, away.retryAtMs), 'faint')] : []),
    ...(friend.waiting > 0 ? said(people.waiting(friend.waiting), 'warning') : []),
  ];
}

const retryText = ({ language, nowMs }: Scene, atMs: number): string => language.panes.people.retry(roughly(atMs - nowMs));

function answers(scene: Scene, { name }: FriendView, columns: number): Line[] {
  if (scene.ui.focus !== 'people') return [];
  const line = [span(INDENT), ...answerHints(scene, 'people', ['accept-friend', 'decline-friend'], name)];
  return widthOf(line) <= columns ? [line] : [];
}
