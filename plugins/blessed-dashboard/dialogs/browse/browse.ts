import type { AccountName, BrowseView } from '../../../../core/index.js';
import { BROWSED_FILES_MAX, FILTER_CHARS_MAX } from '../../limits.js';
import type { Effect } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import { EMPTY_FIELD } from '../../state/TextField.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { inRoom, movedIndex, rowChosen } from '../parts.js';
import { rowsOf, type BrowseRow, type BrowseState, type RemoteShare } from './BrowseState.js';
import { drawBrowse } from './drawBrowse.js';
import { keyOf } from '../widgets/pressed.js';
import { writeOneLine } from '../widgets/writeOneLine.js';

type State = BrowseState;
type Next = DialogStep<State>;
const FRESH = { index: 0, marked: new Set<string>(), filter: EMPTY_FIELD, filtering: false } as const;
const FETCH = 'fetch';

/** What a friend shares, to fetch from it. `about`: the name of the friend. */
export const browseDialog: Dialog<State> = {
  kind: 'browse',
  open(_scene, about = '', id) {
    const state = { name: about as AccountName, shares: [], share: undefined, files: [], folder: '', asked: 0, loading: false, cut: false, ...FRESH };
    return ask(state, id);
  },
  draw: inRoom(drawBrowse),
  step(state, input, scene, id) {
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input, scene, id);
    if (state.filtering) return whileFiltering(state, input) ?? whileListing(state, input, id);
    return whileListing(state, input, id);
  },
};

/** Asks for the shares, or for the files of the share, from the beginning; what is known stays until the first answer. */
function ask({ failure: _before, ...before }: State, id: number): { readonly state: State; readonly effects: readonly Effect[] } {
  const state = { ...before, asked: before.asked + 1, loading: true };
  return { state, effects: [pageAfter(state, undefined, id)] };
}

function pageAfter({ name, share, asked }: State, after: number | undefined, id: number): Effect {
  const of = share ? { id: share.id } : {};
  return { do: 'dispatch', command: { type: 'share.browse', name, ...of, ...(after === undefined ? {} : { after }) }, to: id, tag: `${asked}:${after ?? 0}` };
}

function whileFiltering(state: State, input: Input): Next | undefined {
  if (input.type === 'key' && input.name === 'esc') return { state: { ...state, filter: EMPTY_FIELD, filtering: false, index: 0 } };
  if (input.type === 'key' && input.name === 'enter') return { state: { ...state, filtering: false } };
  const filter = writeOneLine(state.filter, input, FILTER_CHARS_MAX);
  return filter && { state: { ...state, filter, index: 0 } };
}

function whileListing(state: State, input: Input, id: number): Next | undefined {
  const rows = rowsOf(state);
  const clicked = rowChosen(input);
  if (clicked !== undefined) return clicked === state.index ? enter(state, rows, id) : { state: { ...state, index: clicked } };
  const index = movedIndex(input, state.index, rows.length, !state.filtering);
  if (index !== undefined) return { state: { ...state, index } };
  const key = keyOf(input);
  return pressed(state, rows, key, id);
}

function pressed(state: State, rows: readonly BrowseRow[], key: string, id: number): Next | undefined {
  switch (key) {
    case 'enter':
      return enter(state, rows, id);
    case 'right':
    case 'l':
      return rows[state.index]?.folder === true ? goIn(state, rows[state.index], id) : { state };
    case 'space':
      return { state: markRow(state, rows) };
    case 'f':
      return fetch(state, rows, id);
    case 'backspace':
    case 'left':
    case 'h':
      return up(state) ?? { state };
    case '/':
      return { state: { ...state, filtering: true } };
    case 'r':
      return ask(state, id);
    case 'esc':
      return escape(state) ?? { close: true };
    default:
      return undefined;
  }
}

/** Takes back what limits the list first, then goes up; from the shares it closes. */
function escape(state: State): Next | undefined {
  if (state.filter.text !== '') return { state: { ...state, filter: EMPTY_FIELD, index: 0 } };
  if (state.marked.size > 0) return { state: { ...state, marked: new Set() } };
  return up(state);
}

