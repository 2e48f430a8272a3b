import { describe, expect, test } from '@jest/globals';
import { utf8 } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { CONTROL_LINE_BYTES_MAX, DIRECTORY_REQUEST_BYTES_MAX } from '../../core/base/limits.js';
import { parseParams, parseResult } from '../../core/directory/methods.js';
import { parseAnswer, parseRequest } from '../../core/directory/rpc.js';
import { parseCommand } from '../../core/events/commands.js';
import { decodeRecord } from '../../core/protocol/codec.js';
import { Writer } from '../../core/protocol/fields.js';
import { FrameDecoder } from '../../core/protocol/framing.js';
import { decodeManifest } from '../../core/protocol/manifest.js';
import { decodeMessageContent } from '../../core/protocol/messageContent.js';
import { decodePresence } from '../../core/protocol/presence.js';
import { LineDecoder } from '../../plugins/control-socket/lines.js';

/* What declares to be large, and is not: refused before anything is allocated for it. */

const MIB = 2 ** 20;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return SansfilError.is(error) ? error.code : String(error);
  }
  return 'nothing thrown';
}

/** Bytes held outside of and inside the heap that work took, garbage included: an allocation by a declared number would show. */
function grown(work: () => void): number {
  const held = (): number => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = held();
  work();
  return held() - before;
}

const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

const manifestHead = (count: number): Writer =>
  new Writer()
    .zeros(16)
    .u8(1)
    .u32(2 ** 20)
    .zeros(1 + 32)
    .u32(count);
const item = (size: bigint): Uint8Array => manifestHead(1).bytes(u64(size)).zeros(8).u16(0).bytesU16(utf8('a')).done();
const record = (type: number, body: Uint8Array): Uint8Array => {
  const length = Math.ceil((3 + body.length) / 128) * 128;
  const writer = new Writer().u8(type).bytesU16(body);
  return writer.zeros(length - writer.length).done();
};
const nested = (depth: number, inside = ''): string => '['.repeat(depth) + inside + ']'.repeat(depth);
const DEEP = 10_000;

describe('a declared size', () => {
  test.each([2n ** 30n + 2n ** 40n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])('of a file of %d bytes is refused', (size) => {
    expect(codeOf(() => decodeManifest(item(size)))).toBe('MANIFEST_INVALID');
  });

  test('that is small is none of these', () => {
    expect(codeOf(() => decodeManifest(item(1n)))).toBe('nothing thrown');
  });

  test.each([2 ** 17, 10 ** 6, 2 ** 31, 2 ** 32 - 1])('of %d items is refused', (count) => {
    expect(codeOf(() => decodeManifest(manifestHead(count).zeros(1_000).done()))).toBe('MANIFEST_INVALID');
  });

  test.each([64_000, 2 ** 24 + 1, 2 ** 32 - 1])('of a long offer of %d bytes is refused', (length) => {
    expect(codeOf(() => decodeRecord(record(0x2a, new Writer().zeros(16).u32(length).zeros(32).done())))).toBe('RECORD_MALFORMED');
  });

  test.each([
    ['chunks that are accepted', record(0x21, new Writer().zeros(16).u16(0xffff).done())],
    ['ranges of chunks', record(0x23, new Writer().zeros(16).u16(0xffff).done())],
    ['a bitmap', record(0x21, new Writer().zeros(16).u16(1).u32(0).u16(0xffff).done())],
    ['bytes of a body', new Writer().u8(0x10).u16(0xffff).zeros(125).done()],
  ])('of as many %s as a field can say is refused', (_what, plaintext) => {
    expect(codeOf(() => decodeRecord(plaintext))).toBe('RECORD_MALFORMED');
  });

  test('of as many receipts or addresses as a field can say is refused', () => {
    expect(codeOf(() => decodeMessageContent(new Writer().u8(2).u64(1).u16(0xffff).zeros(32).done()))).toBe('RECORD_MALFORMED');
    expect(codeOf(() => decodePresence(new Writer().u8(1).u16(0).u8(1).u64(1).u64(1).u8(255).done()))).toBe('DIRECTORY_MALFORMED');
  });

  test('takes no memory: a thousand of each together less than one of them declares', () => {
    const bombs = [
      () => decodeManifest(manifestHead(2 ** 32 - 1).done()),
      () => decodeManifest(item(2n ** 63n)),
      () =>
        decodeManifest(
          manifestHead(2 ** 17)
            .zeros(64)
            .done(),
        ),
      () =>
        decodeRecord(
          record(
            0x2a,
            new Writer()
              .zeros(16)
              .u32(2 ** 24)
              .zeros(32)
              .done(),
          ),
        ),
      () => decodeRecord(record(0x28, new Writer().zeros(16).u16(0xffff).done())),
      () => decodeRecord(record(0x29, new Writer().zeros(16).u16(0xffff).u32(0).u16(0xffff).done())),
      () =>
        decodeRecord(
          record(
            0x2d,
            new Writer()
              .zeros(16)
              .u8(1)
              .u32(2 ** 20)
              .zeros(32)
              .u16(0xffff)
              .done(),
          ),
        ),
      () => decodeRecord(record(0x23, new Writer().zeros(16).u16(0xffff).done())),
      () => decodeMessageContent(new Writer().u8(2).u64(1).u16(0xffff).done()),
    ];
    const bytes = grown(() => {
      for (let i = 0; i < 1_000; i++) for (const bomb of bombs) codeOf(bomb);
    });
    expect(bytes).toBeLessThan(64 * MIB);
  });

  test('of a frame on a stream takes no more than that one frame', () => {
    const decoders = Array.from({ length: 100 }, () => new FrameDecoder());
    const bytes = grown(() => {
      for (const decoder of decoders) for (let i = 0; i < 10; i++) decoder.push(i === 0 ? Uint8Array.of(0xff, 0xff, 1) : Uint8Array.of(1), () => undefined);
    });
    expect(bytes).toBeLessThan(100 * 65_535 + 8 * MIB);
    expect(decoders.map(({ pending }) => pending)).toEqual(new Array<number>(100).fill(12));
  });
});

