/**
 * The records of an open session, decoded (PROTOCOL [P-3.x], [P-6.x]). Handshake frames stand in handshakeFrames.ts.
 */
import type { ErrorCode } from '../base/errors.js';
import type { FetchRecord } from './fetchRecords.js';
import type { ChunkRange } from './recordFields.js';

export interface ChunkAnnouncement {
  readonly transferId: Uint8Array;
  readonly item: number;
  readonly index: number;
  readonly length: number;
  readonly hash: Uint8Array;
  readonly tag: Uint8Array;
  readonly stream: number;
}

export type Record =
  | { readonly type: 'ready'; readonly maxRecord: number; readonly features: number }
  | { readonly type: 'ping'; readonly echo: Uint8Array }
  | { readonly type: 'pong'; readonly echo: Uint8Array }
  | { readonly type: 'close'; readonly reason: 'done' | 'rekey' | 'duplicate' | 'protocol' | 'policy' }
  | { readonly type: 'contactSecret'; readonly secret: Uint8Array }
  | { readonly type: 'msg'; readonly id: Uint8Array; readonly content: Uint8Array }
  | { readonly type: 'ack'; readonly id: Uint8Array }
  | { readonly type: 'offer'; readonly manifest: Uint8Array }
  /** The manifest is longer than an OFFER may be: the receiver asks for it piece by piece. `hash` of all of it. */
  | { readonly type: 'offerLong'; readonly transferId: Uint8Array; readonly length: number; readonly hash: Uint8Array }
  | { readonly type: 'manifestWant'; readonly transferId: Uint8Array; readonly offset: number }
  | { readonly type: 'manifestPart'; readonly transferId: Uint8Array; readonly offset: number; readonly bytes: Uint8Array }
  /** Bitmaps: the items wanted, and the chunks of all items that are held. */
  | { readonly type: 'accept'; readonly transferId: Uint8Array; readonly items: Uint8Array; readonly held: Uint8Array }
  | ({ readonly type: 'chunk' } & ChunkAnnouncement)
  | { readonly type: 'chunksOk'; readonly transferId: Uint8Array; readonly ranges: readonly ChunkRange[] }
  | { readonly type: 'done'; readonly transferId: Uint8Array; readonly item: number; readonly hash: Uint8Array }
  | { readonly type: 'cancel'; readonly transferId: Uint8Array; readonly reason: CancelReason }
  | { readonly type: 'pause'; readonly transferId: Uint8Array; readonly what: Pause }
  | { readonly type: 'resume'; readonly transferId: Uint8Array; readonly by: keyof typeof RESUMES }
  | FetchRecord
  | { readonly type: 'browse'; readonly question: number; readonly after: number }
  /** Pages stand in cataloguePages.ts. */
  | { readonly type: 'shares'; readonly question: number; readonly page: Uint8Array }
  | { readonly type: 'browseShare'; readonly question: number; readonly share: Uint8Array; readonly after: number }
  | { readonly type: 'contents'; readonly question: number; readonly page: Uint8Array }
  /** A type ≥ 0x80 this version does not know: ignored. */
  | { readonly type: 'unknown'; readonly code: number };

export type RecordType = Record['type'];

/** The reason byte of CANCEL: who stopped it and why. */
export const CANCEL_REASONS = {
  declined: 0,
  cancelled: 1,
  changed: 2,
  disk: 3,
  corrupt: 4,
  unsafe: 5,
  limit: 6,
  gone: 7,
} as const;
export type CancelReason = keyof typeof CANCEL_REASONS;

/** The byte of PAUSE: who holds the transfer, and whether it is the sender's answer to the last ACCEPT. */
export const PAUSES = {
  receiver: 0,
  sender: 1,
  /** Nothing more of what was accepted comes, and the sender does not hold it. */
  stopped: 2,
  /** Nothing more of what was accepted comes, and the sender holds it. */
  stoppedBySender: 3,
} as const;
export type Pause = keyof typeof PAUSES;

/** The byte of RESUME: who does not hold the transfer. */
export const RESUMES = { receiver: 0, sender: 1 } as const;

/** What the receiver of a CANCEL reports. */
export const CANCEL_CODES: { readonly [R in CancelReason]: ErrorCode } = {
  declined: 'TRANSFER_DECLINED',
  cancelled: 'TRANSFER_CANCELLED',
  changed: 'FILE_CHANGED',
  disk: 'DISK_FULL',
  corrupt: 'CHUNK_CORRUPT',
  unsafe: 'FILE_NAME_UNSAFE',
  limit: 'TRANSFER_LIMIT',
  gone: 'CONTENT_GONE',
};

/** Every record type with its byte: the list that codec, session and the totality spec share. */
export const RECORD_TYPES: { readonly [T in Exclude<RecordType, 'unknown'>]: number } = {
  ready: 0x00,
  ping: 0x01,
  pong: 0x02,
  close: 0x03,
  contactSecret: 0x07,
  msg: 0x10,
  ack: 0x11,
  offer: 0x20,
  accept: 0x21,
  chunk: 0x22,
  chunksOk: 0x23,
  done: 0x24,
  cancel: 0x25,
  pause: 0x26,
  resume: 0x27,
  want: 0x28,
  have: 0x29,
  offerLong: 0x2a,
  manifestWant: 0x2b,
  manifestPart: 0x2c,
  seek: 0x2d,
  hashesWant: 0x2e,
  hashes: 0x2f,
  browse: 0x30,
  shares: 0x31,
  browseShare: 0x32,
  contents: 0x33,
};

export const CLOSE_REASONS = { done: 0, rekey: 1, duplicate: 2, protocol: 3, policy: 4 } as const;
export type CloseReason = keyof typeof CLOSE_REASONS;
