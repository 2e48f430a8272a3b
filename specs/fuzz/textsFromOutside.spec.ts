import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { utf8 } from '../../core/base/bytes.js';
import { SansfilError, type ErrorCode } from '../../core/base/errors.js';
import { accountKey, parseAccountName, parseMessageId, parsePeerId, parseTransferId, peerIdFromBytes } from '../../core/base/ids.js';
import { formatPeerId, parseFormattedPeerId } from '../../core/crypto/fingerprint.js';
import { noticeSchema, PARAMS, parseParams, parseResult, type Method } from '../../core/directory/methods.js';
import { encodeAnswer, encodeRequest, parseAnswer, parseRequest } from '../../core/directory/rpc.js';
import { parseTopic, topicOf } from '../../core/directory/topics.js';
import { COMMAND_SCHEMAS, parseCommand } from '../../core/events/commands.js';
import { safeRelativeName } from '../../core/protocol/fileNames.js';
import { LineDecoder, LineTooLong } from '../../plugins/control-socket/lines.js';
import { parseRequest as parseControlRequest, RpcProblem } from '../../plugins/control-socket/rpc.js';
import { foldMapped, formatHostPort, parseHostPort } from '../../transports/tcp/addresses.js';
import { mutate, mutation, random, same } from './mutations.js';
import { runs } from './seed.js';
import { bytesOf } from './values.js';

const RUNS = 10_000;

/** What came of it; undefined when it was refused by name, anything else that is thrown fails the property. */
function outcome<T>(parse: () => T, codes: readonly ErrorCode[]): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (SansfilError.is(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Texts with all that is hard in them: halves of pairs, marks, controls, names of properties that every object has. */
const hard = fc.constantFrom(
  '',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\udfff',
  '\u0000',
  '\u202e',
  '/',
  '#',
  '+',
  '$SYS',
  '\u0130',
  '\u1e9e',
  '\ufb01',
  '\u0301',
  '9'.repeat(400),
);
const text = fc.oneof(
  hard,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 80 }),
  fc.array(hard, { maxLength: 4 }).map((parts) => parts.join('')),
);
const damagedText = (valid: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(valid, mutation).map(([one, how]) => new TextDecoder().decode(mutate(how, [utf8(one)])));

const peerId = bytesOf(32).map(peerIdFromBytes);
const id = bytesOf(16).map((bytes) => Buffer.from(bytes).toString('hex'));
const tag = fc.stringMatching(/^[a-z2-7]{25}[aeimquy4]$/);
const clientId = fc.stringMatching(/^login-[a-z2-7]{26}$/);
const topic = fc
  .oneof(
    fc.record({ kind: fc.constant('login' as const), way: fc.constantFrom('up' as const, 'down' as const), clientId }),
    fc.record({ kind: fc.constant('rpc' as const), way: fc.constantFrom('up' as const, 'down' as const), tag }),
    fc.record({ kind: fc.constantFrom('presence' as const, 'inbox' as const), tag }),
  )
  .map(topicOf);
const hostPort = fc.oneof(fc.tuple(fc.ipV4(), fc.nat(65_535)), fc.tuple(fc.ipV6(), fc.nat(65_535))).map(([host, port]) => formatHostPort({ host, port }));

interface Text {
  readonly valid: fc.Arbitrary<string>;
  readonly codes: readonly ErrorCode[];
  /** Reads it and says it again: what is read is what was written. */
  readonly again: (text: string) => string | undefined;
}

const TEXTS: Readonly<Record<string, Text>> = {
  'a PeerID [P-1.4]': { valid: peerId, codes: ['ID_INVALID'], again: parsePeerId },
  'the id of a message': { valid: id, codes: ['ID_INVALID'], again: parseMessageId },
  'the id of a transfer': { valid: id, codes: ['ID_INVALID'], again: parseTransferId },
  'a topic [P-7.1]': {
    valid: topic,
    codes: [],
    again: (from) => {
      const read = parseTopic(from);
      return read && topicOf(read);
    },
  },
};

describe.each(Object.entries(TEXTS))('%s', (_name, { valid, codes, again }) => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(valid, (one) => again(one) === one),
      runs(1_000),
    );
  });

  test('of any text is read in its one spelling or refused by name', () => {
    fc.assert(
      fc.property(fc.oneof(text, damagedText(valid)), (one) => {
        const read = outcome(() => again(one), codes);
        return read === undefined || read === one;
      }),
      runs(RUNS),
    );
  });
});

describe('texts with more than one spelling', () => {
  test('an account name [P-1.4] is refused by name or stands in NFC, and its key is the same read again', () => {
    fc.assert(
      fc.property(fc.oneof(text, damagedText(fc.constantFrom('Zoé.b_1-c', 'e\u0301', 'ǅungla', 'Ⅷ', '가각'))), (one) => {
        const name = outcome(() => parseAccountName(one), ['NAME_INVALID']);
        if (name === undefined) return true;
        return name === name.normalize('NFC') && parseAccountName(name) === name && utf8(name).length <= 64 && accountKey(name).length > 0;
      }),
      runs(RUNS),
    );
  });

  test('a fingerprint [P-8.1] is refused by name or is the fingerprint of what was read', () => {
    const sloppy = peerId.map((peer) => formatPeerId(peer).toLowerCase().replaceAll('-', ' '));
    fc.assert(
      fc.property(fc.oneof(text, sloppy, damagedText(peerId.map(formatPeerId))), (one) => {
        const read = outcome(() => parseFormattedPeerId(one), ['ID_INVALID']);
        return read === undefined || parseFormattedPeerId(formatPeerId(read)) === read;
      }),
      runs(RUNS),
    );
  });

  test('an address is refused by name or comes back from its parts', () => {
    fc.assert(
      fc.property(fc.oneof(text, hostPort, damagedText(hostPort)), (one) => {
        foldMapped(one);
        const read = outcome(() => parseHostPort(one), ['ADDRESS_INVALID']);
        if (!read) return true;
        const again = parseHostPort(formatHostPort(read));
        return again.host === read.host && again.port === read.port && read.port >= 0 && read.port <= 65_535;
      }),
      runs(RUNS),
    );
  });

  test('a file name [P-6.3] is refused by name or passes again as it is', () => {
    fc.assert(
      fc.property(text, (one) => {
        const name = outcome(() => safeRelativeName(one), ['FILE_NAME_UNSAFE']);
        return name === undefined || safeRelativeName(name) === name;
      }),
      runs(RUNS),
    );
  });
});

