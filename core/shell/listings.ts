import type { ErrorCode } from '../base/errors.js';
import type { AccountView, FriendView, MessageView, NodeView, SharedFileView, ShareView, TransferView } from '../events/commands.js';
import type { BasicLanguage } from './BasicLanguage.js';
import type { RemoteShares } from './browsing.js';
import { inColumns } from './columns.js';
import { linesOf } from './toTerminal.js';

/** Digits of an id that are shown: enough to tell ids apart, and to name them. */
const ID_DIGITS = 8;
/** Items and paths of one transfer that are listed. */
const ITEMS_SHOWN = 50;

export const shortId = (id: string): string => id.slice(0, ID_DIGITS);

export function accountLines(account: AccountView, { listings, states }: BasicLanguage): string[] {
  const directory = `${states.directory[account.state]}${account.directory === undefined ? '' : ` (${account.directory})`}`;
  return inColumns([
    ...(account.name === undefined ? [] : [[listings.name, account.name]]),
    [listings.fingerprint, account.fingerprint],
    [listings.directory, directory],
  ]);
}

export function nodeLines(node: NodeView, language: BasicLanguage): string[] {
  const { listings, states } = language;
  const { url, state, code } = node.directory;
  const directory = `${states.directory[state]}${url === undefined ? '' : ` (${url})`}${code === undefined ? '' : `: ${language.failure(code)}`}`;
  const failed = node.plugins.filter((plugin) => plugin.state === 'failed');
  return inColumns([
    [listings.presence, states.presence[node.presence]],
    [listings.directory, directory],
    [listings.reachable, node.addresses.join(', ') || listings.noAddress],
    [listings.sessions, String(node.sessions)],
    [listings.fingerprint, node.fingerprint],
    [listings.version, node.version],
    ...failed.map(({ name, code: why }) => [listings.plugin, `${listings.pluginFailed(name)}${why === undefined ? '' : ` [${why}]`}`]),
  ]);
}

export function peopleTable(people: readonly FriendView[], language: BasicLanguage): string[] {
  const { listings, states } = language;
  const row = (friend: FriendView): string[] => [
    friend.name,
    states.contact[friend.state],
    states.presence[friend.presence],
    friend.keyChanged ? listings.keyChanged : friend.verified ? listings.yes : listings.no,
    String(friend.unread),
    String(friend.waiting),
    friend.trust === undefined || friend.keyChanged ? listings.asks : listings.upTo(language.bytes(friend.trust.bytesMax)),
  ];
  return inColumns([listings.peopleHead, ...people.map(row)]);
}

/** `14:03  board  text`, the further lines of a text under its first. */
export function messageLines(view: MessageView, language: BasicLanguage, nowMs: number): string[] {
  const { listings, states } = language;
  const who = view.direction === 'out' ? listings.me : view.with;
  const head = `${language.date(view.createdMs, nowMs)}  ${who}  `;
  const [first = '', ...more] = linesOf(view.text);
  const state = view.direction === 'out' ? `  (${states.message[view.state]})` : '';
  return [
    `${head}${first}${more.length === 0 ? state : ''}`,
    ...more.map((line, at) => `${' '.repeat(head.length)}${line}${at === more.length - 1 ? state : ''}`),
  ];
}

export function transferTable(transfers: readonly TransferView[], language: BasicLanguage): string[] {
  const row = (view: TransferView): string[] => {
    const who = `${language.states.direction[view.direction]} ${view.with}`;
    return [shortId(view.id), who, transferState(view, language), language.bytes(view.total), ...paceOf(view, language), filesOfTransfer(view, language)];
  };
  return inColumns([language.listings.transfersHead, ...transfers.map(row)]);
}

