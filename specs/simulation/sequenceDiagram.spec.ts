import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../core/base/errors.js';
import type { AccountName, MessageId, PeerId, SessionId, TransferId } from '../../core/base/ids.js';
import { textWidth } from '../../core/base/textWidth.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import type { TraceEntry } from '../../core/simulation/trace.js';
import { explainIds } from '../../core/simulation/traceView/readTrace.js';
import { sequenceDiagram, sequenceLines } from '../../core/simulation/traceView/sequenceDiagram.js';
import { beginWorld } from '../support/beginWorld.js';

const peers = { pi: 'A'.repeat(52) as PeerId, board: 'B'.repeat(52) as PeerId, tablet: 'C'.repeat(52) as PeerId };
const message = '0123456789abcdef0123456789abcdef' as MessageId;
const transfer = 'fedcba9876543210fedcba9876543210' as TransferId;

const fact = (atMs: number, who: string, what: DomainEvent): TraceEntry => ({ kind: 'fact', atMs, who, fact: what });
const command = (atMs: number, who: string, what: string): TraceEntry => ({ kind: 'command', atMs, who, what });
const fault = (atMs: number, who: string, what: string): TraceEntry => ({ kind: 'fault', atMs, who, what });
/** One link between any two; its end `a` belongs to the one whose name comes first. */
const endOf = (who: string, other: string): string => `memory-1${who < other ? 'a' : 'b'}`;
const sent = (atMs: number, from: string, to: string, what: string): TraceEntry => ({
  ...{ kind: 'frame', moment: 'sent', atMs, from, to, link: endOf(from, to), what },
});
const arrived = (atMs: number, from: string, to: string, what: string): TraceEntry => ({
  ...{ kind: 'frame', moment: 'arrived', atMs, from, to, link: endOf(to, from), what },
});
const started = (atMs: number, who: keyof typeof peers): TraceEntry =>
  fact(atMs, who, { type: 'node.started', peer: peers[who], addresses: [`memory://${who}:1`] });
const bothStarted = [started(0, 'pi'), started(0, 'board')];
const received = (atMs: number, text: string): TraceEntry => fact(atMs, 'board', { type: 'message.received', peer: peers.pi, id: message, text, createdMs: 0 });
const refused = (atMs: number, code: ErrorCode): TraceEntry => fact(atMs, 'pi', { type: 'session.refused', peer: peers.board, mood: 'lonely', code });
const waiting = (atMs: number, retryInMs: number): TraceEntry => fact(atMs, 'pi', { type: 'peer.waiting', peer: peers.board, code: 'LINK_FAILED', retryInMs });

/** The lines below the names. */
const body = (entries: readonly TraceEntry[]): readonly string[] => sequenceDiagram(entries).split('\n').slice(1);

