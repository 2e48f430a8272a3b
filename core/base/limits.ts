/**
 * Every bound, named, with its unit. Specification constants are part of the protocol (PROTOCOL.md):
 * another implementation must agree. Implementation constants are ours to change.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

// ── specification ──────────────────────────────────────────────────────────────────────────────
/** Frame of a link, PROTOCOL [P-2.1]. */
export const FRAME_BYTES_MAX = 65_535;
export const HELLO_SUITES_MAX = 8;
export const COOKIE_BYTES_MAX = 32;
export const IDENTITY_PAYLOAD_BYTES = 1280;
export const RSA_MODULUS_BITS_MIN = 2048;
export const RSA_MODULUS_BITS_MAX = 4096;
/** Noise transport message 65 535 − kind byte 1 − tag 16. */
export const RECORD_PLAINTEXT_BYTES_MAX = FRAME_BYTES_MAX - 1 - 16;
/** Plaintext − type 1 − body length 2. */
export const RECORD_BODY_BYTES_MAX = RECORD_PLAINTEXT_BYTES_MAX - 3;
/** Frame − kind 1 − stream 2. */
export const BULK_BYTES_MAX = FRAME_BYTES_MAX - 3;
/** Chat records are padded to a multiple of this. */
export const RECORD_PAD_BYTES = 128;
/** Records of one direction under one key before the counted rekey. */
export const REKEY_RECORDS = 65_536;
/** Records of one direction after which the session is replaced; twice that is the hard stop. */
export const SESSION_RECORDS_MAX = 2 ** 24;
export const SESSION_RECORDS_HARD_MAX = 2 ** 25;
export const SESSION_AGE_MS_MAX = 60 * 60_000;
export const SESSION_AGE_HARD_MS_MAX = 70 * 60_000;
export const MESSAGE_TEXT_BYTES_MAX = 64_000;
export const CHUNK_BYTES_MIN = 2 ** 14;
export const CHUNK_BYTES_MAX = 2 ** 22;
export const CHUNK_BYTES_DEFAULT = 2 ** 20;
export const FILE_BYTES_MAX = 2 ** 40;
export const FILE_NAME_BYTES_MAX = 255;
export const FILE_PATH_BYTES_MAX = 1024;
export const FILE_PATH_DEPTH_MAX = 16;
/** A larger manifest is sent as item 0 (not in this version: it is refused with MANIFEST_INVALID). */
export const MANIFEST_BYTES_MAX = 64_000;
export const DIRECTORY_REQUEST_BYTES_MAX = 64 * KIB;
export const CHALLENGE_BYTES = 32;
export const CHALLENGE_MS_MAX = 60_000;

// ── implementation ─────────────────────────────────────────────────────────────────────────────
export const HANDSHAKE_MS_MAX = 10_000;
export const FIRST_FRAME_MS_MAX = 3_000;
export const HALF_OPEN_PER_ADDRESS_MAX = 8;
export const HALF_OPEN_MAX = 64;
/** From this many half-open handshakes on, HELLO is answered by RETRY with a cookie. */
export const HALF_OPEN_COOKIE = 32;
export const HANDSHAKES_PER_ADDRESS_PER_SECOND = 5;
export const COOKIE_SECRET_MS = 120_000;
export const STATIC_KEY_MS = 24 * 60 * 60_000;
export const SESSIONS_MAX = 256;
/** Silence after which PING is sent; twice that without any frame ends the session. */
export const PING_IDLE_MS = 30_000;
export const SESSION_SILENT_MS_MAX = 90_000;
export const SEND_QUEUE_BYTES_MAX = 4 * MIB;
export const DIAL_MS_MAX = 5_000;
export const DIAL_BACKOFF_MS_MIN = 500;
export const DIAL_BACKOFF_MS_MAX = 60_000;
export const OUTBOX_PER_PEER_MAX = 10_000;
export const MESSAGES_IN_FLIGHT_MAX = 64;
export const TRANSFERS_PER_PEER_MAX = 4;
export const TRANSFER_WINDOW_BYTES = 8 * MIB;
export const PROGRESS_MS_MIN = 100;
export const DIRECTORY_REQUEST_MS_MAX = 10_000;
export const DIRECTORY_BACKOFF_MS_MIN = 500;
export const DIRECTORY_BACKOFF_MS_MAX = 30_000;
export const KEEP_ALIVE_S = 10;
export const TOKEN_MS = 60 * 60_000;
export const TOPIC_DEPTH_MAX = 8;
export const BROKER_PACKET_BYTES_MAX = 256 * KIB + 4 * KIB;
export const ADDRESSES_MAX = 16;
export const NETWORK_POLL_MS = 5_000;
export const HISTORY_PAGE_MAX = 1_000;
export const FRIENDS_MAX = 1_000;
