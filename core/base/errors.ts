/** Whose doing a failure is: decides who is told, and whether trying again can help. */
export type Blame = 'peer' | 'link' | 'local' | 'directory' | 'plugin' | 'user' | 'bug';

interface ErrorKind {
  readonly blame: Blame;
  readonly retryable: boolean;
  /** One clear sentence for a person, and what to do next. */
  readonly sentence: string;
}

const kind = (blame: Blame, retryable: boolean, sentence: string): ErrorKind => ({ blame, retryable, sentence });

/** Every failure there is. `ERRORS.md` has one anchor per code; a spec checks both directions. */
export const ERRORS = {
  // bugs and local trouble
  BUG: kind('bug', false, 'Something that must never happen happened; please report it with the log.'),
  ID_INVALID: kind('user', false, 'The identifier is not well formed; copy it again in full.'),
  NAME_INVALID: kind('user', false, 'A name is 1 to 64 bytes of letters, digits and . _ - and starts and ends with a letter or digit.'),
  COMMAND_INVALID: kind('user', false, 'The command is not one sansfil knows, or one of its values is out of bounds.'),
  CONFIG_INVALID: kind('user', false, 'A setting is wrong; see the named setting.'),
  DATA_IN_USE: kind('user', false, 'Another sansfil process is using this data folder; stop it, or choose another folder with --data.'),
  DATA_UNWRITABLE: kind('local', false, 'The data folder cannot be written; check its owner and mode.'),
  STORE_CORRUPT: kind('local', false, 'The database is damaged; it was left as it is. Restore a copy, or move it away to start anew.'),
  STORE_TOO_NEW: kind('local', false, 'The database was written by a newer sansfil; update this one.'),
  STORE_FAILED: kind('local', true, 'The database could not be read or written; check the disk.'),
  DISK_FULL: kind('local', true, 'There is no room left on the disk; free some and try again.'),
  IDENTITY_CORRUPT: kind('local', false, 'The identity key file is damaged; it was left as it is. Restore a copy of it.'),
  PORT_IN_USE: kind('local', false, 'The port is already in use; choose another one.'),
  ADDRESS_INVALID: kind('user', false, 'The address is not one of a known transport.'),
  NOT_RUNNING: kind('user', false, 'No device is running on this data folder; start it with sansfil run.'),
  TERMINAL_UNFIT: kind('user', false, 'The dashboard needs a terminal that can show a full screen; use --plain.'),
  STOPPED: kind('local', false, 'The device was stopped.'),
  WAIT_TIMEOUT: kind('user', true, 'The time to wait is over; what was asked goes on in the background.'),
  // plugins
  PLUGIN_INVALID: kind('plugin', false, 'The plugin is not one sansfil can load; see its manifest.'),
  PLUGIN_API: kind('plugin', false, 'The plugin was written for another version of the plugin interface.'),
  PLUGIN_NEED_MISSING: kind('plugin', false, 'The plugin needs something that no loaded plugin provides.'),
  PLUGIN_FAILED: kind('plugin', false, 'The plugin failed and was switched off; the rest goes on.'),
  PLUGIN_IN_USE: kind('plugin', false, 'Another plugin uses what this one provides; unload that one first.'),
  // link and transport
  LINK_FAILED: kind('link', true, 'The connection could not be made or broke; it will be tried again.'),
  LINK_CLOSED: kind('link', true, 'The connection ended before it was closed properly.'),
  FRAME_TOO_LONG: kind('peer', false, 'The peer sent a frame longer than the protocol allows.'),
  FRAME_EMPTY: kind('peer', false, 'The peer sent an empty frame.'),
  FRAME_TRUNCATED: kind('peer', false, 'The connection ended in the middle of a frame.'),
  FRAME_MALFORMED: kind('peer', false, 'The peer sent a frame that does not follow the protocol.'),
  FRAME_UNEXPECTED: kind('peer', false, 'The peer sent a frame that does not belong here.'),
  UTF8_INVALID: kind('peer', false, 'The peer sent text that is not valid UTF-8.'),
  // handshake and session
  VERSION_UNSUPPORTED: kind('peer', false, 'The peer speaks another version of the protocol; update the older device.'),
  SUITE_UNSUPPORTED: kind('peer', false, 'The devices have no cipher suite in common.'),
  DOWNGRADE: kind('peer', false, 'Somebody tampered with the negotiation of the cipher suite; the session was refused.'),
  HANDSHAKE_FAILED: kind('peer', false, 'The handshake could not be verified; the session was refused.'),
  HANDSHAKE_TIMEOUT: kind('link', true, 'The peer did not complete the handshake in time.'),
  IDENTITY_INVALID: kind('peer', false, 'The peer sent an identity that is not well formed.'),
  IDENTITY_MISMATCH: kind('peer', false, 'Another device answered than the one called; the session was refused.'),
  SIGNATURE_INVALID: kind('peer', false, 'A signature is wrong; what it covers was refused.'),
  PEER_NOT_ALLOWED: kind('peer', false, 'The caller is not among your friends.'),
  TOO_MANY_HALF_OPEN: kind('peer', true, 'Too many handshakes are under way; try again in a moment.'),
  DECRYPT_FAILED: kind('peer', false, 'A record could not be decrypted or was replayed; the session was ended.'),
  RECORD_UNKNOWN: kind('peer', false, 'The peer sent a record of a kind this version does not know.'),
  RECORD_MALFORMED: kind('peer', false, 'The peer sent a record that does not follow the protocol.'),
  SESSION_DUPLICATE: kind('link', true, 'Another session with the same device took over.'),
  SESSION_EXPIRED: kind('local', true, 'The session reached the end of its keys and is replaced by a new one.'),
  SESSION_IDLE: kind('link', true, 'The peer has not been heard of for too long.'),
  SEND_QUEUE_FULL: kind('link', true, 'The peer does not take what is sent fast enough.'),
  PEER_UNREACHABLE: kind('link', true, 'The device cannot be reached at any known address; it will be tried again.'),
  PEER_LEFT: kind('peer', true, 'The peer ended the session.'),
  // people
  NOT_REGISTERED: kind('user', false, 'This device has no account yet; register a name first.'),
  ALREADY_REGISTERED: kind('user', false, 'This device already has an account.'),
  FRIEND_UNKNOWN: kind('user', false, 'There is no friend of that name; see sansfil friends.'),
  KEY_CHANGED: kind('peer', false, 'The key of this friend has changed; compare safety numbers before going on.'),
  NO_REQUEST: kind('user', false, 'There is no open friend request of that name.'),
  ALREADY_FRIENDS: kind('user', false, 'You are friends already.'),
  // messages
  MESSAGE_TOO_LONG: kind('user', false, 'The message is longer than 64 000 bytes; send it as a file.'),
  MESSAGE_EMPTY: kind('user', false, 'The message is empty.'),
  MESSAGE_UNKNOWN: kind('user', false, 'There is no such message.'),
  OUTBOX_FULL: kind('local', true, 'Too many messages wait for this friend; try again when some are delivered.'),
  // files
  FILE_UNREADABLE: kind('user', false, 'The file cannot be read; check its path and mode.'),
  FILE_NAME_UNSAFE: kind('peer', false, 'The peer sent a file name that is not safe to use.'),
  FILE_NAME_UNUSABLE: kind('user', false, 'The file has a name that other devices cannot use; rename it and send it again.'),
  FILE_CHANGED: kind('local', false, 'The file changed while it was sent; it must be sent again.'),
  FOLDER_UNUSABLE: kind('user', false, 'Files cannot be put into that folder; name one that is there or can be made, and may be written.'),
  MANIFEST_INVALID: kind('peer', false, 'The peer sent a file offer that does not follow the protocol.'),
  CHUNK_CORRUPT: kind('peer', false, 'A part of a file arrived damaged and was refused.'),
  FILE_HASH_MISMATCH: kind('peer', false, 'The received file is not the one that was sent; it was refused.'),
  TRANSFER_UNKNOWN: kind('user', false, 'There is no such transfer.'),
  TRANSFER_STATE: kind('user', false, 'The transfer is not in a state that allows this.'),
  TRANSFER_TOO_LARGE: kind('user', false, 'The files are too many or too large for one transfer; send them in several.'),
  TRANSFER_LIMIT: kind('user', true, 'Too many transfers are open with this friend; wait for one to end.'),
  TRANSFER_DECLINED: kind('peer', false, 'The peer declined the files.'),
  TRANSFER_CANCELLED: kind('peer', false, 'The transfer was cancelled.'),
  CONTENT_GONE: kind('peer', true, 'The friend does not share this content any more; browse again to see what there is.'),
  HOLDER_LIED: kind('peer', false, 'A friend sent something other than the content asked for; nothing of it was taken, and the others are asked.'),
  HOLDERS_AWAY: kind('link', true, 'Nobody who has what is missing is connected; it goes on by itself as soon as somebody is.'),
  // catalogue
  SHARE_UNKNOWN: kind('user', false, 'There is no such share, or not any more; look again with sansfil browse or sansfil share list.'),
  SHARE_LIMIT: kind('user', false, 'It is too much for the catalogue; share parts of it, or remove a share first.'),
  PEER_OFFLINE: kind('link', true, 'The device of this friend is not there now; try again when it is.'),
  PEER_SILENT: kind('link', true, 'The friend did not answer in time; try again.'),
  CATALOGUE_INVALID: kind('peer', false, 'The peer sent a list of shared files that does not follow the protocol.'),
  // passphrases and OpenPGP
  FILE_UNWRITABLE: kind('user', false, 'The file cannot be written there; check the folder and its mode.'),
  FILE_EXISTS: kind('user', false, 'A file of that name is there already and is never replaced; name another one with --out.'),
  PASSPHRASE_NEEDED: kind('user', false, 'A passphrase is needed; ask the sender for it.'),
  PASSPHRASE_WRONG: kind('user', false, 'The passphrase is wrong; nothing was opened. Try again, or ask the sender.'),
  PGP_UNAVAILABLE: kind('user', false, 'OpenPGP is not loaded on this device; add openpgp-files to its plugins.'),
  PGP_OWN_KEY_CORRUPT: kind('local', false, 'The OpenPGP key file of this device is damaged; it was left as it is. Restore a copy of it.'),
  PGP_KEY_INVALID: kind('user', false, 'The OpenPGP key cannot be used; have it exported again with gpg --armor --export.'),
  PGP_NO_KEY: kind('user', false, 'No OpenPGP key is known of this friend; import it with sansfil pgp import.'),
  PGP_NOT_SEALED: kind('user', false, 'The file is no sealed OpenPGP message.'),
  PGP_NOT_FOR_US: kind('user', false, 'The message is sealed for other keys than ours; send the sender our key: sansfil pgp key.'),
  PGP_CORRUPT: kind('peer', false, 'The OpenPGP message is damaged or incomplete; nothing of it was kept. Have it sent again.'),
  PGP_SIGNATURE_BAD: kind('peer', false, 'A signature on the message is wrong; nothing of it was kept. Ask the sender what was sent.'),
  PGP_TOO_LARGE: kind('peer', false, 'The message would unpack to far more than it holds; nothing was kept. Have it sent uncompressed.'),
  // directory
  DIRECTORY_UNREACHABLE: kind('directory', true, 'The directory cannot be reached; check its address, or whether it is running.'),
  DIRECTORY_TIMEOUT: kind('directory', true, 'The directory did not answer in time.'),
  DIRECTORY_MALFORMED: kind('directory', false, 'The directory sent something that does not follow the protocol.'),
  DIRECTORY_REFUSED: kind('directory', false, 'The directory refused the connection.'),
  DIRECTORY_FAILED: kind('directory', true, 'The directory could not handle the request; try again, or see its log.'),
  DIRECTORY_CHANGED: kind('directory', false, 'Another directory answers than the one this device is registered with; check its address, or register there.'),
  NOT_LOGGED_IN: kind('directory', true, 'The device is not logged in to the directory.'),
  REQUEST_INVALID: kind('peer', false, 'The request to the directory is not well formed.'),
  REQUEST_TOO_LARGE: kind('peer', false, 'The request to the directory is too large.'),
  METHOD_UNKNOWN: kind('peer', false, 'The directory does not know this request.'),
  ACCOUNT_UNKNOWN: kind('user', false, 'The directory knows no account of that name.'),
  NAME_TAKEN: kind('user', false, 'That name is taken; choose another one.'),
  CHALLENGE_EXPIRED: kind('directory', true, 'The login took too long; try again.'),
  CHALLENGE_UNKNOWN: kind('directory', true, 'The login challenge is not known or was used already; try again.'),
  LOGIN_FAILED: kind('directory', false, 'The directory did not accept the proof of this identity.'),
  TOKEN_EXPIRED: kind('directory', true, 'The login has expired; log in again.'),
  TOKEN_INVALID: kind('directory', false, 'The login token is not one of this directory.'),
  NOT_ALLOWED: kind('directory', false, 'The directory does not allow this.'),
  RATE_LIMITED: kind('directory', true, 'Too many requests in a short time; wait a moment.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

const BRAND = Symbol.for('sansfil/SansfilError');

/** The only error type that crosses a boundary. Equality is by `code`; `message` is detail for people. */
export class SansfilError extends Error {
  readonly [BRAND] = true;
  override readonly name = 'SansfilError';

  constructor(
    readonly code: ErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail ?? ERRORS[code].sentence, options);
  }

  get blame(): Blame {
    return ERRORS[this.code].blame;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** True for ours even when core was loaded twice (a plugin with its own copy). */
  static is(error: unknown): error is SansfilError {
    return typeof error === 'object' && error !== null && BRAND in error;
  }

  /** Any thrown thing as one of ours; what is not ours yet becomes `code` with the original as its cause. */
  static from(error: unknown, code: ErrorCode = 'BUG'): SansfilError {
    if (SansfilError.is(error)) return error;
    return new SansfilError(code, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERRORS, text);