describe('a sequence diagram', () => {
  const story: readonly TraceEntry[] = [
    ...bothStarted,
    command(12, 'pi', 'message board "salut"'),
    fact(12, 'pi', { type: 'message.queued', peer: peers.board, id: message }),
    sent(13, 'pi', 'board', 'HELLO'),
    arrived(18, 'pi', 'board', 'HELLO'),
    fact(24, 'board', { type: 'session.opened', peer: peers.pi, session: 's1' as SessionId, suite: 1, role: 'responder' }),
    sent(25, 'pi', 'board', `MSG ${message}`),
    fact(25, 'pi', { type: 'message.sent', peer: peers.board, id: message }),
    fault(26, 'pi-board', 'cut'),
    fault(2_026, 'pi-board', 'healed'),
    arrived(2_030, 'pi', 'board', `MSG ${message}`),
    received(2_031, 'salut'),
    sent(2_031, 'board', 'pi', 'ACK'),
    fault(2_032, 'board', 'crashes'),
    refused(2_500, 'LINK_FAILED'),
    fault(3_000, 'board', 'starts again'),
    started(3_000, 'board'),
  ];

  test('tells a story from top to bottom', () => {
    expect(sequenceDiagram(story)).toBe(
      [
        '          pi                                           board',
        '+0.000 s  ● started at memory://pi:1                   │',
        '          │                                            ● started at memory://board:1',
        '+0.012 s  > message board "salut"                      │',
        '          ● queued m1 for board                        │',
        '+0.018 s  │─────────────── HELLO (5 ms) ──────────────▶│',
        '+0.024 s  │                                            ● session s1 with pi open, as responder',
        '+0.025 s  │────────── MSG m1 #1 ─────────╮             │',
        '          ● sent m1                                    │',
        '+0.026 s  ═══ ✂ pi ─ board cut ═════════════════════════════════════════════════════════════════════',
        '          ··· 2.0 s ················································································',
        '+2.026 s  ═══ ♥ pi ─ board healed ══════════════════════════════════════════════════════════════════',
        '+2.030 s  │             ╰───── MSG m1 (2.0 s) #1 ─────▶│',
        '+2.031 s  │                                            ● received m1 "salut"',
        '          │             ╳──────────── ACK ─────────────│',
        '+2.032 s  ═══ ⚡ board crashes ═════════════════════════════════════════════════════════════════════',
        '+2.500 s  ▲ no session with board: lonely [LINK_FAILED]',
        '+3.000 s  ═══ ↑ board starts again ═════════════════════════════════════════════════════════════════',
        '          │                                            ● started at memory://board:1',
      ].join('\n'),
    );
  });

  test('has nothing but ASCII where nothing else can be shown', () => {
    const plain = sequenceDiagram([...story, received(3_001, 'žluť 你')], { ascii: true });
    expect(plain).not.toMatch(/[^\u0020-\u007e\n]/);
    expect(plain).toContain('received m1 "\\u{17e}lu\\u{165} \\u{4f60}"');
    expect(plain.split('\n')).toHaveLength(sequenceDiagram(story).split('\n').length + 1);
  });

  test('says of each line what it is about', () => {
    const kinds = sequenceLines(story).map(({ kind }) => kind);
    expect(kinds.slice(0, 6)).toEqual(['names', 'fact', 'fact', 'command', 'fact', 'frame']);
    expect(kinds.slice(9, 12)).toEqual(['world', 'pause', 'world']);
    expect(kinds.slice(14, 17)).toEqual(['lost', 'world', 'trouble']);
  });

  test('shows only the last lines when asked, and how many stand before', () => {
    const whole = sequenceDiagram(story).split('\n');
    const tail = sequenceDiagram(story, { tail: 4 }).split('\n');
    expect(tail[0]).toContain('14 lines before');
    expect(tail[1]).toBe(whole[0]);
    expect(tail.slice(2)).toEqual(whole.slice(-4));
  });

  test('of nothing is empty', () => {
    expect(sequenceDiagram([])).toBe('');
  });
});

