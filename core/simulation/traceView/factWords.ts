import type { DomainEvent } from '../../events/domainEvents.js';

/** Names for what the trace knows by long ids. */
export interface Names {
  peer(id: string): string;
  /** `m1`, `m2`, … in the order of appearance. */
  message(id: string): string;
  /** `f1`, `f2`, … */
  transfer(id: string): string;
  /** `s1`, `s2`, … */
  share(id: string): string;
}

const because = (code: string | undefined): string => (code === undefined ? '' : ` [${code}]`);
export const quoted = (text: string): string => `"${text}"`;

/** What a device said, in plain words. Durations come last, in round brackets, so that repetitions are seen as such. */
export function factWords(fact: DomainEvent, names: Names): string {
  switch (fact.type) {
    case 'node.started':
      return `started at ${fact.addresses.join(', ') || 'no address'}`;
    case 'node.stopped':
      return 'stopped';
    case 'node.addressesChanged':
      return `reachable at ${fact.addresses.join(', ') || 'no address'}`;
    case 'plugin.failed':
      return `plugin ${fact.plugin} failed: ${fact.detail}${because(fact.code)}`;
    case 'directory.changed':
      return `directory: ${fact.state}${because(fact.code)}`;
    case 'account.registered':
      return `registered as ${fact.name}`;
    case 'friend.changed':
      return fact.state === 'removed' ? `${fact.name} is no friend any more` : `${fact.name}: ${fact.state}`;
    case 'friend.keyChanged':
      return `the key of ${fact.name} changed`;
    case 'friend.verified':
      return `${fact.name} ${fact.verified ? 'verified' : 'not verified any more'}`;
    case 'presence.changed':
      return `${fact.name} is ${fact.state}`;
    case 'presence.own':
      return `shows itself as ${fact.state}`;
    case 'share.added':
    case 'share.progressed':
    case 'share.ready':
    case 'share.failed':
    case 'share.removed':
      return shareWords(fact, names.share(fact.id));
    case 'fault':
      return `FAULT in ${fact.where}: ${fact.detail}${because(fact.code)}`;
    default:
      return trafficWords(fact, names);
  }
}

type Traffic = Extract<DomainEvent, { readonly type: `session.${string}` | `peer.${string}` | `message.${string}` | `transfer.${string}` }>;

function trafficWords(fact: Traffic, names: Names): string {
  switch (fact.type) {
    case 'session.opened':
      return `session ${fact.session} with ${names.peer(fact.peer)} open, as ${fact.role}`;
    case 'session.closed':
      return `session ${fact.session} with ${names.peer(fact.peer)} ended ${fact.mood}${because(fact.code)}`;
    case 'session.refused':
      return `no session${fact.peer === undefined ? '' : ` with ${names.peer(fact.peer)}`}: ${fact.mood}${because(fact.code)}`;
    case 'peer.waiting':
      return `waits for ${names.peer(fact.peer)}${because(fact.code)} (${Math.round(fact.retryInMs)} ms)`;
    case 'message.queued':
      return `queued ${names.message(fact.id)} for ${names.peer(fact.peer)}`;
    case 'message.sent':
      return `sent ${names.message(fact.id)}`;
    case 'message.delivered':
      return `${names.message(fact.id)} delivered to ${names.peer(fact.peer)}`;
    case 'message.read':
      return fact.by === 'me' ? `read ${names.message(fact.id)}` : `${names.message(fact.id)} read by ${names.peer(fact.peer)}`;
    case 'message.received':
      return `received ${names.message(fact.id)} ${quoted(fact.text)}`;
    default:
      return transferWords(fact, names);
  }
}

function transferWords(fact: Extract<DomainEvent, { readonly type: `transfer.${string}` }>, names: Names): string {
  const id = names.transfer(fact.id);
  switch (fact.type) {
    case 'transfer.offered': {
      const [first, ...more] = fact.items;
      const others = more.length + (fact.moreItems ?? 0);
      const what = `${quoted(first?.name ?? '')}${others > 0 ? ` and ${others} more` : ''}, ${fact.bytes} bytes`;
      return fact.direction === 'out' ? `offers ${id} ${what}` : `is offered ${id} ${what}`;
    }
    case 'transfer.accepted':
      return `${id} accepted${fact.automatic ? ' without asking' : ''}`;
    case 'transfer.fetching':
      return `fetches ${id}, ${fact.bytes} bytes`;
    case 'transfer.holderDropped':
      return `takes nothing more for ${id} from ${names.peer(fact.peer)}${because(fact.code)}`;
    case 'transfer.started':
      return `${id} started`;
    case 'transfer.progressed':
      return `${id} progresses (${fact.bytes} of ${fact.total} bytes)`;
    case 'transfer.interrupted':
      return `${id} interrupted${because(fact.code)}`;
    case 'transfer.paused':
    case 'transfer.resumed':
      return `${id} ${fact.type === 'transfer.paused' ? 'paused' : 'resumed'} by ${fact.by === 'me' ? 'its person' : 'the other side'}`;
    case 'transfer.completed':
      return fact.direction === 'out' ? `${id} completed` : `${id} completed: ${fact.paths.map(quoted).join(', ')}`;
    case 'transfer.ended':
      return `${id} ${fact.state}${because(fact.code)}`;
  }
}

function shareWords(fact: Extract<DomainEvent, { readonly type: `share.${string}` }>, id: string): string {
  switch (fact.type) {
    case 'share.added':
      return `shares ${id} ${quoted(fact.name)}`;
    case 'share.progressed':
      return `reads ${id} (${fact.bytes} of ${fact.total} bytes)`;
    case 'share.ready':
      return `${id} is ready: ${fact.items} items, ${fact.bytes} bytes${fact.refused === 0 ? '' : `, ${fact.refused} refused`}`;
    case 'share.failed':
      return `${id} failed${because(fact.code)}`;
    case 'share.removed':
      return `shares ${id} no more`;
  }
}
