import { isQuestion, personOf, type AccountName, type Command, type FriendView, type TransferId, type TransferView } from '../../../core/index.js';
import { conversationKeys, keysInPage, idOfKey } from '../panes/conversationKeys.js';
import { placesOf } from '../panes/placesOf.js';
import type { ActionName } from './actionNames.js';
import { moveIndex } from './choice.js';
import { openDialog } from './dialogSteps.js';
import type { Effect } from './Effect.js';
import { isOpen, listedEvents, listedPeople, listedTransfers, waitingQuestions } from './lists.js';
import type { Scene } from './Scene.js';
import { choosePerson } from './soughtMessage.js';
import { step, type Step } from './Step.js';
import { EMPTY_FIELD, fieldOf, type TextField } from './TextField.js';
import { type Ui } from './Ui.js';
import { PANES, type PaneName } from './paneNames.js';

/** Rows of a pane that are its border. */
const BORDER_ROWS = 2;

type Run = (scene: Scene, on: string | undefined) => Step;

/** Does an action, on what is named or on what the cursor is on. */
export function perform(scene: Scene, action: ActionName, on?: string): Step {
  const person = /^person-(\d)$/.exec(action)?.[1];
  if (person !== undefined) return openNth(scene, Number(person) - 1);
  return (RUNS[action] ?? move(action))(scene, on);
}

/** Who an action is about: who is named, whom the transfer under the cursor is with, or whose conversation is open. */
export function personMeant({ view, ui }: Scene, on: string | undefined): FriendView | undefined {
  return personOf(view, on ?? ui.person);
}

/** The transfer an action is about: the one that is named, or under the cursor of the transfers or the conversation. */
export function transferMeant(scene: Scene, on: string | undefined): TransferView | undefined {
  const { view, ui } = scene;
  if (on !== undefined) return view.transfers.find(({ id }) => id === on);
  const key = ui.cursor.conversation;
  if (ui.focus === 'conversation') return key === undefined ? undefined : view.transfers.find(({ id }) => id === idOfKey(key));
  const listed = listedTransfers(scene);
  return listed.find(({ id }) => id === ui.cursor.transfers) ?? listed[0];
}

/** Those that are marked, or else the one that is meant. */
function transfersMeant(scene: Scene, on: string | undefined): readonly TransferView[] {
  const marked = scene.view.transfers.filter(({ id }) => scene.ui.marked.has(id));
  if (on === undefined && scene.ui.focus === 'transfers' && marked.length > 0) return marked;
  const one = transferMeant(scene, on);
  return one ? [one] : [];
}

const bad = (ui: Ui, text: string): Step => step({ ...ui, notice: { text, tone: 'bad' } });

/** A conversation with the keys in it; it is written at once with who is a friend. */
function openPerson(scene: Scene, { name, state }: FriendView): Step {
  if (state === 'incoming') return openDialog(scene, { kind: 'friend-request', about: name });
  return step({ ...choosePerson(scene.ui, name), focus: 'conversation', composing: state === 'friend', filtering: undefined }, { do: 'load', name });
}

function openNth(scene: Scene, index: number): Step {
  const person = listedPeople(scene)[index];
  return person ? openPerson(scene, person) : step(scene.ui);
}

function aboutFriend(scene: Scene, on: string | undefined, then: (friend: FriendView) => Step): Step {
  const person = personMeant(scene, on);
  const { notices } = scene.language.dashboard;
  if (!person) return bad(scene.ui, notices.nobodyThere);
  return person.state === 'friend' ? then(person) : bad(scene.ui, notices.notFriends(person.name));
}

const dialogAboutFriend =
  (kind: 'send-file' | 'verify' | 'browse'): Run =>
  (scene, on) =>
    aboutFriend(scene, on, ({ name }) => openDialog(scene, { kind, about: name }));

const dialog =
  (kind: Parameters<typeof openDialog>[1]['kind']): Run =>
  (scene, about) =>
    openDialog(scene, about === undefined ? { kind } : { kind, about });

/** Why there is nothing to do with a transfer. */
function noTransfer(scene: Scene, on: string | undefined): Step {
  const { noTransfer: none, transferOver, notOffered } = scene.language.dashboard.notices;
  const meant = transferMeant(scene, on);
  return bad(scene.ui, !meant ? none : isOpen(meant) ? notOffered : transferOver);
}

/** A command for each transfer that is meant and can take it. */
function forTransfers(scene: Scene, on: string | undefined, can: (one: TransferView) => boolean, command: (id: TransferId) => Command, told: string): Step {
  const meant = transfersMeant(scene, on).filter(can);
  if (meant.length === 0) return noTransfer(scene, on);
  const effects = meant.map(({ id }): Effect => ({ do: 'dispatch', command: command(id), told }));
  return step({ ...scene.ui, marked: new Set() }, ...effects);
}

