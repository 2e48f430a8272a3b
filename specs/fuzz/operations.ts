import fc from 'fast-check';
import { fromUtf8, utf8 } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { MESSAGE_TEXT_BYTES_MAX } from '../../core/base/limits.js';
import { parseCommand } from '../../core/events/commands.js';
import type { World } from '../../core/testing.js';

/* What persons, power and cables do to three devices, one thing after the other, and what must come of it. */

export const NAMES = ['ana', 'ben', 'cleo'] as const;
type Name = (typeof NAMES)[number];

/** What must have arrived in the end. */
export class Expectation {
  readonly up = new Set<Name>(NAMES);
  directoryUp = true;
  /** By `from to`, the texts that were accepted, in order. */
  readonly written = new Map<string, string[]>();
  /** Pairs of which one ended the friendship at some time: what waited then is gone. */
  readonly parted = new Set<string>();
  /** Transfers whose receiver said yes. */
  readonly wanted = new Set<string>();
  /** Transfers somebody said no to, even if the other one has not heard of it and says yes. */
  readonly refused = new Set<string>();
  /** Every transfer that was ever offered, with the two it is between. */
  readonly transfers: { readonly id: string; readonly pair: string; readonly to: Name }[] = [];
  files = 0;

  write(from: Name, to: Name, text: string): void {
    const key = `${from} ${to}`;
    this.written.set(key, [...(this.written.get(key) ?? []), text]);
  }
}

export const pairOf = (a: string, b: string): string => [a, b].sort().join(' ');

export type Operation = fc.AsyncCommand<Expectation, World>;

type Run = (expected: Expectation, world: World) => Promise<void>;

const operation = (words: string, run: Run, check: (expected: Readonly<Expectation>) => boolean = () => true): Operation => ({
  check,
  run: async (expected, world) => {
    await run(expected, world);
    world.check();
  },
  toString: () => words,
});

/** Asks as a shell does: with a document that is looked at first. The code of a refusal, or what was answered. */
async function ask(world: World, who: Name, document: Readonly<Record<string, unknown>>): Promise<{ readonly code?: string; readonly answer?: unknown }> {
  try {
    const command = parseCommand(document);
    return { answer: await world.run(world.device(who).dispatch<typeof command.type>(command as never)) };
  } catch (error) {
    if (!SansfilError.is(error)) throw new Error(`${who} was asked for ${String(document['type'])}`, { cause: error });
    if (['bug', 'plugin', 'peer'].includes(error.blame) && error.code !== 'KEY_CHANGED') throw error;
    return { code: error.code };
  }
}

/** Somebody asks for something while the device runs. */
const asked = (
  who: Name,
  document: Readonly<Record<string, unknown>>,
  then: (expected: Expectation, result: Awaited<ReturnType<typeof ask>>) => void,
): Operation =>
  operation(
    `${who}: ${JSON.stringify(document).slice(0, 120)}`,
    async (expected, world) => then(expected, await ask(world, who, document)),
    (expected) => expected.up.has(who),
  );

const who = fc.constantFrom(...NAMES);
const two = fc.tuple(who, who).filter(([a, b]) => a !== b);
const anyName = fc.oneof({ weight: 4, arbitrary: who }, fc.constantFrom('', 'nobody', 'x'.repeat(300), '\ud800', '__proto__', 'ANA', 'a b', '../ana'));
const anyId = fc.constantFrom('0'.repeat(32), '', 'f'.repeat(33), '\ud800');
const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
  fc.constantFrom('', '\ud800', 'a\udfffb', '\u0000', '\u202e', 'e\u0301'),
  fc.constantFrom(MESSAGE_TEXT_BYTES_MAX, MESSAGE_TEXT_BYTES_MAX + 1, 200_001).map((length) => 'x'.repeat(length)),
);

const writes = fc.tuple(two, anyText).map(([[from, to], text]) =>
  asked(from, { type: 'message.send', to, text }, (expected, { code }) => {
    const bytes = utf8(text).length;
    const wrong = bytes === 0 ? 'MESSAGE_EMPTY' : bytes > MESSAGE_TEXT_BYTES_MAX ? 'MESSAGE_TOO_LONG' : undefined;
    if (expected.parted.has(pairOf(from, to))) return;
    const allowed = text.length > 200_000 ? 'COMMAND_INVALID' : wrong;
    if (code !== allowed) throw new Error(`${code ?? 'done'} instead of ${allowed ?? 'done'}`);
    if (code === undefined) expected.write(from, to, fromUtf8(utf8(text)));
  }),
);

const sends = fc.tuple(two, fc.constantFrom(0, 1, 20_000, 70_000)).map(([[from, to], length]) =>
  operation(
    `${from} sends ${to} a file of ${length} bytes`,
    async (expected, world) => {
      const path = `file ${++expected.files}`;
      world.device(from).has(path, new Uint8Array(length).fill(expected.files));
      const { answer } = await ask(world, from, { type: 'file.send', to, paths: [path] });
      if (answer !== undefined) expected.transfers.push({ id: (answer as { readonly id: string }).id, pair: pairOf(from, to), to });
    },
    (expected) => expected.up.has(from),
  ),
);

