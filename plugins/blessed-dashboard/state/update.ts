import { personOf, type AccountName, type FriendView } from '../../../core/index.js';
import { cursorOn, draftOf, perform } from './actions.js';
import { SCREEN_MIN } from '../panes/layOut.js';
import { closeOver, openDialog, stepAsked, stepTop, type DialogOutcome } from './dialogSteps.js';
import { DRAFT_CHARS_MAX } from '../limits.js';
import { editField, insertText, moveLine } from './editing.js';
import type { Effect } from './Effect.js';
import type { Hit } from './Hit.js';
import type { Input, Key } from './Input.js';
import { actionOf, type KeyContext } from './Keymap.js';
import { listedPeople, listedTransfers } from './lists.js';
import type { Scene } from './Scene.js';
import { choosePerson, seek } from './soughtMessage.js';
import { step, type Step } from './Step.js';
import { EMPTY_FIELD, fieldOf, type TextField } from './TextField.js';
import type { Ui } from './Ui.js';
import type { PaneName } from './paneNames.js';

/** Answers to what no dialog asked. */
export const ROOT = 0;

/** A turn of the wheel moves by so many where things are read, and by one where they are chosen. */
const WHEEL_ROWS: Readonly<Record<PaneName, number>> = { people: 1, conversation: 3, transfers: 1, events: 3 };

/** A click, as what it means in the picture that was clicked. */
export interface Click {
  readonly type: 'click';
  readonly hit: Hit;
}

/** The wheel, over what there is in the picture. */
export interface Wheel {
  readonly type: 'wheel';
  readonly turned: Extract<Input, { readonly type: 'mouse' }>;
  readonly over: Hit | undefined;
}

/** What an input makes of the shell. */
export function update(scene: Scene, input: Exclude<Input, { readonly type: 'mouse' }> | Click | Wheel): Step {
  switch (input.type) {
    case 'wheel':
      return wheeled(scene, input);
    case 'answer':
    case 'refused':
      return input.to === ROOT ? answered(scene, input) : follow(scene, stepAsked(scene, input));
    case 'click':
      return clicked(scene, input.hit);
    case 'chosen':
      return follow(scene, stepTop(scene, input));
    case 'key':
    case 'paste': {
      const heard: Scene = { ...scene, ui: { ...scene.ui, notice: undefined, sought: undefined } };
      return input.type === 'key' ? pressed(heard, input) : pasted(heard, input);
    }
  }
}

/** What a dialog wants done after it, as if a person had done it. */
function follow(scene: Scene, { ui, effects, action }: DialogOutcome): Step {
  const then = action ? perform({ ...scene, ui }, action.name, action.on) : step(ui);
  return step(then.ui, ...effects, ...then.effects);
}

function clicked(scene: Scene, hit: Hit): Step {
  if ('choose' in hit) return follow(scene, stepTop(scene, { type: 'chosen', choice: hit.choose }));
  // What lies under a dialog waits until that is closed.
  if (scene.ui.dialogs.length > 0) return step(scene.ui);
  if ('action' in hit) return perform(scene, hit.action, hit.on);
  const { go: pane, to } = hit;
  const ui = { ...scene.ui, focus: pane, composing: pane === 'conversation' && to === undefined && scene.ui.person !== undefined, filtering: undefined };
  const there = to === undefined ? ui : cursorOn(ui, pane, to);
  // A second click on the same opens it.
  if (to !== undefined && scene.ui.focus === pane && String(scene.ui.cursor[pane]) === to) return perform({ ...scene, ui: there }, 'open');
  return step(there);
}

/** It moves in the pane it is over, which gets the keys only when somebody else is chosen with it. */
function wheeled(scene: Scene, { turned, over }: Wheel): Step {
  const { ui } = scene;
  if (ui.dialogs.length > 0) return follow(scene, stepTop(scene, turned));
  const pane = over && 'go' in over ? over.go : ui.focus;
  const composing = ui.composing && pane !== 'people';
  const focus = pane === 'people' ? pane : ui.focus;
  let moved: Step = step(ui);
  for (let rows = 0; rows < WHEEL_ROWS[pane]; rows++) {
    const next = perform({ ...scene, ui: { ...moved.ui, focus: pane } }, turned.button === 'wheel-up' ? 'up' : 'down');
    moved = step(next.ui, ...moved.effects, ...next.effects);
  }
  return step({ ...moved.ui, focus, composing, sought: undefined }, ...moved.effects);
}

function pressed(scene: Scene, key: Key): Step {
  const { ui, keymap } = scene;
  if (ui.dialogs.length > 0) return isWayOut(scene, key) ? perform(scene, 'quit') : follow(scene, stepTop(scene, key));
  if (ui.filtering) return filtered(scene, ui.filtering, key);
  if (ui.composing) return composed(scene, key);
  const action = actionOf(keymap, key.name, contextsOf(ui));
  return action ? perform(scene, action) : step(ui);
}

