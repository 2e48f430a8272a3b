import fc from 'fast-check';
import {
  CHUNK_BYTES_MAX,
  FILE_BYTES_MAX,
  RECEIPT_IDS_MAX,
  RECORD_PLAINTEXT_BYTES_MAX,
  SHARE_ITEMS_MAX,
  WALL_CLOCK_MS_MAX,
  MANIFEST_BYTES_MAX,
  MANIFEST_INLINE_BYTES_MAX,
  PASSPHRASE_ITERATIONS,
  PASSPHRASE_ITERATIONS_MAX,
} from '../../core/base/limits.js';
import { toHex } from '../../core/base/bytes.js';
import { parseShareId, type MessageId } from '../../core/base/ids.js';
import { encodeItems, encodeShares } from '../../core/protocol/cataloguePages.js';
import {
  CANCEL_REASONS,
  CLOSE_REASONS,
  PAUSES,
  RESUMES,
  type CancelReason,
  type CloseReason,
  type Pause,
  type Record as WireRecord,
} from '../../core/protocol/frames.js';
import type { Manifest, ManifestItem, ManifestKey } from '../../core/protocol/manifest.js';
import type { MessageContent } from '../../core/protocol/messageContent.js';
import type { PresenceFields } from '../../core/protocol/presence.js';

/* Values that are valid, of each kind that is ever encoded. */

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const of = <T extends WireRecord['type']>(type: T) => fc.constant(type);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const u64 = fc.nat(Number.MAX_SAFE_INTEGER);
const keysOf = <K extends string>(of: { readonly [N in K]: number }) => fc.constantFrom(...(Object.keys(of) as K[]));

const pageName = fc.stringMatching(/^f[a-z0-9]{1,6}$/);
/** Positions rise, so that the last one can be where the next page begins. */
const placed = <T>(entries: readonly T[]) => entries.map((entry, at) => ({ entry, position: at + 1 }));

export const sharesPage = fc
  .tuple(
    fc.array(
      fc.record({
        id: bytesOf(16).map((id) => parseShareId(toHex(id))),
        name: pageName,
        folder: fc.boolean(),
        ready: fc.boolean(),
        items: fc.nat(SHARE_ITEMS_MAX),
        bytes: u64,
      }),
      { maxLength: 5 },
    ),
    fc.boolean(),
  )
  .map(([shares, more]) => encodeShares(placed(shares), more && shares.length > 0));

export const contentsPage = fc
  .tuple(
    fc.uniqueArray(
      fc.record({ name: pageName, bytes: fc.nat(FILE_BYTES_MAX), modifiedMs: fc.nat(WALL_CLOCK_MS_MAX), mode: fc.nat(0o777), root: bytesOf(32) }),
      { maxLength: 5, selector: ({ name }) => name },
    ),
    fc.boolean(),
  )
  .map(([items, more]) => encodeItems(placed(items), more && items.length > 0));

interface Ids {
  readonly id: fc.Arbitrary<Uint8Array>;
  readonly item: fc.Arbitrary<number>;
  readonly stream: fc.Arbitrary<number>;
}

export type KnownRecord = Exclude<WireRecord, { readonly type: 'unknown' }>;

/** Every record; with few ids, items and streams to choose from, those of one run are about each other. */
export function recordArbitraries({ id, item, stream }: Ids): { readonly [T in KnownRecord['type']]: fc.Arbitrary<KnownRecord> } {
  const held = fc.uniqueArray(fc.record({ item, held: fc.uint8Array({ maxLength: 60 }) }), { selector: (one) => one.item, maxLength: 20 });
  const sought = fc.uniqueArray(fc.record({ item, bytes: fc.nat(FILE_BYTES_MAX), root: bytesOf(32) }), {
    selector: (one) => one.item,
    minLength: 1,
    maxLength: 12,
  });
  const range = fc.tuple(item, fc.nat(0xffff), fc.integer({ min: 1, max: 0xffff })).map(([which, from, length]) => ({ item: which, from, to: from + length }));
  return {
    ready: fc.record({ type: of('ready'), maxRecord: fc.integer({ min: RECORD_PLAINTEXT_BYTES_MAX, max: 0xffff }), features: u32 }),
    ping: fc.record({ type: of('ping'), echo: bytesOf(8) }),
    pong: fc.record({ type: of('pong'), echo: bytesOf(8) }),
    close: fc.record({ type: of('close'), reason: keysOf<CloseReason>(CLOSE_REASONS) }),
    contactSecret: fc.record({ type: of('contactSecret'), secret: bytesOf(32) }),
    msg: fc.record({ type: of('msg'), id, content: fc.uint8Array({ maxLength: 2_000 }) }),
    ack: fc.record({ type: of('ack'), id }),
    offer: fc.record({ type: of('offer'), manifest: fc.uint8Array({ maxLength: 2_000 }) }),
    accept: fc.record({ type: of('accept'), transferId: id, items: fc.uint8Array({ maxLength: 60 }), held: fc.uint8Array({ maxLength: 60 }) }),
    offerLong: fc.record({
      type: of('offerLong'),
      transferId: id,
      length: fc.integer({ min: MANIFEST_INLINE_BYTES_MAX + 1, max: MANIFEST_BYTES_MAX }),
      hash: bytesOf(32),
    }),
    manifestWant: fc.record({ type: of('manifestWant'), transferId: id, offset: fc.nat(MANIFEST_BYTES_MAX - 1) }),
    manifestPart: fc.record({
      type: of('manifestPart'),
      transferId: id,
      offset: fc.nat(MANIFEST_BYTES_MAX - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    }),
    chunk: fc.record({
      type: of('chunk'),
      transferId: id,
      item,
      index: fc.oneof(fc.nat(2), u32),
      length: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: CHUNK_BYTES_MAX })),
      hash: bytesOf(32),
      tag: bytesOf(16),
      stream,
    }),
    chunksOk: fc.record({ type: of('chunksOk'), transferId: id, ranges: fc.array(range, { maxLength: 20 }) }),
    done: fc.record({ type: of('done'), transferId: id, item, hash: bytesOf(32) }),
    cancel: fc.record({ type: of('cancel'), transferId: id, reason: keysOf<CancelReason>(CANCEL_REASONS) }),
    pause: fc.record({ type: of('pause'), transferId: id, what: keysOf<Pause>(PAUSES) }),
    resume: fc.record({ type: of('resume'), transferId: id, by: keysOf<keyof typeof RESUMES>(RESUMES) }),
    want: fc.record({ type: of('want'), transferId: id, ranges: fc.array(range, { minLength: 1, maxLength: 12 }) }),
    have: fc.record({ type: of('have'), transferId: id, items: held.map((items) => items.sort((a, b) => a.item - b.item)) }),
    seek: fc.record({
      type: of('seek'),
      transferId: id,
      aead: fc.constantFrom(1, 2),
      chunkBytes: fc.integer({ min: 14, max: 22 }).map((power) => 2 ** power),
      fileKey: bytesOf(32),
      items: sought.map((items) => items.sort((a, b) => a.item - b.item)),
    }),
    hashesWant: fc.record({ type: of('hashesWant'), transferId: id, item, from: fc.nat(2 ** 18) }),
    hashes: fc.record({
      type: of('hashes'),
      transferId: id,
      item,
      from: fc.nat(2 ** 18),
      hashes: fc.integer({ min: 1, max: 40 }).chain((n) => bytesOf(32 * n)),
    }),
    browse: fc.record({ type: of('browse'), question: item, after: u64 }),
    shares: fc.record({ type: of('shares'), question: item, page: fc.oneof(fc.uint8Array({ maxLength: 2_000 }), sharesPage) }),
    browseShare: fc.record({ type: of('browseShare'), question: item, share: id, after: u64 }),
    contents: fc.record({ type: of('contents'), question: item, page: fc.oneof(fc.uint8Array({ maxLength: 2_000 }), contentsPage) }),
  };
}

