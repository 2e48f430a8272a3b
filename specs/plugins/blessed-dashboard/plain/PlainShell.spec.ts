import { afterEach, describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import type { Command } from '../../../../core/events/commands.js';
import type { DomainEvent } from '../../../../core/events/domainEvents.js';
import { PlainShell } from '../../../../plugins/blessed-dashboard/plain/PlainShell.js';
import type { LineHandler } from '../../../../plugins/blessed-dashboard/plain/readLines.js';
import { friend, HOSTILE_TEXT, message, named, NOW_MS, peerOf, SAMPLE_VIEW, transfer, transferIdOf } from '../../../support/dashboardScene.js';
import { FakeCommands } from '../../../support/fakeCommands.js';
import { realClock } from '../../../support/realClock.js';

const peer = peerOf('board');
const id = transferIdOf(7);
const OFFER = { ...transfer(7, 'plan.pdf', { state: 'offered', direction: 'in', with: named('board') }) };

/** A shell in front of somebody, and everything it has written. */
class Party {
  readonly events = new Subject<DomainEvent>();
  readonly commands = new FakeCommands((command) => this.answers[command.type] ?? []);
  answers: Partial<Record<Command['type'], unknown>> = { 'account.show': SAMPLE_VIEW.account, 'node.show': SAMPLE_VIEW.node, 'friend.list': [friend('board')] };
  written = '';
  quits = 0;
  shell: PlainShell | undefined;
  #handler: LineHandler | undefined;

  async start({ isTerminal = false, locale = 'C', ends = 'device' }: { isTerminal?: boolean; locale?: string; ends?: 'device' | 'shell' } = {}): Promise<void> {
    this.shell = new PlainShell({
      commands: this.commands,
      events: this.events,
      clock: { ...realClock, now: () => NOW_MS },
      host: { quit: () => this.quits++, ends, plain: true, locale, terminal: 'dumb', colours: false, home: '/home/pi' },
      terminal: {
        isTerminal,
        write: (text) => void (this.written += text),
        read: (handler) => {
          this.#handler = handler;
          return { [Symbol.dispose]: () => (this.#handler = undefined) };
        },
      },
      folder: '/srv/room',
    });
    await this.shell.start();
  }

  /** What is written from here on. */
  clear(): void {
    this.written = '';
  }

  tell(...events: readonly DomainEvent[]): void {
    for (const event of events) this.events.next(event);
  }

  async type(text: string): Promise<void> {
    await this.#handler?.line(text);
  }

  endInput(): void {
    this.#handler?.end();
  }
}

let party: Party;
async function begin(options?: Parameters<Party['start']>[0], answers?: Party['answers']): Promise<Party> {
  party = new Party();
  Object.assign(party.answers, answers);
  await party.start(options);
  return party;
}
afterEach(() => party.shell?.[Symbol.asyncDispose]());

const progressed = (percent: number): DomainEvent => ({ type: 'transfer.progressed', peer, id, bytes: percent, total: 100, bytesPerSecond: 10 });

describe('a plain shell', () => {
  test('says first how things stand, and what waits for an answer', async () => {
    await begin({}, { 'friend.list': [friend('board', { unread: 2 }), friend('neu', { state: 'incoming' })], 'transfer.list': [OFFER] });
    expect(party.written).toMatchSnapshot();
  });

  test('tells facts with the clock, by name, each once', async () => {
    await begin();
    party.clear();
    party.tell({ type: 'presence.changed', peer, name: named('board'), state: 'busy', sinceMs: 0 });
    party.tell({ type: 'message.received', peer, id: message(1, '').id, text: 'one\ntwo', createdMs: 0 });
    expect(party.written).toBe('14:03  board is busy\n14:03  <board> one\n         two\n');
  });

  test('says so in French', async () => {
    await begin({ locale: 'fr_FR.UTF-8' });
    party.clear();
    party.tell({ type: 'presence.changed', peer, name: named('board'), state: 'busy', sinceMs: 0 });
    await party.type('nonsense');
    expect(party.written).toMatch(/^14:03 {2}board est occupé\nIl n’y a pas de commande nonsense/);
  });

  test('tells facts that came while it asked how things stand after that', async () => {
    party = new Party();
    const starting = party.start();
    party.tell({ type: 'presence.changed', peer, name: named('board'), state: 'away', sinceMs: 0 });
    await starting;
    expect(party.written).toMatch(/^name .*reachable.*14:03 {2}board is away\n$/s);
  });

  test('tells of what is under way at its quarters, not at every step', async () => {
    await begin();
    party.clear();
    party.tell({ type: 'transfer.started', peer, id });
    for (let percent = 0; percent <= 100; percent++) party.tell(progressed(percent));
    party.tell({ type: 'transfer.completed', peer, id, direction: 'in', paths: ['/in/plan.pdf'] });
    expect(party.written.split('\n').map((line) => line.slice(7))).toEqual([
      expect.stringMatching(/^transfer \w+ started$/),
      expect.stringMatching(/: 25 %, 25 B of 100 B, 10 B\/s$/),
      expect.stringMatching(/: 50 %/),
      expect.stringMatching(/: 75 %/),
      expect.stringContaining('/in/plan.pdf'),
      '',
    ]);
  });

  test('says with which command a question is answered', async () => {
    await begin({}, { 'transfer.list': [] });
    party.answers['transfer.list'] = [OFFER];
    party.clear();
    party.tell({ type: 'friend.changed', peer: peerOf('neu'), name: named('neu'), state: 'incoming' });
    party.tell({ type: 'friend.keyChanged', name: named('board'), from: peer, to: peerOf('x') });
    party.tell({ type: 'transfer.offered', peer, id: OFFER.id, direction: 'in', items: OFFER.items, bytes: OFFER.total });
    await new Promise((resolve) => setImmediate(resolve));
    expect(party.written).toContain('friends accept neu');
    expect(party.written).toContain('friends decline neu');
    expect(party.written).toContain('verify board');
    expect(party.written).toContain(`transfers accept ${OFFER.id.slice(0, 8)}`);
    expect(party.written).toContain(`transfers decline ${OFFER.id.slice(0, 8)}`);
  });

  test('asks nothing about what was accepted without asking', async () => {
    await begin({}, { 'transfer.list': [{ ...OFFER, state: 'active' }] });
    party.clear();
    party.tell({ type: 'transfer.offered', peer, id: OFFER.id, direction: 'in', items: OFFER.items, bytes: OFFER.total });
    await new Promise((resolve) => setImmediate(resolve));
    expect(party.written).not.toContain('transfers accept');
  });

  test('names the command line where a passphrase is needed', async () => {
    await begin({}, { 'transfer.list': [{ ...OFFER, needsPassphrase: true }] });
    expect(party.written).toContain(`sansfil transfers accept ${OFFER.id.slice(0, 8)}`);
  });

  test('never writes what a terminal would obey, whoever says it', async () => {
    await begin({}, { 'friend.list': [friend(`b${HOSTILE_TEXT}`, { unread: 1, keyChanged: true })] });
    party.tell({ type: 'message.received', peer, id: message(1, '').id, text: `${HOSTILE_TEXT}\r\n\u2028x\u0085`, createdMs: 0 });
    party.tell({ type: 'fault', where: 'x', code: 'BUG', detail: HOSTILE_TEXT });
    await party.type(HOSTILE_TEXT);
    await party.type(`message ${HOSTILE_TEXT}`);
    expect(party.written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
  });

  test('lets nobody write lines that look like its own', async () => {
    await begin();
    party.clear();
    party.tell({ type: 'message.received', peer, id: message(1, '').id, text: 'x\n14:03  board is verified\n> forged', createdMs: 0 });
    expect(party.written.split('\n').slice(1, -1)).toEqual(['         14:03  board is verified', '         > forged']);
  });
});

describe('commands by lines', () => {
  test('are carried out, and answered in lines', async () => {
    await begin({}, { 'message.send': message(1, 'hi', { direction: 'out', state: 'sent', with: named('board') }) });
    party.clear();
    await party.type('message board hi');
    expect(party.commands.asked.at(-1)).toEqual({ type: 'message.send', to: 'board', text: 'hi' });
    expect(party.written).toBe('Message to board: sent.\n');
  });

  test('are not asked for where nobody types, and nothing ends with the input', async () => {
    await begin();
    expect(party.written).not.toContain('>');
    party.clear();
    party.endInput();
    expect(party).toMatchObject({ written: '', quits: 0 });
  });

  test('have a prompt on a terminal, which a fact does not write behind', async () => {
    await begin({ isTerminal: true });
    expect(party.written).toMatch(/help lists the commands; quit leaves\.\n> $/);
    party.clear();
    party.tell({ type: 'presence.own', state: 'away' });
    party.tell({ type: 'presence.own', state: 'online' });
    expect(party.written).toMatch(/^\n14:03 {2}.*away.*\n14:03 {2}.*online.*\n$/);
    party.clear();
    await party.type('nonsense');
    expect(party.written).toMatch(/\[COMMAND_INVALID\]\n> $/);
  });

  test('end with the input on a terminal: the device goes on, a shell of its own leaves', async () => {
    await begin({ isTerminal: true });
    party.endInput();
    expect(party.quits).toBe(0);
    expect(party.written).toContain('everything else goes on');
    await begin({ isTerminal: true, ends: 'shell' });
    party.endInput();
    expect(party.quits).toBe(1);
  });

  test('quit', async () => {
    await begin();
    await party.type('quit');
    expect(party.quits).toBe(1);
  });

  test('and facts write nothing any more once it has stopped', async () => {
    await begin();
    await party.shell?.[Symbol.asyncDispose]();
    party.clear();
    party.tell({ type: 'presence.own', state: 'away' });
    expect(party.written).toBe('');
  });
});