function focusOn(scene: Scene, by: 1 | -1): Step {
  const { ui } = scene;
  const next = PANES[(PANES.indexOf(ui.focus) + by + PANES.length) % PANES.length] ?? 'people';
  return step({ ...ui, focus: next, composing: false, filtering: undefined });
}

function back({ ui }: Scene): Step {
  if (ui.composing) return step({ ...ui, composing: false });
  if (ui.filters[ui.focus] !== '') return step({ ...ui, filters: { ...ui.filters, [ui.focus]: '' } });
  if (ui.marked.size > 0) return step({ ...ui, marked: new Set() });
  if (ui.focus === 'conversation' && ui.cursor.conversation !== undefined) return step({ ...ui, cursor: { ...ui.cursor, conversation: undefined } });
  return step({ ...ui, focus: 'people' });
}

function open(scene: Scene, on: string | undefined): Step {
  const { view, ui } = scene;
  const person = on === undefined && ui.focus !== 'people' ? undefined : personMeant(scene, on);
  if (person) return openPerson(scene, person);
  const named = on === undefined && ui.focus === 'people' ? undefined : transferMeant(scene, on);
  if (named && (on !== undefined || ui.focus !== 'events')) return openTransfer(scene, named);
  if (ui.focus === 'conversation') return perform(scene, 'write');
  return ui.focus === 'people' && view.people.length === 0 ? openDialog(scene, { kind: 'add-friend' }) : step(ui);
}

const openTransfer = (scene: Scene, one: TransferView): Step => openDialog(scene, { kind: isQuestion(one) ? 'file-question' : 'transfer', about: one.id });

function nextUnread(scene: Scene): Step {
  const people = listedPeople(scene);
  const at = people.findIndex(({ name }) => name === scene.ui.person);
  const next = [...people.slice(at + 1), ...people.slice(0, at + 1)].find(({ unread }) => unread > 0);
  return next ? openPerson(scene, next) : step({ ...scene.ui, notice: { text: scene.language.dashboard.notices.nothingUnread, tone: 'plain' } });
}

function answer(scene: Scene): Step {
  const [question] = waitingQuestions(scene.view);
  if (question) return openDialog(scene, question);
  return step({ ...scene.ui, notice: { text: scene.language.dashboard.notices.nothingToAnswer, tone: 'plain' } });
}

function answerFriend(scene: Scene, on: string | undefined, accept: boolean): Step {
  const person = personMeant(scene, on);
  if (person?.state !== 'incoming') return bad(scene.ui, scene.language.dashboard.notices.nothingToAnswer);
  // The key was meant for somebody else, who is gone.
  if (on === undefined && scene.ui.unchosen) return openDialog(scene, { kind: 'friend-request', about: person.name });
  const { notices } = scene.language.dashboard;
  const { name } = person;
  return step(
    scene.ui,
    accept
      ? { do: 'dispatch', command: { type: 'friend.accept', name }, told: notices.accepted(name) }
      : { do: 'dispatch', command: { type: 'friend.decline', name }, told: notices.declined(name) },
  );
}

function acceptFiles(scene: Scene, on: string | undefined): Step {
  const one = transferMeant(scene, on);
  return one && isQuestion(one) ? openDialog(scene, { kind: 'file-question', about: one.id }) : bad(scene.ui, scene.language.dashboard.notices.notOffered);
}

function quit(scene: Scene): Step {
  if (scene.ends === 'device' && scene.view.transfers.some(isOpen)) return openDialog(scene, { kind: 'confirm', about: 'quit' });
  return step(scene.ui, { do: 'quit' });
}

function changeLanguage(scene: Scene): Step {
  const settings = { ...scene.ui.settings, language: scene.ui.settings.language === 'fr' ? 'en' : 'fr' } as const;
  return step({ ...scene.ui, settings }, { do: 'save-settings', settings });
}

function mark(scene: Scene): Step {
  if (scene.ui.focus !== 'transfers') return step(scene.ui);
  const one = transferMeant(scene, undefined);
  if (!one) return step(scene.ui);
  const marked = new Set(scene.ui.marked);
  if (!marked.delete(one.id)) marked.add(one.id);
  return perform({ ...scene, ui: { ...scene.ui, marked } }, 'down');
}

