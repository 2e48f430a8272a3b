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
/** Sealed bytes of one direction after which the session is replaced. */
export const SESSION_BYTES_MAX = 64 * 1024 * MIB;
export const MESSAGE_TEXT_BYTES_MAX = 64_000;
/** Messages one read receipt names. */
export const RECEIPT_IDS_MAX = 1_000;
/** The last moment a date can be made of (ECMA-262 §21.4.1.1), ms since 1970. */
export const WALL_CLOCK_MS_MAX = 8_640_000_000_000_000;
export const CHUNK_BYTES_MIN = 2 ** 14;
export const CHUNK_BYTES_MAX = 2 ** 22;
export const CHUNK_BYTES_DEFAULT = 2 ** 20;
export const FILE_BYTES_MAX = 2 ** 40;
export const FILE_NAME_BYTES_MAX = 255;
export const FILE_PATH_BYTES_MAX = 1024;
export const FILE_PATH_DEPTH_MAX = 16;
export const MANIFEST_BYTES_MAX = 16 * MIB;
/** A larger manifest is asked for piece by piece after OFFER_LONG. */
export const MANIFEST_INLINE_BYTES_MAX = 64_000;
/** Items and chunks of one transfer, so that one bit for each fits into one ACCEPT record. */
export const TRANSFER_ITEMS_MAX = 2 ** 17;
export const TRANSFER_CHUNKS_MAX = 2 ** 18;
/** Items that one SEEK asks for, so that it fits into its record. */
export const SEEK_ITEMS_MAX = 1_000;
/** Chunk hashes in one HASHES: an answer is that long, or ends with the item. */
export const HASHES_PER_RECORD = 2_000;
/** Bulk streams that one side may have announced and not sent whole. */
export const BULK_STREAMS_OPEN_MAX = 8;
/** Signs of life of a peer in a row without a byte of an open bulk stream between them, from which on its bytes are lost. */
export const BULK_SIGNS_MAX = 3;
/** Records that are nearer to each other are one sign of life. */
export const BULK_SIGN_MS = 30_000;
/** Chunks that a content root is made of, PROTOCOL [P-6.20]. */
export const CONTENT_CHUNK_BYTES = 2 ** 20;
/** Questions about shares that one side may have asked in a session and not heard the answer of. */
export const CATALOGUE_QUESTIONS_MAX = 8;
export const DIRECTORY_REQUEST_BYTES_MAX = 64 * KIB;
export const CHALLENGE_BYTES = 32;
export const CHALLENGE_MS_MAX = 60_000;
/** A presence record: the fixed fields, a 4096-bit key and its signature, 16 addresses of 255 bytes. */
export const PRESENCE_RECORD_BYTES_MAX = 6 * KIB;
/** One address in a presence record, `scheme://address`, ASCII. */
export const ADDRESS_BYTES_MAX = 255;