/** All about one. */
export function transferLines(view: TransferView, language: BasicLanguage): string[] {
  const { listings, states } = language;
  const items = view.items.slice(0, ITEMS_SHOWN).map((item) => [language.bytes(item.bytes), item.name]);
  const more = view.items.length + (view.moreItems ?? 0) - items.length;
  const [pace, rest] = paceOf(view, language);
  const standing = [
    transferState(view, language),
    listings.doneOf(language.bytes(view.bytes), language.bytes(view.total)),
    pace,
    rest === '' ? '' : listings.left(rest),
  ];
  return [
    `${view.id} ${states.direction[view.direction]} ${view.with}`,
    standing.filter((text) => text !== '').join(', '),
    ...(view.code === undefined ? [] : [endOf(view.code, view.item, language)]),
    ...(view.into === undefined ? [] : [listings.into(view.into)]),
    ...(view.holders ?? []).map((holder) => listings.holder(holder.with, language.bytes(holder.bytes), language.speed(holder.bytesPerSecond))),
    ...(view.direction === 'in' ? view.paths.slice(0, ITEMS_SHOWN).map(listings.savedAs) : []),
    ...inColumns([listings.itemsHead, ...items]),
    ...(more > 0 ? [listings.moreItems(more)] : []),
  ];
}

/** Why a transfer ended, with the file because of which it did. */
const endOf = (code: ErrorCode, item: string | undefined, language: BasicLanguage): string =>
  item === undefined ? language.sentence(code) : language.facts.of(item, language.sentence(code));

/** `active` as how much of it is there, and why it does not move when it does not. */
export function transferState(view: Pick<TransferView, 'state' | 'pausedBy' | 'code' | 'bytes' | 'total'>, { states, listings }: BasicLanguage): string {
  const percent = `${percentOf(view.bytes, view.total)}%`;
  if (view.pausedBy !== undefined) return `${states.pausedBy[view.pausedBy]}, ${percent}`;
  const code = view.code === undefined ? '' : ` [${view.code}]`;
  if (view.state === 'paused') return `${listings.waits}${code}, ${percent}`;
  return view.state === 'active' ? percent : `${states.transfer[view.state]}${code}`;
}

/** Whole, and 100 only when all is done. */
export const percentOf = (bytes: number, total: number): number => (total === 0 ? 100 : Math.floor((bytes / total) * 100));

export const filesOfTransfer = ({ items, moreItems = 0 }: Pick<TransferView, 'items' | 'moreItems'>, { listings }: BasicLanguage): string =>
  listings.moreFiles(items[0]?.name ?? '', items.length - 1 + moreItems);

function paceOf({ state, bytesPerSecond, secondsLeft }: TransferView, language: BasicLanguage): readonly [string, string] {
  if (state !== 'active') return ['', ''];
  return [language.speed(bytesPerSecond), secondsLeft === undefined ? '' : language.remaining(secondsLeft * 1_000)];
}

export function shareTable(shares: readonly ShareView[], language: BasicLanguage): string[] {
  const { listings, states } = language;
  const row = ({ id, state, code, items, bytes: size, waiting, path }: ShareView): string[] => {
    const files = waiting.items === 0 ? String(items) : listings.doneOf(String(items), String(items + waiting.items));
    return [shortId(id), code === undefined ? states.share[state] : `${states.share[state]} [${code}]`, files, language.bytes(size), path];
  };
  return inColumns([listings.sharesHead, ...shares.map(row)]);
}

/** What a friend shares. */
export function browseTable(shares: RemoteShares, language: BasicLanguage): string[] {
  const row = ({ id, name, folder, ready, items, bytes: size }: RemoteShares[number]): string[] => [
    shortId(id),
    ready ? String(items) : `${items}+`,
    language.bytes(size),
    folder ? `${name}/` : name,
  ];
  return inColumns([language.listings.browseHead, ...shares.map(row)]);
}

/** What is in one share of a friend. */
export function filesTable(files: readonly SharedFileView[], language: BasicLanguage, nowMs: number): string[] {
  const row = ({ name, bytes: size, modifiedMs, folder }: SharedFileView): string[] => [
    folder ? '' : language.bytes(size),
    language.date(modifiedMs, nowMs),
    folder ? `${name}/` : name,
  ];
  return inColumns([language.listings.filesHead, ...files.map(row)]);
}
