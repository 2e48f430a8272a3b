import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BROKER_PACKET_BYTES_MAX, DIRECTORY_REQUEST_BYTES_MAX } from '../../../core/base/limits.js';
import { topicOf } from '../../../core/directory/topics.js';
import { MqttDirectory } from '../../../transports/mqtt/index.js';
import { befriend, Party } from '../../support/directoryParty.js';
import { RawMqtt } from '../../support/rawMqtt.js';
import { startDirectory, type RealDirectory } from '../../support/realDirectory.js';

const LOGIN = `login-${'a'.repeat(26)}`;

describe('the embedded broker, attacked', () => {
  let directory: RealDirectory;
  let ada: Party;
  let eve: Party;
  const raws: RawMqtt[] = [];
  const raw = (): RawMqtt => {
    const made = new RawMqtt(directory.port);
    raws.push(made);
    return made;
  };
  const presence = (party: Party): string => topicOf({ kind: 'presence', tag: party.tag });

  beforeEach(async () => {
    directory = await startDirectory();
    const mqtt = new MqttDirectory();
    ada = await new Party('ada', mqtt, directory.broker.address).enter();
    eve = new Party('eve', mqtt, directory.broker.address);
    await eve.register();
    await eve.login();
  });
  afterEach(async () => {
    for (const each of raws.splice(0)) each.destroy();
    await directory.stop();
  });

  /** Eve, logged in, with a client of her own making. */
  async function intruder(more: Parameters<RawMqtt['connect']>[1] = {}): Promise<RawMqtt> {
    const client = raw();
    client.connect(eve.tag, { username: eve.tag, password: Buffer.from(eve.token), ...more });
    expect(await client.returnCode()).toBe(0);
    return client;
  }

  async function refused(clientId: string, more: Parameters<RawMqtt['connect']>[1]): Promise<number | undefined> {
    const client = raw();
    client.connect(clientId, more);
    const code = await client.returnCode();
    await client.untilClosed();
    return code;
  }

  test('grants no wildcard, no `$SYS`, nothing of others, and hands out nothing of it', async () => {
    await ada.connection.publishPresence(await ada.record('online'));
    const client = await intruder();
    const topics = ['#', '+/#', 'sansfil/#', 'sansfil/1/presence/+', 'sansfil/1/inbox/+', 'sansfil/1/rpc/+/down', '$SYS/#', '$SYS/+/new/clients'];
    expect(await client.subscribe(...topics, presence(ada), topicOf({ kind: 'inbox', tag: ada.tag }))).toEqual(Array(10).fill(128));
    await ada.connection.publishPresence(await ada.record('busy'));
    // Her own request comes back after anything that was on its way before it.
    expect(await client.subscribe(topicOf({ kind: 'inbox', tag: eve.tag }))).toEqual([1]);
    client.publish(topicOf({ kind: 'inbox', tag: eve.tag }), 'hello');
    expect(await client.next('publish')).toMatchObject({ topic: topicOf({ kind: 'inbox', tag: eve.tag }) });
    expect(client.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
  });

  test('denies a subscription before login, other than to its own answers', async () => {
    const client = raw();
    client.connect(LOGIN);
    expect(await client.returnCode()).toBe(0);
    expect(await client.subscribe('#', presence(ada), `sansfil/1/login/${LOGIN}/down`)).toEqual([128, 128, 1]);
  });

  test('ends the connection of who publishes where only others may', async () => {
    const online = Buffer.from(await eve.record('online'));
    const tries: readonly (readonly [string, Buffer | string, { retain?: boolean; qos?: 0 | 1 | 2 }])[] = [
      ['$SYS/broker/new/clients', 'x', {}],
      [presence(ada), online, { retain: true }],
      [presence(ada), '', { retain: true }],
      [presence(eve), online, { retain: false }],
      [presence(eve), '', { retain: true }],
      [presence(eve), 'poison', { retain: true }],
      [topicOf({ kind: 'inbox', tag: ada.tag }), 'kept for ever', { retain: true }],
      [topicOf({ kind: 'rpc', way: 'down', tag: eve.tag }), '{}', {}],
      [topicOf({ kind: 'rpc', way: 'up', tag: ada.tag }), '{}', {}],
      [topicOf({ kind: 'inbox', tag: ada.tag }), 'twice', { qos: 2 }],
      [`sansfil/1/presence/${eve.tag}${'/x'.repeat(200)}`, online, { retain: true }],
    ];
    for (const [topic, payload, how] of tries) {
      const client = await intruder();
      client.publish(topic, payload, how);
      await client.untilClosed();
    }
    expect(await ada.ask('account.show')).toMatchObject({ name: 'ada' });
  });

  test('keeps what a device said of itself, whatever another one tries', async () => {
    const bob = await new Party('bob', new MqttDirectory(), directory.broker.address).enter();
    await befriend(ada, bob);
    await ada.connection.publishPresence(await ada.record('online'));
    const client = await intruder();
    client.publish(presence(ada), Buffer.from(await eve.record('offline')), { retain: true });
    await client.untilClosed();
    await bob.connection.watchPresence([ada.tag]);
    await bob.untilHeard(ada, 'online');
    expect(await bob.heardOf(ada)).toHaveLength(1);
  });

  test('refuses a will for another topic, one that is not retained, and one that is no record of its device', async () => {
    const own = Buffer.from(await eve.record('offline'));
    const login = { username: eve.tag, password: Buffer.from(eve.token) };
    const wills = [
      { topic: presence(ada), payload: own, qos: 1, retain: true },
      { topic: presence(ada), payload: Buffer.from(await ada.record('offline')), qos: 1, retain: true },
      { topic: presence(eve), payload: own, qos: 1, retain: false },
      { topic: presence(eve), payload: Buffer.from('gone'), qos: 1, retain: true },
      { topic: '$SYS/x', payload: own, qos: 1, retain: true },
      { topic: topicOf({ kind: 'inbox', tag: ada.tag }), payload: own, qos: 1, retain: true },
    ] as const;
    for (const will of wills) expect(await refused(eve.tag, { ...login, will: { ...will } })).toBe(2);
    expect(await refused(LOGIN, { will: { topic: presence(eve), payload: own, qos: 1, retain: true } })).toBe(2);
    await intruder({ will: { topic: presence(eve), payload: own, qos: 1, retain: true } });
  });

  test("[P-7.6] lets nobody take over a client id with a wrong token, or with another device's", async () => {
    expect(await refused(ada.tag, { username: ada.tag, password: Buffer.from('wrong') })).toBe(5);
    expect(await refused(ada.tag, { username: ada.tag, password: Buffer.from(eve.token) })).toBe(2);
    expect(await refused(ada.tag, {})).toBe(2);
    expect(await refused(ada.tag, { username: eve.tag, password: Buffer.from(eve.token) })).toBe(2);
    expect(await refused('anything', {})).toBe(2);
    const [head = '', body = '', signature = ''] = eve.token.split('.');
    const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), tag: ada.tag })).toString('base64url');
    expect(await refused(ada.tag, { username: ada.tag, password: Buffer.from(`${head}.${other}.${signature}`) })).toBe(5);
    const none = Buffer.from('{"alg":"none","typ":"sansfil-token+jwt"}').toString('base64url');
    expect(await refused(ada.tag, { username: ada.tag, password: Buffer.from(`${none}.${other}.`) })).toBe(5);
    expect(await ada.ask('account.show')).toMatchObject({ name: 'ada' });
    expect(ada.ears.closings).toEqual([]);
  });

  test('keeps no session beyond its connection, and no connection that need not show it is alive', async () => {
    const login = { username: eve.tag, password: Buffer.from(eve.token) };
    expect(await refused(eve.tag, { ...login, clean: false })).toBe(2);
    expect(await refused(eve.tag, { ...login, keepalive: 0 })).not.toBe(0);
    expect(await refused(eve.tag, { ...login, keepalive: 65_535 })).not.toBe(0);
  });

  test('ends a connection by the length a packet declares, before CONNECT and after, without gathering it', async () => {
    const before = raw();
    before.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    await before.untilClosed();
    const after = await intruder();
    after.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    after.write(new Uint8Array(BROKER_PACKET_BYTES_MAX));
    await after.untilClosed();
    const malformed = raw();
    malformed.write(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80, 0x80));
    await malformed.untilClosed();
    expect(directory.log.lines.filter(({ event }) => event === 'directory.packet.refused')).toHaveLength(3);
  });

  test('answers a request that is too large with its code', async () => {
    const client = await intruder();
    await client.subscribe(topicOf({ kind: 'rpc', way: 'down', tag: eve.tag }));
    client.publish(topicOf({ kind: 'rpc', way: 'up', tag: eve.tag }), Buffer.alloc(DIRECTORY_REQUEST_BYTES_MAX + 1, 0x20));
    const answer = await client.next('publish');
    expect(answer.cmd === 'publish' && JSON.parse(answer.payload.toString())).toMatchObject({ error: { data: { code: 'REQUEST_TOO_LARGE' } } });
  });

  test('survives bytes that are no MQTT, and goes on serving', async () => {
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(64, 0), Buffer.alloc(64, 0xf0), Buffer.from([0x10, 0x02, 0x00, 0x04])]) {
      const client = raw();
      client.write(bytes);
      await client.untilClosed();
    }
    expect(await ada.ask('account.show')).toMatchObject({ name: 'ada' });
  });

  test('logs once for each connection that something was denied, however much is asked for', async () => {
    const client = await intruder();
    await client.subscribe(...Array.from({ length: 1_000 }, (_, n) => `forbidden/${n}`));
    expect(directory.log.usual().filter((event) => event === 'directory.denied')).toHaveLength(1);
  });

  test('logs neither names nor PeerIDs nor tokens', () => {
    const text = JSON.stringify(directory.log.lines);
    for (const secret of ['"ada"', '"eve"', ada.peer, eve.peer, ada.tag, ada.token]) expect(text).not.toContain(secret);
    expect(text).toContain('directory.connected');
  });

  test('says that its port is in use', async () => {
    await expect(startDirectory({ port: directory.port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
