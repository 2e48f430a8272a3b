import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromUtf8, toHex, utf8 } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { parseAccountName } from '../../core/base/ids.js';
import { CHALLENGE_MS_MAX, CHALLENGES_MAX, DIRECTORY_REQUEST_BYTES_MAX, FRIENDS_PAGE, LOGIN_BURST, RPC_BURST } from '../../core/base/limits.js';
import { proveLogin } from '../../core/crypto/loginProof.js';
import type { Principal } from '../../core/directory/authorize.js';
import { Challenges } from '../../core/directory/challenges.js';
import { DirectoryService } from '../../core/directory/DirectoryService.js';
import { MemoryDirectoryStore } from '../../core/directory/MemoryDirectoryStore.js';
import { parseResult } from '../../core/directory/methods.js';
import { PacketMeter } from '../../core/directory/packetMeter.js';
import { parseAnswer } from '../../core/directory/rpc.js';
import { MemoryTokens } from '../../core/directory/tokens.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';

const LOGIN = `login-${'a'.repeat(26)}`;

describe('the directory service', () => {
  let clock: VirtualClock;
  let store: MemoryDirectoryStore;
  let service: DirectoryService;
  const logged: string[] = [];
  let ids = 0;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new MemoryDirectoryStore();
    logged.length = 0;
    const random = new Rng(3);
    const tokens = new MemoryTokens(clock, random);
    const { verifier } = toyIdentity('directory');
    const logger = { log: (...line: unknown[]) => void logged.push(JSON.stringify(line)) };
    service = new DirectoryService({ name: 'sim', store, tokens, verifier, primitives: toyPrimitives(), clock, random, logger });
  });

  const answerOf = (bytes: Uint8Array): unknown => {
    const answer = parseAnswer(bytes);
    if ('error' in answer) throw answer.error;
    return answer.result;
  };
  const before = async (method: string, params: unknown, source?: string): Promise<unknown> =>
    answerOf(await service.handleLogin(LOGIN, utf8(JSON.stringify({ jsonrpc: '2.0', id: ++ids, method, params })), source));
  const raw = async (bytes: Uint8Array): Promise<unknown> => answerOf(await service.handleLogin(LOGIN, bytes));

  async function proof(name: string, purpose: 'register' | 'login'): Promise<Record<string, unknown>> {
    const { signer } = toyIdentity(name);
    const asked = parseResult('challenge', await before('challenge', { name }));
    const clientNonce = new Uint8Array(32);
    const signature = await proveLogin(signer, { purpose, name: parseAccountName(name), clientNonce, ...asked });
    const identity = purpose === 'register' ? { spki: toHex(signer.spki) } : { peer: signer.peerId };
    return { name, clientNonce: toHex(clientNonce), challenge: toHex(asked.challenge), signature: toHex(signature), ...identity };
  }

  async function enter(name: string): Promise<Extract<Principal, { kind: 'device' }>> {
    const { tag } = parseResult('register', await before('register', await proof(name, 'register'), name));
    const { token } = parseResult('login', await before('login', await proof(name, 'login'), name));
    const principal = await service.authenticate(tag, token);
    if (principal.kind !== 'device') throw new Error('not a device');
    return principal;
  }
  const ask = async (principal: Extract<Principal, { kind: 'device' }>, method: string, params: unknown = {}): Promise<unknown> =>
    answerOf(await service.handleRpc(principal, utf8(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))));

  test('[P-7.5] refuses an answer to a challenge after 60 s of the monotonic clock', async () => {
    const late = await proof('ada', 'register');
    clock.skip(CHALLENGE_MS_MAX);
    await expect(before('register', late)).rejects.toMatchObject({ code: 'CHALLENGE_EXPIRED' });
    await expect(before('register', late)).rejects.toMatchObject({ code: 'CHALLENGE_UNKNOWN' });
    const intime = await proof('ada', 'register');
    clock.skip(CHALLENGE_MS_MAX - 1);
    await expect(before('register', intime)).resolves.toMatchObject({ name: 'ada' });
  });

  test('[P-7.5] forgets the challenges of a connection that ended', async () => {
    const left = await proof('ada', 'register');
    service.disconnected({ kind: 'anonymous', clientId: LOGIN });
    await expect(before('register', left)).rejects.toMatchObject({ code: 'CHALLENGE_UNKNOWN' });
  });

  test('keeps a bounded number of challenges, of one connection and in all', () => {
    const challenges = new Challenges(clock, new Rng(1));
    for (let i = 0; i < 100; i++) challenges.issue('one', 'ada');
    expect(challenges.count).toBe(4);
    for (let i = challenges.count; i < CHALLENGES_MAX; i++) challenges.issue(`c${i}`, 'ada');
    expect(() => challenges.issue('another', 'ada')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    clock.skip(CHALLENGE_MS_MAX);
    expect(challenges.issue('another', 'ada').key).toBe('ada');
    expect(challenges.count).toBe(1);
  });

  const nested = `{"jsonrpc":"2.0","id":1,"method":"challenge","params":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  const WRONG: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'REQUEST_INVALID'],
    ['no JSON', utf8('{'), 'REQUEST_INVALID'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'REQUEST_INVALID'],
    ['a byte order mark', utf8('\ufeff{"jsonrpc":"2.0","id":1,"method":"challenge","params":{"name":"ada"}}'), 'REQUEST_INVALID'],
    ['a batch', utf8('[]'), 'REQUEST_INVALID'],
    ['another version', utf8('{"jsonrpc":"1.0","id":1,"method":"challenge","params":{"name":"ada"}}'), 'REQUEST_INVALID'],
    ['no id', utf8('{"jsonrpc":"2.0","method":"challenge","params":{"name":"ada"}}'), 'REQUEST_INVALID'],
    ['an id that is an object', utf8('{"jsonrpc":"2.0","id":{},"method":"challenge","params":{"name":"ada"}}'), 'REQUEST_INVALID'],
    ['a field too many', utf8('{"jsonrpc":"2.0","id":1,"method":"challenge","params":{"name":"ada"},"x":1}'), 'REQUEST_INVALID'],
    ['a prototype as parameter', utf8('{"jsonrpc":"2.0","id":1,"method":"challenge","params":{"name":"ada","__proto__":{}}}'), 'REQUEST_INVALID'],
    ['a name that is an object', utf8('{"jsonrpc":"2.0","id":1,"method":"challenge","params":{"name":{"toString":1}}}'), 'REQUEST_INVALID'],
    ['a name that is none', utf8('{"jsonrpc":"2.0","id":1,"method":"challenge","params":{"name":"a b"}}'), 'NAME_INVALID'],
    ['deep nesting', utf8(nested), 'REQUEST_INVALID'],
    ['a method of Object', utf8('{"jsonrpc":"2.0","id":1,"method":"constructor","params":{}}'), 'METHOD_UNKNOWN'],
    ['too much', new Uint8Array(DIRECTORY_REQUEST_BYTES_MAX + 1).fill(0x20), 'REQUEST_TOO_LARGE'],
  ];
  test.each(WRONG)('[P-7.3] refuses %s', async (_what, bytes, code) => {
    await expect(raw(bytes)).rejects.toMatchObject({ code });
  });

  test('tells nothing of its own failures but that there was one', async () => {
    const secret = 'SQLITE_IOERR at /var/lib/sansfil/directory.db';
    store.accountByKey = () => Promise.reject(new SansfilError('STORE_FAILED', secret));
    const bytes = await service.handleLogin(LOGIN, utf8(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'login', params: await proof('ada', 'login') })));
    expect(fromUtf8(bytes)).not.toContain('SQLITE');
    expect(() => answerOf(bytes)).toThrow(expect.objectContaining({ code: 'DIRECTORY_FAILED' }));
    expect(logged.join()).toContain('STORE_FAILED');
  });

  test('logs no name, key, challenge or token', async () => {
    const ada = await enter('ada-lovelace');
    await ask(ada, 'lookup', { name: 'ada-lovelace' });
    expect(logged.length).toBeGreaterThan(3);
    expect(logged.join('\n')).not.toMatch(new RegExp(`ada-lovelace|${ada.peer}|${ada.tag}|[0-9a-f]{32}`));
  });

  test('answers a burst, then says that it is too much, and answers again after a while', async () => {
    for (let i = 0; i < LOGIN_BURST; i++) await before('challenge', { name: 'ada' }, '192.0.2.1');
    await expect(before('challenge', { name: 'ada' }, '192.0.2.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(before('challenge', { name: 'ada' }, '192.0.2.2')).resolves.toMatchObject({ directory: 'sim' });
    clock.skip(1_000);
    await expect(before('challenge', { name: 'ada' }, '192.0.2.1')).resolves.toMatchObject({ directory: 'sim' });
    const ada = await enter('ada');
    for (let i = 0; i < RPC_BURST; i++) await ask(ada, 'account.show');
    await expect(ask(ada, 'account.show')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('[P-7.6] does not know a token whose account is lost, nor a client id that is none', async () => {
    const ada = await enter('ada');
    store.accountByPeer = () => Promise.resolve(undefined);
    const { token } = parseResult('login', await before('login', await proof('ada', 'login')));
    await expect(service.authenticate(ada.tag, token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(service.authenticate(ada.tag, undefined)).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
    await expect(service.authenticate('login-x', undefined)).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  test('[P-7.7] lists many friends page by page, each answer within its bound', async () => {
    const ada = await enter('ada');
    const total = FRIENDS_PAGE + 3;
    for (let i = 0; i < total; i++) {
      const name = `${'n'.repeat(58)}${String(i).padStart(4, '0')}`;
      await before('register', await proof(name, 'register'), name);
      await ask(ada, 'friends.request', { name });
      clock.skip(1_000);
    }
    const bytes = await service.handleRpc(ada, utf8('{"jsonrpc":"2.0","id":1,"method":"friends.list","params":{}}'));
    expect(bytes.length).toBeLessThan(DIRECTORY_REQUEST_BYTES_MAX);
    const first = parseResult('friends.list', answerOf(bytes));
    const second = parseResult('friends.list', await ask(ada, 'friends.list', { after: first.next }));
    expect(second.next).toBeUndefined();
    expect(new Set([...first.friends, ...second.friends].map(({ name }) => name)).size).toBe(total);
  });
});

describe('the meter of MQTT packets', () => {
  const passes = (bytes: readonly number[], chunk: number): string => {
    const meter = new PacketMeter(300);
    try {
      for (let at = 0; at < bytes.length; at += chunk) meter.pass(Uint8Array.from(bytes.slice(at, at + chunk)));
      return 'passed';
    } catch (error) {
      return SansfilError.from(error).code;
    }
  };
  const packet = (length: readonly number[], body: number): number[] => [0x30, ...length, ...Array<number>(body).fill(0xff)];

  test.each([1, 2, 7, 1_000])('lets packets within the bound pass in pieces of %i', (chunk) => {
    expect(passes([...packet([0], 0), ...packet([5], 5), ...packet([0xac, 0x02], 300), ...packet([1], 1)], chunk)).toBe('passed');
  });

  test.each([1, 2, 7, 1_000])('refuses a longer one by its header, in pieces of %i', (chunk) => {
    expect(passes([...packet([5], 5), 0x10, 0xad, 0x02], chunk)).toBe('REQUEST_TOO_LARGE');
    expect(passes([0x10, 0xff, 0xff, 0xff, 0x7f], chunk)).toBe('REQUEST_TOO_LARGE');
    expect(passes([0x10, 0x80, 0x80, 0x80, 0x80, 0x01], chunk)).toBe('REQUEST_INVALID');
  });
});
