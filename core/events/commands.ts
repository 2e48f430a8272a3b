import { z } from 'zod';
import { FILE_PATH_BYTES_MAX, HISTORY_PAGE_MAX, PASSPHRASE_CHARS_MAX } from '../base/limits.js';
import type { AccountName, MessageId, PeerId, ShareId, TransferId } from '../base/ids.js';
import type { ErrorCode } from '../base/errors.js';
import { SansfilError } from '../base/errors.js';
import type { ShareState } from '../ports/shareStore.js';
import type { ContactState, Direction, MessageState, TransferState, Trust } from '../ports/stores.js';
import type { PgpKey, PgpSealed, PgpSignature } from '../ports/openpgp.js';
import type { RemoteShare } from '../protocol/cataloguePages.js';
import type { DirectoryState, Presence, TransferItem } from './domainEvents.js';

const name = z.string().min(1).max(256);
const id = z.string().regex(/^[0-9a-f]{32}$/);
const path = z.string().min(1).max(4_096);
const passphrase = z.string().min(1).max(PASSPHRASE_CHARS_MAX);

/** What one may ask of a device, in the imperative: one name, one schema each. People are named by account name. */
export const COMMAND_SCHEMAS = {
  'node.show': z.strictObject({ type: z.literal('node.show') }),
  'account.show': z.strictObject({ type: z.literal('account.show') }),
  'account.register': z.strictObject({ type: z.literal('account.register'), name }),
  'account.login': z.strictObject({ type: z.literal('account.login') }),
  'friend.list': z.strictObject({ type: z.literal('friend.list') }),
  'friend.request': z.strictObject({ type: z.literal('friend.request'), name }),
  'friend.accept': z.strictObject({ type: z.literal('friend.accept'), name }),
  'friend.decline': z.strictObject({ type: z.literal('friend.decline'), name }),
  'friend.remove': z.strictObject({ type: z.literal('friend.remove'), name }),
  /** Without `confirmed` shows the safety number only. */
  'friend.verify': z.strictObject({ type: z.literal('friend.verify'), name, confirmed: z.boolean().optional() }),
  /** What that friend offers is accepted without asking, up to so many bytes in one transfer. */
  'friend.trust': z.strictObject({
    type: z.literal('friend.trust'),
    name,
    limit: z.union([z.literal('off'), z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)]),
    into: path.optional(),
  }),
  'presence.set': z.strictObject({ type: z.literal('presence.set'), state: z.enum(['online', 'busy', 'away', 'offline']) }),
  'message.send': z.strictObject({ type: z.literal('message.send'), to: name, text: z.string().max(200_000) }),
  'message.show': z.strictObject({ type: z.literal('message.show'), to: name, id }),
  'message.history': z.strictObject({
    type: z.literal('message.history'),
    with: name,
    search: z.string().min(1).max(1_000).optional(),
    before: z.number().int().positive().optional(),
    limit: z.number().int().min(1).max(HISTORY_PAGE_MAX).optional(),
  }),
  /** Marks everything received from that friend as read and returns what was unread. */
  'message.read': z.strictObject({ type: z.literal('message.read'), from: name }),
  /** With a passphrase the key of the files is not sent: the receiver must know it. */
  'file.send': z.strictObject({
    type: z.literal('file.send'),
    to: name,
    paths: z.array(z.string().min(1).max(4_096)).min(1).max(1_000),
    passphrase: passphrase.optional(),
  }),
  /** Of a friend's share what is named, files or folders, or all of it; from whoever has it. `into`: an absolute folder. */
  'share.fetch': z.strictObject({
    type: z.literal('share.fetch'),
    name,
    id,
    items: z.array(z.string().min(1).max(FILE_PATH_BYTES_MAX)).min(1).max(1_000).optional(),
    into: z.string().min(1).max(4_096).optional(),
  }),
  'transfer.list': z.strictObject({ type: z.literal('transfer.list') }),
  /** `into`: the absolute path of the folder for the files, where the device runs. */
  'transfer.accept': z.strictObject({ type: z.literal('transfer.accept'), id, into: path.optional(), passphrase: passphrase.optional() }),
  'transfer.decline': z.strictObject({ type: z.literal('transfer.decline'), id }),
  /** Until it is resumed here, also after a restart; the other side is told. */
  'transfer.pause': z.strictObject({ type: z.literal('transfer.pause'), id }),
  /** It goes on when the other side does not hold it either. */
  'transfer.resume': z.strictObject({ type: z.literal('transfer.resume'), id }),
  'transfer.cancel': z.strictObject({ type: z.literal('transfer.cancel'), id }),
  /** Our own OpenPGP key, made when there is none yet; with a name the one imported of that friend. */
  'pgp.key': z.strictObject({ type: z.literal('pgp.key'), name: name.optional() }),
  'pgp.import': z.strictObject({ type: z.literal('pgp.import'), name, path }),
  /** One file for friends by name, for keys by file, for a passphrase, or for all of them. Paths are absolute. Without `sign`: signed when it is for a key. */
  'pgp.seal': z.strictObject({
    type: z.literal('pgp.seal'),
    path,
    out: path.optional(),
    to: z.array(name).max(100),
    keyFiles: z.array(path).max(100),
    passphrase: passphrase.optional(),
    sign: z.boolean().optional(),
    armor: z.boolean().optional(),
  }),
  'pgp.open': z.strictObject({ type: z.literal('pgp.open'), path, out: path.optional(), passphrase: passphrase.optional() }),
  /** A file or folder; one that is shared already is looked through again. */
  'share.add': z.strictObject({ type: z.literal('share.add'), path: z.string().min(1).max(4_096) }),
  'share.remove': z.strictObject({ type: z.literal('share.remove'), id }),
  'share.list': z.strictObject({ type: z.literal('share.list') }),
  /** The shares of a friend, or what is in one of them; `after` is the `next` of the page before. */
  'share.browse': z.strictObject({ type: z.literal('share.browse'), name, id: id.optional(), after: z.number().int().positive().optional() }),
} as const;

