/** The front door of core: all that transports and plugins may know of it. */

// base
export { assert } from './base/assert.js';
export { base32Decode, base32Encode, concat, constantTimeEqual, fromHex, fromUtf8, toHex, utf8 } from './base/bytes.js';
export { Disposables, type Cleanup } from './base/disposables.js';
export { ERRORS, isErrorCode, SansfilError, type Blame, type ErrorCode } from './base/errors.js';
export {
  accountKey,
  parseAccountName,
  parseMessageId,
  parsePeerId,
  parseShareId,
  parseTransferId,
  peerIdFromBytes,
  peerIdToBytes,
  type AccountName,
  type MessageId,
  type PeerId,
  type SessionId,
  type ShareId,
  type TransferId,
} from './base/ids.js';
export { CONTROL_CLIENTS_MAX, CONTROL_LINE_BYTES_MAX, CONTROL_QUEUE_BYTES_MAX, CONTROL_REQUESTS_MAX, HALF_OPEN_MAX, SESSIONS_MAX } from './base/limits.js';
export { clusters, graphemes, textWidth, type Cluster } from './base/textWidth.js';

// events and commands
export { COMMAND_SCHEMAS, parseCommand } from './events/commands.js';
export type {
  AccountView,
  BrowseView,
  Command,
  CommandOf,
  CommandResults,
  Commands,
  CommandType,
  FriendView,
  MessageView,
  NodeView,
  SharedFileView,
  ShareView,
  TransferView,
} from './events/commands.js';
export type { DirectoryState, DomainEvent, DomainEventType, Mood, Presence, TransferItem } from './events/domainEvents.js';

// what every shell shares
export { filesOf, sharesOf, type RemoteShares } from './shell/browsing.js';
export { failureOf } from './shell/failureOf.js';
export { LANGUAGES, type Language } from './shell/Language.js';
export {
  accountLines,
  browseTable,
  filesTable,
  messageLines,
  nodeLines,
  peopleTable,
  percentOf,
  shareTable,
  shortId,
  transferLines,
  transferState,
  transferTable,
} from './shell/listings.js';
export { LiveView, type LiveViewPorts, type ReadFailure } from './shell/LiveView.js';
export { isQuestion, itemsOf, personOf, questionsOf, sortPeople, transfersUnderWay, unreadTotal, type Question } from './shell/select.js';
export { languageOf } from './shell/languageOf.js';
export { parseBytes } from './shell/parseBytes.js';
export { linesOf, toTerminal, type SafeText } from './shell/toTerminal.js';
export { wholeId } from './shell/wholeId.js';
export { EMPTY_VIEW, type Away, type Conversation, type JournalEntry, type View } from './shell/View.js';
export type { LanguageCode } from './shell/words/bilingual.js';
export { CONVERSATION_MESSAGES_MAX, TRUST_BYTES_DEFAULT } from './base/shellLimits.js';
export { SHELL_HOST, type ShellHost } from './ports/shellHost.js';

export { EventHub } from './events/EventHub.js';

// links
export { streamLink, type ByteStream, type StreamLinkOptions } from './links/streamLink.js';

// plugins
export { definePlugin, PLUGIN_API, type Plugin, type PluginContext, type ProvideSyntax } from './plugins/definePlugin.js';

// ports
export { CLOCK, type Clock, type Timer } from './ports/clock.js';
export { DIRECTORY, type Directory, type DirectoryConnection, type DirectoryConnectOptions, type DirectoryHandler } from './ports/directory.js';
export { COMMANDS, EVENTS, EXTENSION, type Extension } from './ports/extension.js';
export { FILE_CIPHER, type ChunkPlace, type FileCipher, type SealedChunk } from './ports/fileCipher.js';
export {
  FILE_SINK,
  FILE_SOURCE,
  type FileSink,
  type FileSource,
  type FoundFile,
  type ItemMeta,
  type PartFile,
  type PlacedFile,
  type SmallFile,
  type SourceEntry,
  type SourceFile,
  type Survey,
  type SurveyEntry,
} from './ports/files.js';
export { LOGGER, type LogFields, type Logger, type LogLevel } from './ports/logger.js';
export {
  OPENPGP,
  type OpenPgp,
  type PgpKey,
  type PgpOpened,
  type PgpOpenRequest,
  type PgpSealed,
  type PgpSealRequest,
  type PgpSignature,
  type PgpSignatureState,
} from './ports/openpgp.js';
export { RANDOM, type Random } from './ports/random.js';
export { SETTINGS, type Settings } from './ports/settings.js';
export { PRIMITIVES, type AeadName, type Primitives } from './ports/primitives.js';
export { SIGNER, VERIFIER, type Signer, type Verifier } from './ports/signer.js';