/** Any document that JSON can hold, some of it shaped like what is asked for. */
const documents = (valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    random(),
    fc.json({ maxDepth: 3 }).map(utf8),
    fc.tuple(fc.array(valid, { minLength: 1, maxLength: 2 }), mutation).map(([some, how]) => mutate(how, some)),
  );

const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text, id, peerId, fc.constant(null));
const method = fc.constantFrom(...(Object.keys(PARAMS) as Method[]));
const keyed = fc.dictionary(
  fc.oneof(fc.constantFrom('name', 'peer', 'challenge', 'signature', 'spki', 'clientNonce', 'after', 'devices', 'friends', 'state'), text),
  value,
  {
    maxKeys: 5,
  },
);
const request = fc
  .record({ id: fc.oneof(fc.integer(), fc.string({ maxLength: 64 })), method: fc.string({ minLength: 1, maxLength: 64 }), params: value })
  .map(encodeRequest);
const answer = fc.oneof(
  fc.record({ id: fc.integer(), result: value }).map(encodeAnswer),
  fc
    .record({
      id: fc.integer(),
      error: fc.record({ code: fc.integer(), message: text, data: fc.record({ code: fc.constantFrom('NAME_TAKEN' as const, 'BUG' as const) }) }),
    })
    .map(encodeAnswer),
);

describe('[P-7.3] JSON from outside', () => {
  test('as a request to the directory is read or refused by name', () => {
    fc.assert(
      fc.property(documents(request), (bytes) => {
        const read = outcome(() => parseRequest(bytes), ['REQUEST_INVALID', 'REQUEST_TOO_LARGE']);
        return read === undefined || (read.method.length <= 64 && same(encodeRequest(parseRequest(encodeRequest(read))), encodeRequest(read)));
      }),
      runs(RUNS),
    );
  });

  test('as parameters of any method is read or refused by name', () => {
    fc.assert(
      fc.property(method, fc.oneof(keyed, value), (name, params) => {
        outcome(() => parseParams(name, params), ['REQUEST_INVALID', 'NAME_INVALID']);
      }),
      runs(RUNS),
    );
  });

  test('as an answer of the directory is read or refused by name, and never blames this device', () => {
    fc.assert(
      fc.property(documents(answer), (bytes) => {
        const read = outcome(() => parseAnswer(bytes), ['DIRECTORY_MALFORMED']);
        return read === undefined || !('error' in read) || !['bug', 'local', 'plugin'].includes(read.error.blame);
      }),
      runs(RUNS),
    );
  });

  test('as the result of any method, or as a notice, is read or refused by name', () => {
    fc.assert(
      fc.property(method, fc.oneof(keyed, value), (name, result) => {
        outcome(() => parseResult(name, result), ['DIRECTORY_MALFORMED']);
        noticeSchema.safeParse(result);
      }),
      runs(RUNS),
    );
  });

  test('as a command is read or refused by name, and what is read has the values of its schema only', () => {
    const command = fc
      .tuple(
        fc.constantFrom(...Object.keys(COMMAND_SCHEMAS)),
        fc.dictionary(fc.constantFrom('name', 'to', 'with', 'from', 'id', 'text', 'paths', 'state', 'limit'), value),
      )
      .map(([type, fields]) => ({ type, ...fields }));
    fc.assert(
      fc.property(fc.oneof(command, value), (input) => {
        const read = outcome(() => parseCommand(input), ['COMMAND_INVALID']);
        if (read !== undefined) expect(parseCommand(read)).toEqual(read);
      }),
      runs(RUNS),
    );
  });

  test('as a line of the control socket is a request or a problem with a code', () => {
    const lines = request.map((bytes) => bytes);
    fc.assert(
      fc.property(documents(lines), (line) => {
        try {
          return typeof parseControlRequest(line).method === 'string';
        } catch (error) {
          return error instanceof RpcProblem;
        }
      }),
      runs(RUNS),
    );
  });
});

describe('lines of the control socket', () => {
  test('are the same wherever the stream is cut, and one that is too long is told', () => {
    const line = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.map((byte) => (byte === 10 ? 0 : byte)));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(fc.nat(100), { maxLength: 6 }), (sent, cuts) => {
        const stream = Uint8Array.from(sent.flatMap((bytes) => [...bytes, 10]));
        const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
        const [decoder, got] = [new LineDecoder(10), new Array<Uint8Array>()];
        let long = false;
        try {
          edges.forEach((edge, i) => decoder.push(stream.slice(edge, edges[i + 1] ?? edge), (bytes) => got.push(bytes)));
        } catch (error) {
          if (!(error instanceof LineTooLong)) throw error;
          long = true;
        }
        const first = sent.findIndex((bytes) => bytes.length > 10);
        const expected = first < 0 ? sent : sent.slice(0, first);
        return long === first >= 0 && got.length === expected.length && got.every((bytes, i) => same(bytes, expected[i] ?? new Uint8Array(0)));
      }),
      runs(RUNS),
    );
  });
});
