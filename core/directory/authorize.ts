import type { AccountName, PeerId } from '../base/ids.js';
import { parseTopic } from './topics.js';

/** Who is at the other end of a connection to the meeting place. */
export type Principal =
  | { readonly kind: 'anonymous'; readonly clientId: string }
  | { readonly kind: 'device'; readonly clientId: string; readonly tag: string; readonly peer: PeerId; readonly name: AccountName };

/**
 * `publish`: a message that is not kept. `retained`: one that is. `will`: one kept for when the connection dies.
 * `subscribe`: asking for a topic. `forward`: each delivery, live or of a retained message.
 */
export type Action = 'publish' | 'retained' | 'will' | 'subscribe' | 'forward';
export const ACTIONS: readonly Action[] = ['publish', 'retained', 'will', 'subscribe', 'forward'];

/** Which devices may know each other's presence. In memory, because each delivery asks. */
export class FriendGraph {
  /** With the number of the friendship, ascending: one that ended and began again has another. */
  readonly #friends = new Map<string, Map<string, number>>();
  #joined = 0;

  are(a: string, b: string): boolean {
    return this.#friends.get(a)?.has(b) ?? false;
  }

  /** 0 when they are none. */
  numberOf(a: string, b: string): number {
    return this.#friends.get(a)?.get(b) ?? 0;
  }

  join(a: string, b: string): void {
    if (this.are(a, b)) return;
    const number = ++this.#joined;
    this.#of(a).set(b, number);
    this.#of(b).set(a, number);
  }

  part(a: string, b: string): void {
    this.#friends.get(a)?.delete(b);
    this.#friends.get(b)?.delete(a);
  }

  #of(tag: string): Map<string, number> {
    const known = this.#friends.get(tag);
    if (known) return known;
    const fresh = new Map<string, number>();
    this.#friends.set(tag, fresh);
    return fresh;
  }
}

/** The whole table of PROTOCOL [P-7.1]: what is not named here is denied. */
export function authorize(graph: FriendGraph, principal: Principal, action: Action, topicText: string): boolean {
  const topic = parseTopic(topicText);
  if (!topic) return false;
  const hears = action === 'subscribe' || action === 'forward';
  if (principal.kind === 'anonymous') {
    if (topic.kind !== 'login' || topic.clientId !== principal.clientId) return false;
    return topic.way === 'up' ? action === 'publish' : hears;
  }
  switch (topic.kind) {
    case 'login':
      return false;
    case 'rpc':
      if (topic.tag !== principal.tag) return false;
      return topic.way === 'up' ? action === 'publish' : hears;
    case 'presence':
      if (hears) return topic.tag === principal.tag || graph.are(principal.tag, topic.tag);
      return topic.tag === principal.tag && action !== 'publish';
    case 'inbox':
      return hears ? topic.tag === principal.tag : action === 'publish';
  }
}