// ── implementation ─────────────────────────────────────────────────────────────────────────────
export const HANDSHAKE_MS_MAX = 10_000;
export const FIRST_FRAME_MS_MAX = 3_000;
export const HALF_OPEN_PER_ADDRESS_MAX = 8;
export const HALF_OPEN_MAX = 64;
/** From this many half-open handshakes on, HELLO is answered by RETRY with a cookie. */
export const HALF_OPEN_COOKIE = 32;
export const HANDSHAKES_PER_ADDRESS_PER_SECOND = 5;
/** Addresses whose handshake rate is remembered; the longest unseen are forgotten first. */
export const HANDSHAKE_ADDRESSES_MAX = 4_096;
/** Refusals of callers who are nobody here that are told: at once, and lasting. */
export const STRANGERS_TOLD_BURST = 20;
export const STRANGERS_TOLD_PER_SECOND = 1;
export const COOKIE_SECRET_MS = 120_000;
export const STATIC_KEY_MS = 24 * 60 * 60_000;
export const SESSIONS_MAX = 256;
/** Silence after which PING is sent; twice that without any frame ends the session. */
export const PING_IDLE_MS = 30_000;
export const SESSION_SILENT_MS_MAX = 90_000;
/** A session tells its machine that the peer was heard of at most this often. */
export const HEARD_MS_MIN = 5_000;
/** How long the older of two sessions has to show that it is alive before the newer one replaces it. */
export const RIVAL_MS_MAX = 4_000;
/** How long a session waits for its link to be gone after it ended. */
export const SESSION_CLOSE_MS_MAX = 5_000;
/** A session that lasted this long counts as a success of dialling: the backoff starts anew. */
export const SESSION_LASTED_MS_MIN = 10_000;
/** Frames kept that came while a handshake or a session was not ready for them, from links that do not heed `pause`. */
export const EARLY_FRAMES_MAX = 16;
export const SEND_QUEUE_BYTES_MAX = 4 * MIB;
/** Bytes a link holds unsent before `send` says false, and those at which it says drained. Small: a chat record waits behind them. */
export const LINK_UNSENT_BYTES_HIGH = 256 * KIB;
export const LINK_UNSENT_BYTES_LOW = 64 * KIB;
/** How long `close` waits for the other end to take what was sent and to close too. */
export const LINK_CLOSE_MS_MAX = 3_000;
export const DIAL_MS_MAX = 5_000;
export const DIAL_BACKOFF_MS_MIN = 500;
export const DIAL_BACKOFF_MS_MAX = 60_000;
export const OUTBOX_PER_PEER_MAX = 10_000;
export const MESSAGES_IN_FLIGHT_MAX = 64;
/** What one friend sent and the store has not committed: from here on their session is not read. */
export const UNCOMMITTED_RECORDS_MAX = 256;
export const UNCOMMITTED_BYTES_MAX = MIB;
/** Rest after the store failed, before messages of that friend are taken and sent again. */
export const STORE_RETRY_MS = 2_000;
/** The longest rest of a transfer whose disk fails again and again. */
export const STORE_RETRY_MS_MAX = 60_000;
export const TRANSFERS_PER_PEER_MAX = 4;
/** How often a peer may take hold of one transfer and let go of it in one session. */
export const HOLD_CHANGES_MAX = 256;
/** Bytes of one transfer that may be on their way unconfirmed. Messages wait behind them: with 32 MiB twice as long, and no file came sooner. */
export const TRANSFER_WINDOW_BYTES = 12 * MIB;
/** Bytes and chunks of one transfer that are read, hashed and sealed while others are on their way. */
export const SEND_AHEAD_BYTES = 4 * MIB;
export const SEND_AHEAD_CHUNKS = 64;
/** Small files that are read in one go, and their bytes; a file is small when it fits into a quarter of them. */
export const SMALL_READ_FILES = 64;
export const SMALL_READ_BYTES = 256 * KIB;
/** Chunk buffers that nobody uses and that are kept for the next chunks, bytes. */
export const BUFFERS_IDLE_BYTES_MAX = 8 * MIB;
/** Bytes of one chunk handed to the session at once; between two slices other records have their turn. */
export const BULK_SLICE_BYTES = 256 * KIB;
/** Received bytes written and not yet synced, after which they are synced even while more arrive. */
export const SYNC_BYTES = 4 * MIB;
/** Received chunks waiting for the disk, from which on the session is paused. */
export const RECEIVE_QUEUE_BYTES_MAX = 4 * MIB;
/** Chunk hashes are saved once per so many bytes; what a crash loses of them is read and hashed again. */
export const HASHES_SAVE_BYTES = 256 * MIB;
export const FREE_SPACE_CHECK_BYTES = 64 * MIB;
/** Pieces of long manifests that wait for the rest, of all sessions together. */
export const MANIFESTS_GATHERED_BYTES_MAX = 32 * MIB;
export const PARTS_OPEN_MAX = 32;
/** Received chunks that are opened and written at once. */
export const CHUNKS_WRITING_MAX = 4;
/** A file of one chunk and at most so many bytes goes through the pack of its transfer. */
export const SMALL_FILE_BYTES_MAX = 64 * KIB;
/** Bytes in a pack from which on it waits until all of it is safe elsewhere, and begins anew. */
export const PACK_BYTES_MAX = 64 * MIB;
/** Contents of small files that stay in memory until their files are made; others are read again. */
export const SMALL_HELD_BYTES_MAX = 8 * MIB;
/** Small files that are made in one call, and that are made durable in one. */
export const SMALL_FILES_BATCH = 256;
export const SETTLE_FILES_BATCH = 64;
/** Damaged chunks of one transfer that only end the session and are fetched again; one more ends the transfer. */
export const CHUNK_CORRUPT_MAX = 3;
export const CHUNK_RANGES_PER_RECORD_MAX = 1_000;
/** What one holder is asked for at once: at the start, and at most; it grows while answers come sooner than LOW, and shrinks beyond HIGH. */
export const FETCH_WINDOW_BYTES_START = 2 * MIB;
export const FETCH_WINDOW_BYTES_MAX = 16 * MIB;
export const FETCH_LATENCY_MS_LOW = 500;
export const FETCH_LATENCY_MS_HIGH = 2_000;
/** Chunks one holder is asked for at once. */
export const FETCH_CHUNKS_OUT_MAX = 256;
/** Fetches of one friend that are served at once, and that this device has under way with anybody. */
export const SERVINGS_PER_PEER_MAX = 8;
export const FETCHES_MAX = 8;
/** Chunks one friend may have asked for that are not sent yet, of one fetch. */
export const SERVING_CHUNKS_MAX = 1_024;
/** SEEK records of one friend that are being looked up, from which on the session is not read; HASHES_WANT records of one fetch that wait. */
export const SEEKS_PENDING_MAX = 8;
export const HASHES_WANTS_PENDING_MAX = 256;
/** What is kept of all that one friend fetches, in items and chunks together: as much as one fetch may have. */
export const SERVED_PER_PEER_MAX = TRANSFER_ITEMS_MAX + TRANSFER_CHUNKS_MAX;
/** Items of one fetch that are not whole here and of which more is told as it comes; of others the receiver asks again. */
export const SERVING_GROWING_MAX = 1_024;
/** What a device that is fetching itself has more of, it says at most this often. */
export const HAVE_MS_MIN = 500;
/** How often a fetch looks whether somebody who has nothing to do can help, or an answer is overdue. */
export const FETCH_LOOK_MS = 250;
/** Friends who are called because something is fetched that they may have. */
export const FETCH_COMPANY_MAX = 32;
/** Holders that one fetch uses at once; each may have a chunk buffer open. */
export const FETCH_HOLDERS_MAX = 16;
/** How long a holder has to answer with chunk hashes, before another one is asked. */
export const HASHES_MS_MAX = 5_000;
/** Bytes whose chunk hashes are known before they are asked for. */
export const HASHES_AHEAD_BYTES = 64 * MIB;
/** Who had nothing is asked again after so long; who seeks the same at most this often. */
export const SEEK_AGAIN_MS = 30_000;
export const SEEK_AGAIN_MS_MIN = 1_000;
/** Ended transfers with one friend that stay in the list: no friend's flood of offers pushes out those of another. */
export const TRANSFERS_KEPT_PER_PEER_MAX = 200;
/** Bytes of the manifests of those: all of them are in memory at a start and while transfers are listed. */
export const MANIFESTS_KEPT_BYTES_PER_PEER_MAX = 32 * MIB;
/** Items, and paths, of one transfer that are told when it is shown; of the others only how many there are. */
export const TRANSFER_ITEMS_SHOWN = 100;
/** Shares of one device, and those read of a friend. */
export const SHARES_MAX = 1_000;
/** Files and empty folders of one share: as many as one transfer may have. */
export const SHARE_ITEMS_MAX = 2 ** 17;
/** What is read of the list of one share of a friend, in encoded bytes. */
export const SHARE_LIST_BYTES_MAX = 32 * MIB;
/** Pages of lists that one friend is answered: at once, and lasting. */
export const CATALOGUE_PAGES_BURST = 20;
export const CATALOGUE_PAGES_PER_SECOND = 40;
/** Items looked up for one page; as many of them are sent as fit. */
export const CATALOGUE_PAGE_ITEMS = 512;
/** How long a friend has for one page, and for all pages of a list together. */
export const CATALOGUE_PAGE_MS_MAX = 15_000;
export const CATALOGUE_LIST_MS_MAX = 5 * 60_000;
/** How long a session with a friend whose shares are asked for is waited for. */
export const CATALOGUE_OPEN_MS_MAX = 12_000;
/** Files of a share that are noted, or written down as read, together. */
export const SHARE_BATCH = 256;
/** Bytes read of shared files, and the time, after which it is written down how far that came. */
export const SHARE_SAVE_BYTES = 64 * MIB;
export const SHARE_SAVE_MS = 1_000;
/** Times that a file may change while it is read for the catalogue before it is left out. */
export const SHARE_CHANGES_MAX = 3;
/** Files that could not be shared, named in the view of one share. */
export const SHARE_PROBLEMS_SHOWN = 20;
export const PROGRESS_MS_MIN = 100;
export const DIRECTORY_REQUEST_MS_MAX = 10_000;
export const DIRECTORY_BACKOFF_MS_MIN = 500;
export const DIRECTORY_BACKOFF_MS_MAX = 30_000;
export const KEEP_ALIVE_S = 10;
export const TOKEN_MS = 60 * 60_000;
export const TOPIC_DEPTH_MAX = 8;
/** Open login challenges in all, and of one connection. */
export const CHALLENGES_MAX = 4_096;
export const CHALLENGES_PER_CONNECTION_MAX = 4;
/** Requests of one device, and of one network address before login: at once, and lasting. */
export const RPC_BURST = 100;
export const RPC_PER_SECOND = 20;
export const LOGIN_BURST = 120;
export const LOGIN_PER_SECOND = 20;
/** Publications other than requests (presence, inbox) of one device. */
export const PUBLISH_BURST = 100;
export const PUBLISH_PER_SECOND = 20;
/** How long a connection may stay without logging in. */
export const ANONYMOUS_MS_MAX = 90_000;
export const BROKER_CONNECTIONS_MAX = 2_048;
/** A subscriber that takes nothing for so long is dropped, because everybody waits for it. */
export const BROKER_DRAIN_MS_MAX = 3_000;
/** Friends in one answer of `friends.list`, so that it stays under DIRECTORY_REQUEST_BYTES_MAX. */
export const FRIENDS_PAGE = 200;
export const DEVICES_PER_ACCOUNT_MAX = 8;
/** Devices that lose the directory together come back spread over this time. */
export const DIRECTORY_SPREAD_MS = 20_000;
/** After a refusal that trying again cannot help soon. */
export const DIRECTORY_REFUSED_MS = 5 * 60_000;
/** How long a device that stops waits for its directory to take the goodbye. */
export const DIRECTORY_GOODBYE_MS_MAX = 2_000;
/** At most one look at the friends list in this time, however many notices come. */
export const FRIENDS_SYNC_MS = 250;
/** Before it is looked again what could not be looked at, or noted. */
export const FRIENDS_RETRY_MS = 5_000;
/** At most one repair of our own presence record in this time. */
export const PRESENCE_REPAIR_MS = 1_000;
export const BROKER_PACKET_BYTES_MAX = 256 * KIB + 4 * KIB;
export const ADDRESSES_MAX = 16;
export const NETWORK_POLL_MS = 5_000;
export const HISTORY_PAGE_MAX = 1_000;
export const FRIENDS_MAX = 1_000;
/** One line of the control socket from a client; a longer one ends the connection. */
export const CONTROL_LINE_BYTES_MAX = MIB;
/** One line of the control socket to a client: a full page of history with the longest messages fits. */
export const CONTROL_REPLY_BYTES_MAX = 256 * MIB;
/** Unread facts of a client that watches; with more it is cut. */
export const CONTROL_QUEUE_BYTES_MAX = 4 * MIB;
export const CONTROL_CLIENTS_MAX = 32;
/** Requests of one client under way at once before its socket is no longer read. */
export const CONTROL_REQUESTS_MAX = 16;
export const LOG_FIELD_CHARS_MAX = 512;
/** A log file longer than this is set aside as `.1`. */
export const LOG_FILE_BYTES_MAX = 16 * MIB;

