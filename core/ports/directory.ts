import { token } from './token.js';

/** How a connection to the meeting place is opened. Without credentials only `login` methods are possible. */
export interface DirectoryConnectOptions {
  /** `mqtt://host:port`; the adapter says which schemes it takes. */
  readonly url: string;
  readonly credentials?: {
    /** Topic tag of this device, PROTOCOL [P-7.2]. */
    readonly tag: string;
    readonly token: string;
    /** The signed offline record the meeting place publishes for us when the connection dies. */
    readonly will: Uint8Array;
  };
  readonly signal: AbortSignal;
}

export interface DirectoryHandler {
  /** A retained or fresh presence record of a tag we watch, or our own. Not verified yet. */
  presence(tag: string, record: Uint8Array): void;
  /** A notice in our inbox: something about friends changed. Not verified; a hint to list friends again. */
  notice(body: unknown): void;
  /** Once, last. Undefined when we closed it. */
  closed(why: Error | undefined): void;
}

/** One connection: anonymous for `challenge`, `register` and `login`, authenticated for all else. */
export interface DirectoryConnection {
  /**
   * JSON-RPC 2.0 shaped request and its result, unvalidated.
   * @throws SansfilError with the directory's own code, DIRECTORY_TIMEOUT, DIRECTORY_UNREACHABLE, DIRECTORY_MALFORMED
   */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  publishPresence(record: Uint8Array): Promise<void>;
  watchPresence(tags: readonly string[]): Promise<void>;
  unwatchPresence(tags: readonly string[]): Promise<void>;
  /** In good order: the will is not sent; publish the offline record before. */
  close(): Promise<void>;
}

export interface Directory {
  readonly schemes: readonly string[];
  /** @throws SansfilError DIRECTORY_UNREACHABLE | DIRECTORY_REFUSED | TOKEN_EXPIRED | TOKEN_INVALID */
  connect(options: DirectoryConnectOptions, handler: DirectoryHandler): Promise<DirectoryConnection>;
}

export const DIRECTORY = token<Directory>('directory');
