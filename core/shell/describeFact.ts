import type { ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { BasicLanguage } from './BasicLanguage.js';
import { shortId } from './listings.js';

type NameOf = (peer: string) => string;

/** A fact as a line for people; undefined for what happens too often or says nothing to them. */
export function describeFact(language: BasicLanguage, event: DomainEvent, nameOf: NameOf): string | undefined {
  const { facts, states } = language;
  switch (event.type) {
    case 'node.addressesChanged':
      return facts.reachable(event.addresses.join(', ') || facts.noAddress);
    case 'plugin.failed':
      return withCode(facts.pluginFailed(event.plugin, event.detail), event.code);
    case 'directory.changed': {
      const state = facts.directory(states.directory[event.state]);
      return event.code === undefined ? state : `${state}. ${language.failure(event.code)}`;
    }
    case 'account.registered':
      return facts.registered(event.name);
    case 'friend.changed':
      return facts.of(event.name, states.contact[event.state]);
    case 'friend.keyChanged':
      return facts.keyChanged(event.name);
    case 'friend.verified':
      return facts.of(event.name, event.verified ? facts.verified : facts.notVerified);
    case 'presence.changed':
      return facts.presence(event.name, states.presence[event.state]);
    case 'presence.own':
      return facts.ownPresence(states.presence[event.state]);
    case 'share.failed':
      return withCode(facts.shareFailed(shortId(event.id), language.sentence(event.code)), event.code);
    case 'share.ready': {
      const ready = facts.shareReady(shortId(event.id), facts.files(event.items), language.bytes(event.bytes));
      return event.refused === 0 ? ready : `${ready}, ${facts.leftOut(event.refused)}`;
    }
    case 'fault':
      return withCode(facts.fault(event.where, event.detail), event.code);
    default:
      return describeTraffic(language, event, nameOf);
  }
}

function describeTraffic(language: BasicLanguage, event: DomainEvent, nameOf: NameOf): string | undefined {
  const { facts, states } = language;
  switch (event.type) {
    case 'session.opened':
      return facts.sessionOpened(nameOf(event.peer), `0x${event.suite.toString(16).padStart(2, '0')}`);
    case 'session.closed': {
      const closed = facts.sessionClosed(nameOf(event.peer), states.mood[event.mood]);
      return event.code === undefined ? closed : withCode(closed, event.code);
    }
    case 'session.refused': {
      const [mood, sentence] = [states.mood[event.mood], language.sentence(event.code)];
      return withCode(event.peer === undefined ? facts.callerRefused(mood, sentence) : facts.sessionRefused(nameOf(event.peer), mood, sentence), event.code);
    }
    case 'peer.waiting': {
      const why = `${language.sentence(event.code)} ${facts.retryIn(language.duration(event.retryInMs))}`;
      return withCode(facts.of(nameOf(event.peer), why), event.code);
    }
    case 'message.received':
      return facts.writes(nameOf(event.peer), event.text);
    case 'message.delivered':
      return facts.delivered(shortId(event.id), nameOf(event.peer));
    case 'message.read':
      return event.by === 'peer' ? facts.read(shortId(event.id), nameOf(event.peer)) : undefined;
    default:
      return describeTransfer(language, event, nameOf);
  }
}

function describeTransfer(language: BasicLanguage, event: DomainEvent, nameOf: NameOf): string | undefined {
  const { facts, listings, states } = language;
  switch (event.type) {
    case 'transfer.offered':
    case 'transfer.fetching': {
      const files = listings.moreFiles(event.items[0]?.name ?? '', event.items.length - 1 + (event.moreItems ?? 0));
      const began = event.type === 'transfer.fetching' ? facts.fetching : event.direction === 'in' ? facts.offeredBy : facts.offeredTo;
      return began(shortId(event.id), nameOf(event.peer), files, language.bytes(event.bytes));
    }
    case 'transfer.accepted':
      return event.automatic ? facts.acceptedUnasked(shortId(event.id), nameOf(event.peer)) : undefined;
    case 'transfer.holderDropped':
      return withCode(facts.holderDropped(shortId(event.id), nameOf(event.peer), language.sentence(event.code)), event.code);
    case 'transfer.started':
      return facts.started(shortId(event.id));
    case 'transfer.progressed': {
      const done = listings.doneOf(language.bytes(event.bytes), language.bytes(event.total));
      return facts.progressed(shortId(event.id), done, language.speed(event.bytesPerSecond));
    }
    case 'transfer.interrupted':
      return withCode(facts.interrupted(shortId(event.id), language.sentence(event.code)), event.code);
    case 'transfer.paused':
    case 'transfer.resumed': {
      const changed = event.type === 'transfer.paused' ? facts.paused : facts.resumed;
      return changed(shortId(event.id), event.by === 'me' ? facts.you : nameOf(event.peer));
    }
    case 'transfer.completed': {
      if (event.direction === 'out') return facts.completed(shortId(event.id));
      return facts.completedAs(shortId(event.id), listings.moreFiles(event.paths[0] ?? '', event.paths.length - 1 + (event.morePaths ?? 0)));
    }
    case 'transfer.ended': {
      // Who declined is not told: the sentence of the code is about the other side, and it may have been this one.
      if (event.state === 'declined') return withCode(facts.declined(shortId(event.id)), event.code);
      const sentence = language.sentence(event.code);
      const why = event.item === undefined ? sentence : facts.of(event.item, sentence);
      return withCode(facts.ended(shortId(event.id), states.transfer[event.state], why), event.code);
    }
    default:
      return undefined;
  }
}

const withCode = (line: string, code: ErrorCode): string => `${line} [${code}]`;