describe('frames', () => {
  const shapes = (entries: readonly TraceEntry[]): readonly string[] =>
    body([...bothStarted, ...entries])
      .slice(2)
      .map((line) => line.replace(/─+/g, '─').replace(/ {2,}/g, ' ').trim());
  const msg = [sent(1, 'pi', 'board', 'MSG'), arrived(5, 'pi', 'board', 'MSG')] as const;

  test('are one arrow, drawn where they arrive, while their sender does nothing else', () => {
    expect(shapes(msg)).toEqual(['+0.005 s │─ MSG (4 ms) ─▶│']);
    const meanwhile = [fact(1, 'pi', { type: 'presence.own', state: 'away' }), fact(3, 'board', { type: 'presence.own', state: 'busy' })];
    expect(shapes([msg[0], ...meanwhile, msg[1]]).at(-1)).toBe('+0.005 s │─ MSG (4 ms) ─▶│');
  });

  test('that cross each other are shown at both ends where the order matters', () => {
    expect(shapes([msg[0], sent(2, 'board', 'pi', 'ACK'), msg[1], arrived(6, 'board', 'pi', 'ACK')])).toEqual([
      '+0.002 s │ ╭─ ACK #1 ─│',
      '+0.005 s │─ MSG (4 ms) ─▶│',
      '+0.006 s │◀─ ACK (4 ms) #1 ─╯ │',
    ]);
  });

  test('are shown at both ends when their sender goes on meanwhile, or they are held up', () => {
    expect(shapes([msg[0], fact(2, 'pi', { type: 'presence.own', state: 'away' }), msg[1]])).toEqual([
      '+0.001 s │─ MSG #1 ─╮ │',
      '+0.002 s ● shows itself as away │',
      '+0.005 s │ ╰─ MSG (4 ms) #1 ─▶│',
    ]);
    expect(shapes([msg[0], arrived(1_500, 'pi', 'board', 'MSG')])).toHaveLength(3);
  });

  test('are shown in the order in which they left, also when only the later one must be shown at both ends', () => {
    const crossed = [
      msg[0],
      sent(1, 'pi', 'board', 'READY'),
      arrived(2, 'pi', 'board', 'MSG'),
      arrived(3, 'board', 'pi', 'ACK'),
      arrived(4, 'pi', 'board', 'READY'),
    ];
    expect(shapes([sent(0, 'board', 'pi', 'ACK'), ...crossed]).filter((line) => !line.includes('ACK'))).toEqual([
      '+0.001 s │─ MSG #2 ─╮ │',
      '│─ READY #3 ─╮ │',
      '+0.002 s │ ╰─ MSG (1 ms) #2 ─▶│',
      '+0.004 s │ ╰─ READY (3 ms) #3 ─▶│',
    ]);
  });

  test('that nobody sent, or that came twice, are marked', () => {
    const lines = body([...bothStarted, sent(1, 'pi', 'board', 'MSG'), arrived(2, 'pi', 'board', 'MSG'), arrived(3, 'pi', 'board', 'MSG')]);
    expect(lines.at(-1)).toContain('MSG (never sent)');
  });

  test('to somebody not known yet find their way by the link, and are no arrow when nobody ever sat there', () => {
    const unknown = { ...sent(1, 'pi', 'board', 'HELLO'), to: '?' } as TraceEntry;
    expect(shapes([unknown, arrived(2, 'pi', 'board', 'HELLO')])).toEqual(['+0.002 s │─ HELLO (1 ms) ─▶│']);
    expect(shapes([unknown])).toEqual(['+0.001 s ▲ HELLO to nobody who was heard │']);
  });

  test('cross the column of a third device visibly', () => {
    const lines = body([...bothStarted, started(0, 'tablet'), sent(1, 'tablet', 'pi', 'HELLO'), arrived(2, 'tablet', 'pi', 'HELLO')]);
    expect(lines.at(-1)).toMatch(/│◀─+┼─+ HELLO \(1 ms\) ─+│$/);
  });
});