// ── files for people who use OpenPGP ───────────────────────────────────────────────────────────
/** A file with a public key; those of people with many signatures on them are long. */
export const PGP_KEY_FILE_BYTES_MAX = MIB;
/** Names in one key that are shown, and characters of each. */
export const PGP_USER_IDS_MAX = 4;
export const PGP_USER_ID_CHARS_MAX = 256;
/** Everything before the sealed bytes of a message: one short packet for each who may open it. */
export const PGP_HEAD_BYTES_MAX = MIB;
/** Passphrases one message may be sealed with, each of which costs up to a second; and keys that may be ours, up to 10 ms. */
export const PGP_PASSPHRASES_MAX = 8;
export const PGP_KEYS_TRIED_MAX = 256;
/** An opened file may be so many times as long as its message, or PGP_OPEN_BYTES_MIN if that is more. */
export const PGP_EXPANSION_MAX = 200;
export const PGP_OPEN_BYTES_MIN = 1024 * MIB;
/** Rounds of PBKDF2 for the key of a transfer: what we use, which is also the least that is taken. */
export const PASSPHRASE_ITERATIONS = 600_000;
/** About two seconds of a slow device: a sender may not make us compute for hours. */
export const PASSPHRASE_ITERATIONS_MAX = 2_000_000;
/** A passphrase, in UTF-16 code units. */
export const PASSPHRASE_CHARS_MAX = 1_024;