function enter(state: State, rows: readonly BrowseRow[], id: number): Next {
  const row = rows[state.index];
  return state.marked.size === 0 && row?.folder === true ? goIn(state, row, id) : fetch(state, rows, id);
}

function goIn(state: State, row: BrowseRow | undefined, id: number): Next {
  if (!row) return { state };
  const share = state.shares.find((one) => one.id === row.share);
  if (!share) return { state: { ...state, ...FRESH, folder: row.key } };
  return ask({ ...state, ...FRESH, share, files: [], folder: share.name, cut: false }, id);
}

/** The folder above, with the cursor on the one come from; undefined: there is none. */
function up({ failure: _gone, ...state }: State): Next | undefined {
  const { share, folder } = state;
  if (!share) return undefined;
  const inside = folder.includes('/');
  const above: State = inside
    ? { ...state, ...FRESH, folder: folder.slice(0, folder.lastIndexOf('/')) }
    : { ...state, ...FRESH, share: undefined, files: [], folder: '', asked: state.asked + 1, loading: false, cut: false };
  const from = inside ? folder : share.id;
  return {
    state: {
      ...above,
      index: Math.max(
        0,
        rowsOf(above).findIndex(({ key }) => key === from),
      ),
    },
  };
}

function markRow(state: State, rows: readonly BrowseRow[]): State {
  const row = rows[state.index];
  if (!row) return state;
  const marked = new Set(state.marked);
  if (!marked.delete(row.key)) marked.add(row.key);
  return { ...state, marked, index: Math.min(state.index + 1, rows.length - 1) };
}

/** What is marked, or else what the cursor is on. */
function fetch({ failure: _before, ...state }: State, rows: readonly BrowseRow[], id: number): Next {
  const row = rows[state.index];
  const keys = state.marked.size > 0 ? [...state.marked] : row ? [row.key] : [];
  if (keys.length === 0) return { state };
  const { share, name } = state;
  const to = { to: id, tag: FETCH };
  const effects = share
    ? [{ do: 'dispatch', command: { type: 'share.fetch', name, id: share.id, items: keys }, ...to } as const]
    : keys.map((key) => ({ do: 'dispatch', command: { type: 'share.fetch', name, id: key }, ...to }) as const);
  return { state: { ...state, marked: new Set() }, effects };
}

function heard(state: State, input: Extract<Input, { readonly type: 'answer' | 'refused' }>, { language }: Scene, id: number): Next | undefined {
  if (input.tag === FETCH) {
    if (input.type === 'refused') return { state: { ...state, failure: input.failure } };
    return { state, notice: { text: language.fileDialogs.browse.fetching(state.name), tone: 'good' } };
  }
  if (!input.tag.startsWith(`${state.asked}:`)) return undefined;
  if (input.type === 'refused') return { state: { ...state, loading: false, failure: input.failure } };
  return arrived(state, input.result as BrowseView, input.tag.endsWith(':0'), id);
}

function arrived(state: State, page: BrowseView, isFirst: boolean, id: number): Next {
  const listed = page.of === 'shares' ? withShares(state, page.shares, isFirst) : { ...state, files: [...(isFirst ? [] : state.files), ...page.files] };
  const cut = page.next !== undefined && listed.files.length + listed.shares.length >= BROWSED_FILES_MAX;
  const more = page.next !== undefined && !cut;
  const next: State = { ...listed, loading: more, cut };
  // A cursor that was moved stays on what it is on, wherever that is now.
  const key = state.index > 0 ? rowsOf(state)[state.index]?.key : undefined;
  const rows = rowsOf(next);
  const found = rows.findIndex((row) => row.key === key);
  const index = found < 0 ? Math.min(next.index, Math.max(0, rows.length - 1)) : found;
  return { state: { ...next, index }, effects: more ? [pageAfter(next, page.next, id)] : [] };
}

const withShares = (state: State, shares: readonly RemoteShare[], isFirst: boolean): State => ({
  ...state,
  shares: [...(isFirst ? [] : state.shares), ...shares],
});