describe('what comes again and again', () => {
  test('is counted when it carries a file', () => {
    const chunks = Array.from({ length: 20 }, (_, i) => [
      sent(100 + i, 'pi', 'board', `CHUNK ${i}`),
      fact(100 + i, 'pi', { type: 'transfer.progressed', peer: peers.board, id: transfer, bytes: i, total: 20, bytesPerSecond: 1 }),
      arrived(100 + i, 'pi', 'board', `CHUNK ${i}`),
    ]).flat();
    const lines = body([...bothStarted, ...chunks]).slice(2);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/f1 progresses .* ×20 until \+0\.119 s/);
    expect(lines[1]).toMatch(/─ CHUNK 0 … CHUNK 19 ×20 in 19 ms ─/);
  });

  test('is folded when it is the same story, and not before it was told three times', () => {
    const tries = (count: number): readonly TraceEntry[] =>
      Array.from({ length: count }, (_, i) => [refused(i * 100, 'LINK_FAILED'), waiting(i * 100, 1_000 * i)]).flat();
    expect(body([...bothStarted, ...tries(2)])).toHaveLength(6);
    const folded = body([...bothStarted, ...tries(6), refused(600, 'HANDSHAKE_TIMEOUT')]);
    expect(folded).toHaveLength(6);
    expect(folded[4]).toContain('↻ these 2 lines 5 times more until +0.500 s');
    expect(folded[5]).toContain('[HANDSHAKE_TIMEOUT]');
  });

  test('is one line when it only says that everybody is alive', () => {
    const alive = Array.from({ length: 9 }, (_, i) => [
      ...[sent(i * 30_000, 'pi', 'board', 'PING'), arrived(i * 30_000 + 2, 'pi', 'board', 'PING')],
      ...[sent(i * 30_000 + 2, 'board', 'pi', 'PONG'), arrived(i * 30_000 + 4, 'board', 'pi', 'PONG')],
    ]).flat();
    const lines = body([...bothStarted, ...alive, refused(240_010, 'LINK_FAILED')]).slice(2);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('PING and PONG, 18 of them until +240.004 s');
  });

  test('is always shown when the world did it', () => {
    const cuts = Array.from({ length: 5 }, (_, i) => fault(i, 'pi-board', 'cut'));
    expect(body([...bothStarted, ...cuts])).toHaveLength(7);
  });
});

describe('every line', () => {
  const names = ['pi', 'ブラウザー', '👩‍👩‍👧 family', 'e\u0301'.repeat(80), '\u202eevil\u001b[31m'];
  const long = names.flatMap((name, i) => [
    command(i, name, `message ${name} "${'long '.repeat(60)}"`),
    sent(i, name, names[(i + 1) % names.length]!, 'MSG '.repeat(40)),
    fact(i, name, { type: 'friend.changed', peer: peers.pi, name: name as AccountName, state: 'removed' }),
  ]);

  test.each([100, 140, 60])('fits %i columns, whatever the names are', (width) => {
    const lines = sequenceDiagram(long, { width }).split('\n');
    expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  test('has 100 columns for two devices and 140 for three', () => {
    const widest = (entries: readonly TraceEntry[]): number => Math.max(...sequenceDiagram(entries).split('\n').map(textWidth));
    const cut = fault(1, 'pi-board', 'cut');
    expect(widest([...bothStarted, cut])).toBe(100);
    expect(widest([...bothStarted, started(0, 'tablet'), cut])).toBe(140);
  });
});

test('ids in a text are explained by the names of the diagram', () => {
  const entries = [...bothStarted, received(1, 'salut')];
  expect(explainIds(`message ${message} of ${peers.pi} and ${transfer}`, entries)).toBe(`message m1 (01234567…) of pi (AAAAAAAA…) and ${transfer}`);
});

test('a simulated world is drawn from its own trace', async () => {
  const world = await beginWorld(1);
  const [pi] = await world.friends('pi', 'board');
  await pi.message('board', 'salut');
  await world.settle();
  world.crash('board');
  await world.runFor(1_000);
  await world.restart('board');
  await world.end();
  const shapes = sequenceDiagram(world.trace)
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:\+[\d.]+ s)?\s*/, '')
        .replace(/ \(\d+ ms\)/, '')
        .replace(/─+/g, '─')
        .replace(/\s{2,}/g, ' '),
    );
  for (const line of [
    '> message.send board salut │',
    '│─ HELLO ─▶│',
    '│◀─ NOISE 2 ─│',
    '│─ MSG text ─▶│',
    '│ ● received m1 "salut"',
    '● m1 delivered to board │',
  ]) {
    expect(shapes).toContain(line);
  }
  expect(shapes.filter((line) => line.startsWith('═'))).toEqual([expect.stringContaining('⚡ board crashes'), expect.stringContaining('↑ board starts again')]);
});
