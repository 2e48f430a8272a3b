/** A port whose answers are there at once. */
export type Immediate<Port> = {
  readonly [Method in keyof Port]: Port[Method] extends (...args: infer Args) => Promise<infer Answer> ? (...args: Args) => Answer : never;
};

/**
 * What a call asks of the disk: `read` changes nothing; `cache` changes what a power cut may undo and waits for no
 * commit; `write` is committed when it is answered; `remove` too, and needs no room.
 */
export type CallKind = 'read' | 'cache' | 'write' | 'remove';

/** The way of a call to where it takes effect. */
export type Passage = <T>(kind: CallKind, run: () => T) => Promise<T>;

/** No disk on the way: what a call does is done when it returns, and its promise says so in a microtask. */
export const atOnce: Passage = async (_kind, run) => run();