/** A key that writes nothing and quits does so from every dialog, but from the question whether to quit. */
function isWayOut({ ui, keymap }: Scene, { name, text }: Key): boolean {
  return text === undefined && ui.dialogs.at(-1)?.kind !== 'confirm' && actionOf(keymap, name, ['everywhere']) === 'quit';
}

const contextsOf = ({ focus }: Ui): readonly KeyContext[] => [focus, 'list', 'everywhere'];

function filtered(scene: Scene, filtering: TextField, key: Key): Step {
  const { ui } = scene;
  const withFilter = (text: string): Ui['filters'] => ({ ...ui.filters, [ui.focus]: text });
  if (key.name === 'esc') return step({ ...ui, filtering: undefined, filters: withFilter('') });
  if (key.name === 'enter') return step({ ...ui, filtering: undefined });
  const edited = editField(filtering, key);
  if (edited) return step({ ...ui, filtering: edited, filters: withFilter(edited.text) });
  const action = actionOf(scene.keymap, key.name, ['list', 'everywhere']);
  return action ? perform(scene, action) : step(ui);
}

/** The message below the conversation has the keys. Everything else that has a key without letters works as well. */
function composed(scene: Scene, key: Key): Step {
  const { ui, keymap } = scene;
  const { person } = ui;
  if (person === undefined) return step({ ...ui, composing: false });
  const draft = draftOf(ui, person);
  if (key.name === 'enter') return send(scene, person, draft.text);
  const edited = newLine(draft, key) ?? editField(draft, key) ?? vertical(draft, key);
  if (edited) return step(drafted(scene, person, edited));
  const action = key.text === undefined ? actionOf(keymap, key.name, ['composer', 'everywhere']) : undefined;
  return action ? perform(scene, action) : step(ui);
}

const newLine = (draft: TextField, { name }: Key): TextField | undefined =>
  name === 'alt-enter' || name === 'ctrl-j' || name === 'shift-enter' ? insertText(draft, '\n') : undefined;

const vertical = (draft: TextField, { name }: Key): TextField | undefined =>
  name === 'up' ? (moveLine(draft, -1) ?? draft) : name === 'down' ? (moveLine(draft, 1) ?? draft) : undefined;

function withDraft(ui: Ui, person: AccountName, draft: TextField): Ui {
  const drafts = new Map(ui.drafts);
  if (draft.text === '') drafts.delete(person);
  else drafts.set(person, draft);
  return { ...ui, drafts };
}

function send(scene: Scene, to: AccountName, text: string): Step {
  const { ui } = scene;
  if (text.trim() === '') return step(ui);
  const tag = `message:${ui.nextTag}`;
  const sent: Ui = { ...withDraft(ui, to, EMPTY_FIELD), sending: [...ui.sending, { tag, to, text }], nextTag: ui.nextTag + 1 };
  const visit = { with: to, firstNew: undefined };
  return step(
    { ...sent, visit, cursor: { ...sent.cursor, conversation: undefined } },
    { do: 'dispatch', command: { type: 'message.send', to, text }, to: ROOT, tag },
  );
}

function pasted(scene: Scene, paste: Extract<Input, { readonly type: 'paste' }>): Step {
  const { ui } = scene;
  if (paste.tooLong) return step(tooLong(scene));
  if (ui.dialogs.length > 0) return follow(scene, stepTop(scene, paste));
  if (ui.filtering) return filtered(scene, ui.filtering, { type: 'key', name: 'paste', text: paste.text.replaceAll(/\s+/g, ' ') });
  const { person } = ui;
  if (person === undefined || ui.focus !== 'conversation') return step(ui);
  const text = paste.text.replaceAll(/\r\n?/g, '\n');
  return step({ ...drafted(scene, person, insertText(draftOf(ui, person), text)), composing: true });
}

/** The draft as it is then. Far beyond what a message takes nothing more is taken, and that is said. */
function drafted(scene: Scene, person: AccountName, after: TextField): Ui {
  const grows = after.text.length > draftOf(scene.ui, person).text.length;
  return grows && after.text.length > DRAFT_CHARS_MAX ? tooLong(scene) : withDraft(scene.ui, person, after);
}

const tooLong = ({ ui, language }: Scene): Ui => ({ ...ui, notice: { text: language.dashboard.notices.tooLong, tone: 'bad' } });