const RUNS: Partial<Record<ActionName, Run>> = {
  help: dialog('help'),
  jump: dialog('jump'),
  command: dialog('command'),
  filter: ({ ui }) => step({ ...ui, composing: false, filtering: fieldOf(ui.filters[ui.focus]) }),
  quit,
  redraw: ({ ui }) => step(ui, { do: 'redraw' }),
  'next-pane': (scene) => focusOn(scene, 1),
  'previous-pane': (scene) => focusOn(scene, -1),
  'next-unread': nextUnread,
  answer,
  presence: dialog('presence'),
  settings: dialog('settings'),
  account: dialog('welcome'),
  'add-friend': dialog('add-friend'),
  search: (scene) => openDialog(scene, scene.ui.person === undefined ? { kind: 'search' } : { kind: 'search', about: scene.ui.person }),
  shares: dialog('shares'),
  language: changeLanguage,
  open,
  back,
  mark,
  write: (scene, on) =>
    aboutFriend(scene, on, ({ name }) => step({ ...choosePerson(scene.ui, name), focus: 'conversation', composing: true }, { do: 'load', name })),
  'send-file': dialogAboutFriend('send-file'),
  verify: dialogAboutFriend('verify'),
  browse: dialogAboutFriend('browse'),
  'accept-friend': (scene, on) => (questionFirst(scene, on) ? acceptFiles(scene, on) : answerFriend(scene, on, true)),
  'decline-friend': (scene, on) => answerFriend(scene, on, false),
  'remove-friend': (scene, on) => {
    const person = personMeant(scene, on);
    return person ? openDialog(scene, { kind: 'confirm', about: `remove-friend:${person.name}` }) : bad(scene.ui, scene.language.dashboard.notices.nobodyThere);
  },
  'accept-file': acceptFiles,
  'decline-file': (scene, on) => {
    // Nothing is under a cursor there: it is shown first what would be declined.
    if (on === undefined && (scene.ui.focus === 'people' || scene.ui.focus === 'events')) return acceptFiles(scene, on);
    const { notices } = scene.language.dashboard;
    return forTransfers(scene, on, isQuestion, (id) => ({ type: 'transfer.decline', id }), notices.filesDeclined);
  },
  pause: (scene, on) => forTransfers(scene, on, isOpen, (id) => ({ type: 'transfer.pause', id }), scene.language.dashboard.notices.paused),
  resume: (scene, on) => forTransfers(scene, on, isOpen, (id) => ({ type: 'transfer.resume', id }), scene.language.dashboard.notices.resumed),
  cancel: (scene, on) => {
    const meant = transfersMeant(scene, on).filter(isOpen);
    const about = meant.map(({ id }) => id).join(',');
    return meant.length > 0 ? openDialog(scene, { kind: 'confirm', about: `cancel:${about}` }) : noTransfer(scene, on);
  },
  'show-transfer': (scene, on) => {
    const one = transferMeant(scene, on);
    return one ? openTransfer(scene, one) : bad(scene.ui, scene.language.dashboard.notices.noTransfer);
  },
};

/** Somebody who asks is answered as such; with a friend who offers files the same key is about these. */
function questionFirst(scene: Scene, on: string | undefined): boolean {
  return personMeant(scene, on)?.state === 'friend' && on === undefined && scene.ui.focus !== 'people';
}

const keysListed = (scene: Scene, pane: PaneName): readonly string[] => {
  switch (pane) {
    case 'people':
      return listedPeople(scene).map(({ name }) => name);
    case 'conversation':
      return conversationKeys(scene);
    case 'transfers':
      return listedTransfers(scene).map(({ id }) => id);
    case 'events':
      return listedEvents(scene).map(({ number }) => String(number));
  }
};

/** Lists in which the newest is last begin at their end. */
const FROM_END: ReadonlySet<PaneName> = new Set(['conversation', 'events']);

/** What a page key moves by: never past what was not seen. */
function pageOf(scene: Scene, keys: readonly string[], at: number, action: ActionName): number {
  const { focus } = scene.ui;
  if (focus === 'conversation') return action.startsWith('page-') ? keysInPage(scene, keys, at, action === 'page-up' ? -1 : 1) : 1;
  return (placesOf(scene)[focus]?.rows ?? scene.size.rows) - BORDER_ROWS;
}

const move =
  (action: ActionName): Run =>
  (scene) => {
    const { ui } = scene;
    const pane = ui.focus;
    const keys = keysListed(scene, pane);
    const found = keys.indexOf(String(ui.cursor[pane]));
    const at = found < 0 && FROM_END.has(pane) ? keys.length - 1 : Math.max(found, 0);
    const to = moveIndex(at, keys.length, action, pageOf(scene, keys, at, action));
    const older: readonly Effect[] = pane === 'conversation' && to <= 0 && ui.person !== undefined ? [{ do: 'load-older', name: ui.person }] : [];
    return step(cursorOn(ui, pane, to === keys.length - 1 && FROM_END.has(pane) ? undefined : keys[to]), ...older);
  };

/** The cursor of a pane on what has that key. The key is one of its own list, or of a click on it. */
export function cursorOn(ui: Ui, pane: PaneName, key: string | undefined): Ui {
  switch (pane) {
    case 'people':
      return key === undefined ? ui : choosePerson(ui, key as AccountName);
    case 'conversation':
      return { ...ui, cursor: { ...ui.cursor, conversation: key } };
    case 'transfers':
      return { ...ui, cursor: { ...ui.cursor, transfers: key as TransferId | undefined } };
    case 'events':
      return { ...ui, cursor: { ...ui.cursor, events: key === undefined ? undefined : Number(key) } };
  }
}

export const draftOf = ({ drafts }: Ui, name: AccountName | undefined): TextField => (name === undefined ? undefined : drafts.get(name)) ?? EMPTY_FIELD;