// crypto
export { CHUNK_NONCE, chunkAad, chunkKey, chunkKeyInfo } from './crypto/chunkKeys.js';
export { formatPeerId } from './crypto/fingerprint.js';
export { signedContent } from './crypto/identityProof.js';

// files
export { numberedName, safeRelativeName } from './protocol/fileNames.js';
export { FOLDER_MODE, isFolder } from './protocol/manifest.js';

// limits of the protocol
export { MESSAGE_TEXT_BYTES_MAX, PASSPHRASE_CHARS_MAX, TRANSFER_ITEMS_MAX } from './base/limits.js';
export {
  PGP_EXPANSION_MAX,
  PGP_HEAD_BYTES_MAX,
  PGP_KEYS_TRIED_MAX,
  PGP_KEY_FILE_BYTES_MAX,
  PGP_OPEN_BYTES_MIN,
  PGP_PASSPHRASES_MAX,
  PGP_USER_ID_CHARS_MAX,
  PGP_USER_IDS_MAX,
} from './base/limits.js';
export { RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN } from './base/limits.js';

// directory: the rules of the meeting place, shared by the embedded broker and the simulation
export { addressBucket } from './engine/handshake/addressBucket.js';
export { ACTIONS, type Action, type Principal } from './directory/authorize.js';
export { DirectoryService, type DirectoryCarrier, type DirectoryServicePorts } from './directory/DirectoryService.js';
export { MemoryDirectoryStore } from './directory/MemoryDirectoryStore.js';
export { PacketMeter } from './directory/packetMeter.js';
export { encodeRequest, parseAnswer } from './directory/rpc.js';
export type { Decision, DirectoryAccount, DirectoryDevice, DirectoryStore, RelatedAccount, Relation } from './directory/store.js';
export { MemoryTokens, type TokenClaims, type TokenIssuer } from './directory/tokens.js';
export { isLoginClientId, isTag, loginClientId, parseTopic, topicOf, type Topic } from './directory/topics.js';
export {
  ANONYMOUS_MS_MAX,
  BROKER_CONNECTIONS_MAX,
  BROKER_DRAIN_MS_MAX,
  BROKER_PACKET_BYTES_MAX,
  DIRECTORY_REQUEST_BYTES_MAX,
  DIRECTORY_GOODBYE_MS_MAX,
  DIRECTORY_REQUEST_MS_MAX,
  FIRST_FRAME_MS_MAX,
  KEEP_ALIVE_S,
  PRESENCE_RECORD_BYTES_MAX,
  TOKEN_MS,
  TOPIC_DEPTH_MAX,
} from './base/limits.js';

// stores
export { OUTBOX_PER_PEER_MAX } from './base/limits.js';
export { searchKey } from './base/searchKey.js';
export {
  CONTACT_STORE,
  isOver,
  MESSAGE_STORE,
  SETTINGS_STORE,
  TRANSFER_STORE,
  type AccountRecord,
  type Contact,
  type ContactState,
  type Trust,
  type ContactStore,
  type Direction,
  type HistoryQuery,
  type MessageCounts,
  type MessageState,
  type MessageStore,
  type NewMessage,
  type OutboxEntry,
  type SettingsStore,
  type StoredMessage,
  type FinishedItem,
  type TransferRecord,
  type TransferState,
  type TransferStore,
} from './ports/stores.js';
export {
  SHARE_STORE,
  type FoundItem,
  type ItemStage,
  type ReadItem,
  type ShareItem,
  type ShareRecord,
  type ShareState,
  type ShareStore,
  type StageCount,
} from './ports/shareStore.js';
export { token, type Token } from './ports/token.js';
export { TRANSPORT, type Link, type LinkHandler, type Listening, type Transport } from './ports/transport.js';