export type CommandType = keyof typeof COMMAND_SCHEMAS;
export type Command = { [T in CommandType]: z.infer<(typeof COMMAND_SCHEMAS)[T]> }[CommandType];
export type CommandOf<T extends CommandType> = z.infer<(typeof COMMAND_SCHEMAS)[T]>;

export interface NodeView {
  readonly version: string;
  readonly peer: PeerId;
  readonly fingerprint: string;
  readonly addresses: readonly string[];
  readonly directory: { readonly url?: string; readonly state: DirectoryState; readonly code?: ErrorCode };
  readonly presence: Presence;
  readonly plugins: readonly { readonly name: string; readonly state: 'running' | 'failed'; readonly code?: ErrorCode }[];
  readonly sessions: number;
}

export interface AccountView {
  readonly name?: AccountName;
  readonly peer: PeerId;
  /** The PeerID for people: 56 characters in groups of seven, with Luhn check characters. */
  readonly fingerprint: string;
  readonly directory?: string;
  readonly state: DirectoryState;
}

export interface FriendView {
  readonly name: AccountName;
  readonly peer: PeerId;
  readonly state: ContactState;
  readonly verified: boolean;
  readonly keyChanged: boolean;
  readonly presence: Presence;
  readonly sinceMs?: number;
  readonly connected: boolean;
  readonly unread: number;
  readonly waiting: number;
  /** Of what is offered: accepted without asking, unless the key has changed. */
  readonly trust?: Trust;
  /** 12 groups of five digits. */
  readonly safetyNumber: string;
}

export interface MessageView {
  readonly id: MessageId;
  readonly with: AccountName;
  readonly direction: Direction;
  readonly text: string;
  readonly createdMs: number;
  readonly storedMs: number;
  readonly state: MessageState;
  readonly position: number;
  /** Why an outgoing message still waits, and when it is tried again; absent when it does not wait. */
  readonly waits?: { readonly code: ErrorCode; readonly retryInMs?: number };
}