function answered(scene: Scene, input: Extract<Input, { readonly type: 'answer' | 'refused' }>): Step {
  const { ui, language } = scene;
  const sending = ui.sending.find(({ tag }) => tag === input.tag);
  const rest: Ui = sending ? { ...ui, sending: ui.sending.filter((one) => one !== sending) } : ui;
  if (input.type === 'answer') return step(rest);
  const { code, detail } = input.failure;
  const notice = { text: language.failure(code, detail), tone: 'bad' } as const;
  if (!sending) return step({ ...rest, notice });
  // What the device did not take is what one was writing, before what was written since.
  const since = draftOf(rest, sending.to).text;
  return step({ ...withDraft(rest, sending.to, fieldOf(since === '' ? sending.text : `${sending.text}\n${since}`)), notice });
}

/** What follows from how things stand, without anybody pressing a key. Done until nothing follows any more. */
export function settle(scene: Scene): Step {
  const effects: Effect[] = [];
  let ui = welcome(scene, effects);
  ui = closeOver({ ...scene, ui });
  ui = somebody({ ...scene, ui });
  ui = onTransfer({ ...scene, ui });
  const { person } = ui;
  if (person !== undefined && !scene.view.conversations.has(person) && ui.loading !== person) {
    ui = { ...ui, loading: person };
    effects.push({ do: 'load', name: person });
  }
  ui = seek({ ...scene, ui }, effects);
  ui = visit({ ...scene, ui });
  ui = readShown({ ...scene, ui }, effects);
  return step(ui, ...effects);
}

function welcome(scene: Scene, effects: Effect[]): Ui {
  const { view, ui } = scene;
  if (ui.welcomed || !view.account) return ui;
  if (view.account.name !== undefined) return { ...ui, welcomed: true };
  const opened = openDialog({ ...scene, ui: { ...ui, welcomed: true } }, { kind: 'welcome' });
  effects.push(...opened.effects);
  return opened.ui;
}

/** Somebody's conversation is always open, as long as there is somebody. */
function somebody(scene: Scene): Ui {
  const { view, ui } = scene;
  if (personOf(view, ui.person)) return ui;
  if (ui.person !== undefined && ui.composing) return stillWriting(scene, ui.person);
  const [first]: readonly FriendView[] = listedPeople({ ...scene, ui: { ...ui, filters: { ...ui.filters, people: '' } } });
  if (first) return { ...choosePerson(ui, first.name), composing: false, unchosen: ui.person !== undefined };
  if (ui.person === undefined) return ui;
  return { ...ui, person: undefined, composing: false, cursor: { ...ui.cursor, people: undefined, conversation: undefined } };
}

/** Whoever one writes to is gone: what is typed stays text until Esc. As keys the same letters could do anything. */
function stillWriting({ ui, language }: Scene, name: AccountName): Ui {
  const text = language.dashboard.notices.gone(name);
  return ui.notice?.text === text ? ui : { ...ui, notice: { text, tone: 'bad' } };
}

/** The cursor of the transfers stays on what it was seen on, whatever comes above that. */
function onTransfer(scene: Scene): Ui {
  const { view, ui } = scene;
  if (ui.focus !== 'transfers' || view.transfers.some(({ id }) => id === ui.cursor.transfers)) return ui;
  const [first] = listedTransfers(scene);
  return first ? { ...ui, cursor: { ...ui.cursor, transfers: first.id } } : ui;
}

/** What was new when somebody came stays marked until the conversation is left, though it is read at once. */
function visit({ view, ui }: Scene): Ui {
  const { person } = ui;
  const conversation = person === undefined ? undefined : view.conversations.get(person);
  if (person === undefined || !conversation || ui.focus !== 'conversation') return ui.visit ? { ...ui, visit: undefined } : ui;
  if (ui.visit?.with === person) return ui;
  const firstNew = conversation.messages.find(({ direction, state }) => direction === 'in' && state === 'received')?.id;
  return { ...ui, visit: { with: person, firstNew } };
}

/** What somebody has before the eyes is read: the end of the conversation that has the keys, with nothing above it. */
function readShown({ view, ui, size }: Scene, effects: Effect[]): Ui {
  const friend = personOf(view, ui.person);
  if (!friend || friend.unread === 0) return ui.reading && ui.reading.name === ui.person ? { ...ui, reading: undefined } : ui;
  const inView = size.rows >= SCREEN_MIN.rows && size.columns >= SCREEN_MIN.columns && friend.state === 'friend' && view.conversations.has(friend.name);
  const atEnd = ui.cursor.conversation === undefined && ui.filters.conversation === '';
  const seen = inView && atEnd && ui.focus === 'conversation' && ui.dialogs.length === 0;
  if (!seen || (ui.reading?.name === friend.name && ui.reading.unread === friend.unread)) return ui;
  effects.push({ do: 'dispatch', command: { type: 'message.read', from: friend.name }, to: ROOT, tag: 'read' });
  return { ...ui, reading: { name: friend.name, unread: friend.unread } };
}
