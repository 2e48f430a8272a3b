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
  parseTransferId,
  peerIdFromBytes,
  peerIdToBytes,
  type AccountName,
  type MessageId,
  type PeerId,
  type SessionId,
  type TransferId,
} from './base/ids.js';
export {
  CONTROL_CLIENTS_MAX,
  CONTROL_LINE_BYTES_MAX,
  CONTROL_QUEUE_BYTES_MAX,
  CONTROL_REQUESTS_MAX,
} from './base/limits.js';

// events and commands
export { COMMAND_SCHEMAS, parseCommand } from './events/commands.js';
export type {
  AccountView,
  Command,
  CommandOf,
  CommandResults,
  Commands,
  CommandType,
  FriendView,
  MessageView,
  NodeView,
  TransferView,
} from './events/commands.js';
export type { DirectoryState, DomainEvent, DomainEventType, Mood, Presence, TransferItem } from './events/domainEvents.js';

// plugins
export { definePlugin, type Plugin, type PluginContext } from './plugins/definePlugin.js';

// ports
export { CLOCK, type Clock, type Timer } from './ports/clock.js';
export { COMMANDS, EVENTS, EXTENSION, type Extension } from './ports/extension.js';
export { LOGGER, type LogFields, type Logger, type LogLevel } from './ports/logger.js';
export { RANDOM, type Random } from './ports/random.js';
export { SETTINGS, type Settings } from './ports/settings.js';
export { PRIMITIVES, type AeadName, type Primitives } from './ports/primitives.js';
export { SIGNER, VERIFIER, type Signer, type Verifier } from './ports/signer.js';

// crypto
export { signedContent } from './crypto/identityProof.js';

// limits of the protocol
export { RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN } from './base/limits.js';
