import { ERRORS, type ErrorCode } from '../../core/base/errors.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { formatBytes, formatDuration } from './format.js';
import { words } from './words.js';

/** A fact as a line for people; undefined for what happens too often or says nothing to them. */
export function describeFact(event: DomainEvent, nameOf: (peer: string) => string): string | undefined {
  switch (event.type) {
    case 'node.addressesChanged':
      return `reachable at ${event.addresses.join(', ') || 'no address'}`;
    case 'plugin.failed':
      return `plugin ${event.plugin} failed: ${event.detail} [${event.code}]`;
    case 'directory.changed':
      return `directory: ${words.directoryStates[event.state]}${event.code === undefined ? '' : `. ${ERRORS[event.code].sentence} [${event.code}]`}`;
    case 'account.registered':
      return words.registered(event.name);
    case 'friend.changed':
      return `${event.name}: ${words.states[event.state]}`;
    case 'friend.keyChanged':
      return words.keyChanged(event.name);
    case 'friend.verified':
      return `${event.name}: ${event.verified ? 'verified' : 'not verified any more'}`;
    case 'presence.changed':
      return `${event.name} is ${event.state}`;
    case 'presence.own':
      return words.presence(event.state);
    case 'share.ready':
    case 'share.failed':
      return describeShare(event);
    case 'fault':
      return `fault in ${event.where}: ${event.detail} [${event.code}]`;
    default:
      return describeTraffic(event, nameOf);
  }
}

function describeTraffic(event: DomainEvent, nameOf: (peer: string) => string): string | undefined {
  switch (event.type) {
    case 'session.opened':
      return `session with ${nameOf(event.peer)} open, suite 0x${event.suite.toString(16).padStart(2, '0')}`;
    case 'session.closed':
      return `session with ${nameOf(event.peer)} ended ${event.mood}${event.code === undefined ? '' : ` [${event.code}]`}`;
    case 'session.refused':
      return `session ${event.peer === undefined ? '' : `with ${nameOf(event.peer)} `}refused (${event.mood}): ${ERRORS[event.code].sentence} [${event.code}]`;
    case 'peer.waiting':
      return `${nameOf(event.peer)}: ${ERRORS[event.code].sentence} Next try in ${formatDuration(event.retryInMs)}. [${event.code}]`;
    case 'message.received':
      return `${nameOf(event.peer)}: ${event.text}`;
    case 'message.delivered':
      return `message ${event.id.slice(0, 8)} delivered to ${nameOf(event.peer)}`;
    case 'message.read':
      return event.by === 'peer' ? `message ${event.id.slice(0, 8)} read by ${nameOf(event.peer)}` : undefined;
    default:
      return describeTransfer(event, nameOf);
  }
}

/** Why a transfer ended, with the file because of which it did. */
export const endSentence = (code: ErrorCode, item: string | undefined): string => `${item === undefined ? '' : `${item}: `}${ERRORS[code].sentence}`;

export function describeTransfer(event: DomainEvent, nameOf: (peer: string) => string): string | undefined {
  switch (event.type) {
    case 'transfer.offered': {
      const files = words.moreFiles(event.items[0]?.name ?? '', event.items.length - 1 + (event.moreItems ?? 0));
      const who = `${words.transferDirection[event.direction]} ${nameOf(event.peer)}`;
      return `transfer ${event.id.slice(0, 8)} ${who} offered: ${files}, ${formatBytes(event.bytes)}`;
    }
    case 'transfer.accepted':
      return event.automatic ? `transfer ${event.id.slice(0, 8)} accepted without asking, as you decided for ${nameOf(event.peer)}` : undefined;
    case 'transfer.fetching': {
      const files = words.moreFiles(event.items[0]?.name ?? '', event.items.length - 1 + (event.moreItems ?? 0));
      return `transfer ${event.id.slice(0, 8)} fetches from ${nameOf(event.peer)}: ${files}, ${formatBytes(event.bytes)}`;
    }
    case 'transfer.holderDropped':
      return `transfer ${event.id.slice(0, 8)} takes nothing more from ${nameOf(event.peer)}: ${ERRORS[event.code].sentence} [${event.code}]`;
    case 'transfer.started':
      return `transfer ${event.id.slice(0, 8)} started`;
    case 'transfer.progressed':
      return `transfer ${event.id.slice(0, 8)}: ${formatBytes(event.bytes)} of ${formatBytes(event.total)}, ${words.speed(formatBytes(event.bytesPerSecond))}`;
    case 'transfer.interrupted':
      return `transfer ${event.id.slice(0, 8)} interrupted: ${ERRORS[event.code].sentence} [${event.code}]`;
    case 'transfer.paused':
    case 'transfer.resumed': {
      const who = event.by === 'me' ? words.here : nameOf(event.peer);
      return `transfer ${event.id.slice(0, 8)} ${event.type === 'transfer.paused' ? 'paused' : 'resumed'} by ${who}`;
    }
    case 'transfer.completed': {
      const where = event.direction === 'in' ? `: ${words.moreFiles(event.paths[0] ?? '', event.paths.length - 1 + (event.morePaths ?? 0))}` : '';
      return `transfer ${event.id.slice(0, 8)} completed${where}`;
    }
    case 'transfer.ended':
      return `transfer ${event.id.slice(0, 8)} ${event.state}: ${endSentence(event.code, event.item)} [${event.code}]`;
    default:
      return undefined;
  }
}

function describeShare(event: Extract<DomainEvent, { readonly type: 'share.ready' | 'share.failed' }>): string {
  const share = `share ${event.id.slice(0, 8)}`;
  if (event.type === 'share.failed') return `${share}: ${ERRORS[event.code].sentence} [${event.code}]`;
  return `${share} is ready: ${words.filesOf(event.items)}, ${formatBytes(event.bytes)}${event.refused === 0 ? '' : `, ${words.leftOut(event.refused)}`}`;
}