export interface TransferView {
  readonly id: TransferId;
  readonly with: AccountName;
  readonly direction: Direction;
  readonly state: TransferState;
  /** When it was offered or asked for here. */
  readonly createdMs: number;
  /** The first of them. */
  readonly items: readonly TransferItem[];
  /** How many there are besides; absent: none. */
  readonly moreItems?: number;
  readonly bytes: number;
  readonly total: number;
  readonly bytesPerSecond: number;
  /** Final paths of what is received, local paths of what is sent; the first of them. */
  readonly paths: readonly string[];
  /** Paths besides those. */
  readonly morePaths?: number;
  /** The folder chosen for what is received; absent: the usual one. */
  readonly into?: string;
  /** The name of the one because of which it failed, when it is one. */
  readonly item?: string;
  /** Of what is not over: how long the rest takes at this speed. */
  readonly secondsLeft?: number;
  /** Only who knows the passphrase can accept it. */
  readonly needsPassphrase?: boolean;
  /** Who holds it, when it is not over. */
  readonly pausedBy?: 'me' | 'peer' | 'both';
  /** Of a fetch that is not over: who has something of it, what came from each, and how fast it comes. */
  readonly holders?: readonly HolderView[];
  /** How it ended otherwise than done; of what is paused and held by nobody, why it does not go on. */
  readonly code?: ErrorCode;
}

export interface PgpKeyView extends PgpKey {
  /** Whose it is; absent for our own. */
  readonly of?: AccountName;
}

export interface PgpOpenedView {
  readonly path: string;
  readonly bytes: number;
  readonly signatures: readonly (Omit<PgpSignature, 'peer'> & { readonly by?: AccountName })[];
}

export interface HolderView {
  readonly with: AccountName;
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

export interface ShareView {
  readonly id: ShareId;
  readonly path: string;
  /** What friends see. */
  readonly name: string;
  readonly folder: boolean;
  readonly state: ShareState;
  /** Of files and empty folders that friends can have. */
  readonly items: number;
  readonly bytes: number;
  /** Of files that are still to be read. */
  readonly waiting: { readonly items: number; readonly bytes: number };
  /** How many files cannot be shared, and the first of them by name. */
  readonly refused: number;
  readonly problems: readonly { readonly name: string; readonly code: ErrorCode }[];
  readonly code?: ErrorCode;
}

export interface SharedFileView {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly folder: boolean;
  /** The content, 64 hex digits: equal for equal files. */
  readonly root: string;
}

/** One page of what a friend shares; without `next` it is the last one. */
export type BrowseView =
  | { readonly of: 'shares'; readonly with: AccountName; readonly shares: readonly RemoteShare[]; readonly next?: number }
  | { readonly of: 'share'; readonly with: AccountName; readonly id: ShareId; readonly files: readonly SharedFileView[]; readonly next?: number };

export interface CommandResults {
  'node.show': NodeView;
  'account.show': AccountView;
  'account.register': AccountView;
  'account.login': AccountView;
  'friend.list': readonly FriendView[];
  'friend.request': FriendView;
  'friend.accept': FriendView;
  'friend.decline': { readonly name: string };
  'friend.remove': { readonly name: string };
  'friend.verify': FriendView;
  'friend.trust': FriendView;
  'presence.set': { readonly state: Presence };
  'message.send': MessageView;
  'message.show': MessageView;
  'message.history': readonly MessageView[];
  'message.read': readonly MessageView[];
  'file.send': TransferView;
  'share.fetch': TransferView;
  'transfer.list': readonly TransferView[];
  'transfer.accept': TransferView;
  'transfer.decline': TransferView;
  'transfer.pause': TransferView;
  'transfer.resume': TransferView;
  'transfer.cancel': TransferView;
  'pgp.key': PgpKeyView;
  'pgp.import': PgpKeyView;
  'pgp.seal': PgpSealed;
  'pgp.open': PgpOpenedView;
  'share.add': ShareView;
  'share.remove': { readonly id: ShareId };
  'share.list': readonly ShareView[];
  'share.browse': BrowseView;
}

/** How a shell asks. @throws (rejects) SansfilError only. */
export interface Commands {
  dispatch<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]>;
}

/** Validates what came from outside. @throws SansfilError COMMAND_INVALID */
export function parseCommand(input: unknown): Command {
  const type: unknown = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(COMMAND_SCHEMAS, type)) {
    // Only a text is shown: other values may have no text, or be nested too deep to find it.
    const shown = typeof type === 'string' ? JSON.stringify(type.slice(0, 80)) : `of type ${typeof type}`;
    throw new SansfilError('COMMAND_INVALID', `unknown command ${shown}`);
  }
  const parsed = COMMAND_SCHEMAS[type as CommandType].safeParse(input);
  if (!parsed.success) throw new SansfilError('COMMAND_INVALID', z.prettifyError(parsed.error).slice(0, 500));
  return parsed.data;
}