describe('a document nested 10 000 deep', () => {
  const requestOf = (params: string): Uint8Array => utf8(`{"jsonrpc":"2.0","id":1,"method":"lookup","params":${params}}`);

  test('is refused by every reader of the directory as any other', () => {
    expect(codeOf(() => parseRequest(utf8(nested(DEEP))))).toBe('REQUEST_INVALID');
    expect(codeOf(() => parseParams('lookup', parseRequest(requestOf(nested(DEEP))).params))).toBe('REQUEST_INVALID');
    expect(codeOf(() => parseParams('lookup', { name: JSON.parse(nested(DEEP)) as unknown }))).toBe('REQUEST_INVALID');
    expect(codeOf(() => parseAnswer(utf8(nested(DEEP))))).toBe('DIRECTORY_MALFORMED');
    expect(codeOf(() => parseResult('friends.list', JSON.parse(nested(DEEP))))).toBe('DIRECTORY_MALFORMED');
  });

  test.each([
    ['in its type', `{"type":${nested(DEEP)}}`],
    ['instead of an object', nested(DEEP)],
    ['in a value', `{"type":"message.send","to":${nested(DEEP)},"text":"a"}`],
    ['in a list', `{"type":"file.send","to":"a","paths":${nested(DEEP)}}`],
    ['in a field it does not have', `{"type":"node.show","more":${nested(DEEP)}}`],
  ])('is no command: %s', (_where, document) => {
    expect(codeOf(() => parseCommand(JSON.parse(document)))).toBe('COMMAND_INVALID');
  });

  test.each([1n, Symbol('type'), () => 1])('a type that JSON cannot say (%p) is no command either', (type) => {
    expect(codeOf(() => parseCommand({ type }))).toBe('COMMAND_INVALID');
  });
});

describe('a list of a million entries', () => {
  const MILLION = 10 ** 6;

  test('does not fit into a request to the directory', () => {
    const list = utf8(`[${'1,'.repeat(MILLION)}1]`);
    expect(list.length).toBeGreaterThan(DIRECTORY_REQUEST_BYTES_MAX);
    expect(codeOf(() => parseRequest(list))).toBe('REQUEST_TOO_LARGE');
    expect(codeOf(() => parseAnswer(list))).toBe('DIRECTORY_MALFORMED');
  });

  test('is refused where it is an answer or a command', () => {
    const ones = new Array<number>(MILLION).fill(1);
    expect(codeOf(() => parseResult('friends.list', { friends: ones }))).toBe('DIRECTORY_MALFORMED');
    expect(codeOf(() => parseCommand({ type: 'file.send', to: 'a', paths: ones }))).toBe('COMMAND_INVALID');
    expect(codeOf(() => parseCommand(Object.fromEntries([['type', 'node.show'], ...ones.slice(0, 100_000).map((_, i) => [`key${i}`, 1])])))).toBe(
      'COMMAND_INVALID',
    );
  });

  test('of single bytes is a line of the control socket that holds little more than its bytes', () => {
    const decoder = new LineDecoder(CONTROL_LINE_BYTES_MAX);
    const one = Uint8Array.of(0x20);
    const bytes = grown(() => {
      for (let i = 0; i < CONTROL_LINE_BYTES_MAX; i++) decoder.push(one, () => undefined);
    });
    expect(bytes).toBeLessThan(64 * MIB);
  });
});
