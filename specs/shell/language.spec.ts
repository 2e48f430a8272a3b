import { describe, expect, test } from '@jest/globals';
import { ERRORS, SansfilError } from '../../core/base/errors.js';
import type { AccountName, MessageId, PeerId, TransferId } from '../../core/base/ids.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { LANGUAGES } from '../../core/shell/Language.js';

const { en, fr } = LANGUAGES;
const peer = 'A'.repeat(52) as PeerId;
const id = '0123456789abcdef'.repeat(2) as TransferId;
const messageId = id as string as MessageId;
const name = 'board' as AccountName;
const told = (event: DomainEvent): (string | undefined)[] => [en, fr].map((language) => language.fact(event, () => name));

describe('a failure', () => {
  test('is its sentence, what is known besides, and its code', () => {
    expect(en.failure('PORT_IN_USE', '0.0.0.0:1883')).toBe(`${ERRORS.PORT_IN_USE.sentence} (0.0.0.0:1883) [PORT_IN_USE]`);
    expect(fr.failure('MESSAGE_EMPTY')).toBe('Le message est vide. [MESSAGE_EMPTY]');
  });

  test('is one line, whatever the detail of another device has in it', () => {
    expect(en.failure('MESSAGE_EMPTY', 'x\n√ verified\r\ny')).toBe('The message is empty. (x √ verified y) [MESSAGE_EMPTY]');
  });

  test('does not say its sentence twice, nor in two languages', () => {
    const { code, message } = new SansfilError('MESSAGE_EMPTY');
    expect(en.explain(code, message)).toBe('The message is empty.');
    expect(fr.explain(code, message)).toBe('Le message est vide.');
    expect(fr.explain(code, '')).toBe('Le message est vide.');
  });
});

describe('a fact', () => {
  test('is told in both languages', () => {
    expect(told({ type: 'presence.changed', peer, name, state: 'busy', sinceMs: 0 })).toEqual(['board is busy', 'board est occupé']);
    expect(told({ type: 'directory.changed', state: 'offline', code: 'DIRECTORY_TIMEOUT' })).toEqual([
      'directory: not reached. The directory did not answer in time. [DIRECTORY_TIMEOUT]',
      'annuaire\u00a0: injoignable. L’annuaire n’a pas répondu à temps. [DIRECTORY_TIMEOUT]',
    ]);
    expect(told({ type: 'peer.waiting', peer, code: 'PEER_LEFT', retryInMs: 2_500 })).toEqual([
      'board: The peer ended the session. Next try in 2.5 s. [PEER_LEFT]',
      'board\u00a0: L’appareil distant a mis fin à la session. Nouvel essai dans 2,5 s. [PEER_LEFT]',
    ]);
    expect(told({ type: 'transfer.offered', peer, id, direction: 'in', items: [{ name: 'a', bytes: 1 }], moreItems: 2, bytes: 2_048 })).toEqual([
      'transfer 01234567 from board offered: a and 2 more, 2.0 KiB',
      'transfert 01234567 proposé par board\u00a0: a et 2 de plus, 2,0 Kio',
    ]);
    expect(told({ type: 'transfer.ended', peer, id, state: 'failed', code: 'DISK_FULL', item: 'a' })).toEqual([
      `transfer 01234567 failed: a: ${ERRORS.DISK_FULL.sentence} [DISK_FULL]`,
      'transfert 01234567 échoué\u00a0: a\u00a0: Il n’y a plus de place sur le disque\u00a0; libérez-en et réessayez. [DISK_FULL]',
    ]);
  });

  test('is told so that no words of a friend look like it', () => {
    const device: readonly DomainEvent[] = [
      { type: 'friend.verified', peer, name, verified: true },
      { type: 'friend.changed', peer, name, state: 'friend' },
      { type: 'peer.waiting', peer, code: 'PEER_LEFT', retryInMs: 2_500 },
      { type: 'friend.keyChanged', name, from: peer, to: peer },
    ];
    for (const line of device.flatMap(told)) {
      const written = line?.replace(/^board\u00a0?: /u, '') ?? '';
      expect(told({ type: 'message.received', peer, id: messageId, text: written, createdMs: 0 })).toEqual([`<board> ${written}`, `<board> ${written}`]);
      expect(line).not.toMatch(/^</);
    }
  });

  test('that says nothing to people is not told', () => {
    expect(told({ type: 'node.stopped' })).toEqual([undefined, undefined]);
    expect(told({ type: 'transfer.accepted', peer, id, automatic: false })).toEqual([undefined, undefined]);
  });
});