export const anyRecord = fc.oneof(...Object.values(recordArbitraries({ id: bytesOf(16), item: u32, stream: u16 })));

/** Folders that differ from all files, and files that differ from one another. */
const names = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9]{1,6}$/), { minLength: 1, maxLength: 5 })
  .map((stems) => stems.map((stem, i) => `${'folder-of-files/'.repeat(i % 3)}${stem}.é${i}`));

const key: fc.Arbitrary<ManifestKey> = fc.oneof(
  fc.record({ kind: fc.constant('sent' as const), fileKey: bytesOf(32) }),
  fc.record({
    kind: fc.constant('passphrase' as const),
    salt: bytesOf(16),
    iterations: fc.integer({ min: PASSPHRASE_ITERATIONS, max: PASSPHRASE_ITERATIONS_MAX }),
    check: bytesOf(16),
  }),
);

export const manifest: fc.Arbitrary<Manifest> = fc
  .record({
    transferId: bytesOf(16),
    aead: fc.constantFrom(1, 2),
    chunkBytes: fc.integer({ min: 14, max: 22 }).map((power) => 2 ** power),
    key,
    names,
    facts: fc.array(fc.record({ bytes: fc.nat(FILE_BYTES_MAX / 2 ** 12), modifiedMs: fc.nat(WALL_CLOCK_MS_MAX), mode: fc.nat(0o777) }), {
      minLength: 5,
      maxLength: 5,
    }),
  })
  .map(({ names: all, facts, ...rest }) => ({
    ...rest,
    items: all.map((name, i): ManifestItem => ({ name, ...(facts[i] ?? { bytes: 0, modifiedMs: 0, mode: 0 }) })),
  }));

const messageId = bytesOf(16).map((bytes) => toHex(bytes) as MessageId);

export const messageContent: fc.Arbitrary<MessageContent> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    createdMs: fc.nat(WALL_CLOCK_MS_MAX),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  }),
  fc.record({
    type: fc.constant('read' as const),
    createdMs: fc.nat(WALL_CLOCK_MS_MAX),
    ids: fc.array(messageId, { minLength: 1, maxLength: Math.min(20, RECEIPT_IDS_MAX) }),
  }),
);

const list = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.nat(255)), { minLength: 1, maxLength: 8 });
const one = (ids: readonly number[], which: number): number => ids[which % ids.length] ?? 0;

export const hello = fc
  .record({ offer: list, which: fc.nat(7), knock: bytesOf(16), cookie: fc.uint8Array({ maxLength: 32 }), noise: bytesOf(32) })
  .map(({ which, ...rest }) => ({ ...rest, suite: one(rest.offer, which) }));

export const retry = fc
  .record({ list, which: fc.nat(7), cookie: fc.uint8Array({ maxLength: 32 }) })
  .map(({ which, ...rest }) => ({ ...rest, suite: one(rest.list, which) }));

const address = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9+.-]{0,5}$/), fc.stringMatching(/^[!-~]{1,30}$/)).map(([scheme, rest]) => `${scheme}://${rest}`);

export const presence: fc.Arbitrary<PresenceFields> = fc.record({
  spki: fc.uint8Array({ minLength: 1, maxLength: 60 }),
  state: fc.constantFrom('online', 'busy', 'away', 'offline'),
  seq: u64,
  sinceMs: fc.nat(WALL_CLOCK_MS_MAX),
  addresses: fc.array(address, { maxLength: 4 }),
});
