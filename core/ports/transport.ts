import { token } from './token.js';

export interface LinkHandler {
  /** `bytes` are valid during the call only. */
  frame(bytes: Uint8Array): void;
  drained(): void;
  /** Once, last. Undefined: the other side or we closed it in good order. */
  closed(why: Error | undefined): void;
}

/** Ordered, reliable, at-most-once frames of 1…65 535 bytes; no security is asked of it (PROTOCOL §2). */
export interface Link {
  readonly id: string;
  /** The network address of the other end without the port, for flood limits; absent where there is none. */
  readonly remote?: string;
  /** Exactly once; one owner. Frames that came before are kept for it. */
  attach(handler: LinkHandler): void;
  /** Takes the frame in any case; false: full, wait for `drained()`. */
  send(frame: Uint8Array): boolean;
  /**
   * A frame `head ‖ body` for each body, in order, as `send` takes them but without a copy: the bodies, one or more and none
   * of them empty, stay untouched until `taken` is called, once, also when the link is gone. A link that has no such way is
   * given copies.
   */
  sendBodies?(head: Uint8Array, bodies: readonly Uint8Array[], taken: () => void): boolean;
  pause(): void;
  resume(): void;
  /** Flushes what was sent, then closes. */
  close(): Promise<void>;
}

export interface Listening extends AsyncDisposable {
  /** With the real port: `0.0.0.0:49152`. */
  readonly address: string;
}

/** Addresses are written `scheme://address`; a transport sees only the part after `://`. */
export interface Transport {
  readonly scheme: string;
  /** @throws SansfilError LINK_FAILED | ADDRESS_INVALID; rejects at once when `signal` is aborted. */
  dial(address: string, options: { readonly signal: AbortSignal }): Promise<Link>;
  /** @throws SansfilError PORT_IN_USE | ADDRESS_INVALID | LINK_FAILED */
  listen(address: string, onLink: (link: Link) => void): Promise<Listening>;
  /** Addresses under which others may reach what listens on `listening`; every interface's. */
  reachableAt?(listening: string): readonly string[];
}

export const TRANSPORT = token<Transport>('transport');