const answers = fc
  .tuple(who, fc.boolean(), fc.constantFrom('accept', 'accept', 'accept', 'decline', 'cancel'), fc.nat(20))
  .map(([other, itself, verb, which]) =>
    operation(
      `${itself ? 'its receiver' : other}: transfer.${verb} of number ${which}`,
      async (expected, world) => {
        const transfer = expected.transfers[which % expected.transfers.length];
        const name = itself && transfer ? transfer.to : other;
        if (!transfer || !expected.up.has(name)) return;
        const { code } = await ask(world, name, { type: `transfer.${verb}`, id: transfer.id });
        if (code === undefined) expected[verb === 'accept' ? 'wanted' : 'refused'].add(transfer.id);
      },
      (expected) => expected.transfers.length > 0,
    ),
  );

const befriends = fc.tuple(who, fc.constantFrom('request', 'accept', 'decline', 'remove', 'verify'), anyName).map(([name, verb, other]) =>
  asked(name, { type: `friend.${verb}`, name: other }, (expected) => {
    if (verb !== 'verify') for (const one of NAMES) if (one === other.toLowerCase()) expected.parted.add(pairOf(name, one));
  }),
);

const looks = fc
  .tuple(
    who,
    fc.oneof(
      fc.constantFrom('node.show', 'account.show', 'account.login', 'friend.list', 'transfer.list').map((type) => ({ type })),
      anyName.map((from) => ({ type: 'message.read', from })),
      fc.record({ type: fc.constant('account.register'), name: anyName }),
      fc.record({ type: fc.constant('message.show'), to: anyName, id: anyId }),
      fc.record({ type: fc.constant('message.history'), with: anyName, search: anyText, before: fc.integer(), limit: fc.integer({ min: -1, max: 1_001 }) }),
      fc.record({ type: fc.constantFrom('transfer.accept', 'transfer.decline', 'transfer.cancel'), id: anyId }),
      fc.record({ type: fc.constant('file.send'), to: anyName, paths: fc.array(fc.constantFrom('', 'nothing', '\ud800', '../..'), { maxLength: 3 }) }),
      fc.record({ type: fc.constant('message.send'), to: fc.constantFrom('nobody', '', 'x'.repeat(300), '\ud800'), text: anyText }),
      fc.record({ type: fc.constant('presence.set'), state: fc.constantFrom('online', 'busy', 'away', 'offline', 'asleep') }),
      fc.dictionary(fc.constantFrom('type', 'to', 'id', 'name'), fc.jsonValue({ maxDepth: 2 })),
    ),
  )
  .map(([name, document]) => asked(name, document, () => undefined));

const wires = fc.oneof(
  two.map(([a, b]) => operation(`cut ${a} ${b}`, (_, world) => Promise.resolve(world.cut(a, b)))),
  two.map(([a, b]) => operation(`cut ${a} to ${b}`, (_, world) => Promise.resolve(world.cut(a, b, 'one')))),
  two.map(([a, b]) => operation(`heal ${a} ${b}`, (_, world) => Promise.resolve(world.heal(a, b)))),
);

const power = fc.oneof(
  who.map((name) =>
    operation(
      `${name} crashes`,
      (expected, world) => {
        expected.up.delete(name);
        return Promise.resolve(world.crash(name));
      },
      (expected) => expected.up.has(name),
    ),
  ),
  who.map((name) =>
    operation(
      `${name} stops`,
      async (expected, world) => {
        expected.up.delete(name);
        await world.run(world.device(name).stop());
      },
      (expected) => expected.up.has(name),
    ),
  ),
  who.map((name) =>
    operation(
      `${name} starts`,
      (expected, world) => start(expected, world, name),
      (expected) => !expected.up.has(name),
    ),
  ),
  fc.constant(
    operation(
      'the directory goes down',
      (expected, world) => Promise.resolve(directory(expected, world, false)),
      ({ directoryUp }) => directoryUp,
    ),
  ),
  fc.constant(
    operation(
      'the directory comes back',
      (expected, world) => Promise.resolve(directory(expected, world, true)),
      ({ directoryUp }) => !directoryUp,
    ),
  ),
);

const waits = fc.constantFrom(0, 5, 300, 5_000, 100_000).map((ms) => operation(`${ms} ms pass`, (_, world) => world.runFor(ms)));

export async function start(expected: Expectation, world: World, name: Name): Promise<void> {
  await world.restart(name);
  expected.up.add(name);
}

export function directory(expected: Expectation, world: World, up: boolean): void {
  expected.directoryUp = up;
  if (up) world.directoryUp('whole');
  else world.directoryDown();
}

/** Each kind as often as it stands here. */
export const OPERATIONS: fc.Arbitrary<Operation>[] = [
  writes,
  writes,
  writes,
  sends,
  sends,
  answers,
  answers,
  answers,
  befriends,
  looks,
  looks,
  wires,
  power,
  waits,
  waits,
];
