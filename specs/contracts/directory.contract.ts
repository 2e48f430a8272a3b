import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../core/ports/directory.js';
import { sealPresence } from '../../core/crypto/presenceRecord.js';
import { befriend, Party } from '../support/directoryParty.js';

export interface MeetingPlace {
  readonly url: string;
  port(device: string): Directory;
  /** The device's connection dies without a goodbye. */
  cut(device: string): void;
  stop(): Promise<void>;
}

/** What every meeting place must give, whatever carries it. */
export function directoryContract(title: string, open: () => Promise<MeetingPlace>): void {
  describe(`the directory over ${title}`, () => {
    let place: MeetingPlace;
    const parties: Party[] = [];
    const party = (name: string, seed = name): Party => {
      const made = new Party(name, place.port(seed), place.url, seed);
      parties.push(made);
      return made;
    };
    beforeEach(async () => void (place = await open()));
    afterEach(() => place.stop());

    test('[P-7.5] registers a name, logs in by a signed challenge, and knows the token', async () => {
      const ada = await party('ada').enter();
      expect(await ada.ask('account.show')).toMatchObject({ name: 'ada', peer: ada.peer, tag: ada.tag });
    });

    test('[P-7.5] gives a name to the first key only, however it is written', async () => {
      await party('ada').register();
      await expect(party('ADA', 'eve').register()).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    });

    test('[P-7.5] lets exactly one of two devices have a name they ask for at once', async () => {
      const claims = await Promise.allSettled([party('ada', 'one').register(), party('ada', 'two').register()]);
      expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(claims.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'NAME_TAKEN' } });
    });

    test('[P-7.5] answers the same registration again when its first answer was lost', async () => {
      const ada = party('ada');
      expect(await ada.register()).toEqual(await ada.register());
    });

    test('[P-7.5] gives one device one account', async () => {
      await party('ada', 'one').register();
      await expect(party('bob', 'one').register()).rejects.toMatchObject({ code: 'ALREADY_REGISTERED' });
    });

    test('[P-7.5] says that an account is unknown', async () => {
      await expect(party('nobody').login()).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
    });

    test('[P-7.5] refuses a proof by another key, for the other purpose, or of another statement', async () => {
      const ada = party('ada');
      await ada.register();
      const eve = party('ada', 'eve');
      await expect(eve.login()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
      const connection = await ada.anonymous();
      const asked = await ada.challenge(connection);
      const forged = { ...(await ada.proof('login', asked)), signature: (await eve.proof('login', asked)).signature };
      await expect(connection.request('login', forged)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
      const other = await ada.challenge(connection);
      const elsewhere = await ada.proof('login', { ...other, directory: 'another-directory' });
      await expect(connection.request('login', elsewhere)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
      const third = await ada.challenge(connection);
      const registering = { ...(await ada.proof('register', third)), peer: ada.peer, spki: undefined };
      await expect(connection.request('login', registering)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    });

    test('[P-7.5] takes a challenge once', async () => {
      const ada = party('ada');
      await ada.register();
      const connection = await ada.anonymous();
      const proof = await ada.proof('login', await ada.challenge(connection));
      await connection.request('login', proof);
      await expect(connection.request('login', proof)).rejects.toMatchObject({ code: 'CHALLENGE_UNKNOWN' });
    });

    test('[P-7.5] takes a challenge from the connection and for the name it was made for', async () => {
      const ada = party('ada');
      const bob = party('bob');
      await ada.register();
      await bob.register();
      const asking = await ada.anonymous();
      const proof = await ada.proof('login', await ada.challenge(asking));
      const other = await ada.anonymous();
      await expect(other.request('login', proof)).rejects.toMatchObject({ code: 'CHALLENGE_UNKNOWN' });
      const forBob = await bob.proof('login', await ada.challenge(asking));
      await expect(asking.request('login', forBob)).rejects.toMatchObject({ code: 'CHALLENGE_UNKNOWN' });
    });

    test("[P-7.6] refuses a token that is not its own, and a tag that is not the token's", async () => {
      const ada = party('ada');
      const eve = party('eve');
      await ada.register();
      await ada.login();
      await eve.register();
      await eve.login();
      await expect(ada.connect({ token: 'not a token' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
      await expect(eve.connect({ tag: ada.tag })).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
    });

    test('[P-7.3] refuses what is not a request of its list, and requests before login', async () => {
      const ada = await party('ada').enter();
      await expect(ada.ask('account.destroy')).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' });
      await expect(ada.ask('lookup', { name: 7 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      await expect(ada.ask('lookup', { name: '../ada' })).rejects.toMatchObject({ code: 'NAME_INVALID' });
      await expect(ada.ask('lookup', { name: 'ada', more: 1 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      await expect((await ada.anonymous()).request('friends.list', {})).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
    });

    test('[P-7.7] makes friends of who asks and who accepts, and tells both', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      expect(await ada.ask('friends.request', { name: 'bob' })).toEqual({ name: 'bob', devices: [bob.peer], state: 'outgoing' });
      await bob.ears.until(() => bob.ears.notices.length > 0);
      expect(bob.ears.notices[0]).toEqual({ type: 'friends.changed' });
      expect(await bob.ask('friends.list')).toEqual({ friends: [{ name: 'ada', devices: [ada.peer], state: 'incoming' }] });
      expect(await bob.ask('friends.accept', { name: 'ada' })).toMatchObject({ state: 'friend' });
      expect(await ada.ask('friends.list')).toEqual({ friends: [{ name: 'bob', devices: [bob.peer], state: 'friend', grant: expect.any(Number) as unknown }] });
    });

    test('[P-7.7] makes a friendship of two requests that cross', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      const answers = await Promise.all([ada.ask('friends.request', { name: 'bob' }), bob.ask('friends.request', { name: 'ada' })]);
      expect(answers.map((answer) => (answer as { state: string }).state).sort()).toEqual(['friend', 'outgoing']);
      expect(await ada.ask('friends.list')).toMatchObject({ friends: [{ name: 'bob', state: 'friend' }] });
    });

    test('[P-7.7] lets a request be declined, and shows that to who asked', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      await ada.ask('friends.request', { name: 'bob' });
      await bob.ask('friends.decline', { name: 'ada' });
      expect(await ada.ask('friends.list')).toMatchObject({ friends: [{ name: 'bob', state: 'removed' }] });
      await expect(bob.ask('friends.accept', { name: 'ada' })).rejects.toMatchObject({ code: 'NO_REQUEST' });
    });

    test('[P-7.7] refuses requests that make no sense', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      await expect(ada.ask('friends.request', { name: 'nobody' })).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
      await expect(ada.ask('friends.request', { name: 'ada' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(ada.ask('friends.accept', { name: 'bob' })).rejects.toMatchObject({ code: 'NO_REQUEST' });
      await expect(ada.ask('friends.remove', { name: 'bob' })).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN' });
      await befriend(ada, bob);
      await expect(ada.ask('friends.request', { name: 'bob' })).rejects.toMatchObject({ code: 'ALREADY_FRIENDS' });
    });

    test('[P-7.4] hands a friend the presence that is kept, and each new one', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      await befriend(ada, bob);
      await ada.connection.publishPresence(await ada.record('online'));
      await bob.connection.watchPresence([ada.tag]);
      await bob.untilHeard(ada, 'online');
      await ada.connection.publishPresence(await ada.record('busy'));
      await bob.untilHeard(ada, 'busy');
      expect((await bob.heardOf(ada)).map(({ state }) => state)).toEqual(['online', 'busy']);
    });

    test('[P-7.4] says a device is offline when its connection dies, and not when it left in good order', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      await befriend(ada, bob);
      await bob.connection.watchPresence([ada.tag]);
      await ada.connection.publishPresence(await ada.record('online'));
      await bob.untilHeard(ada, 'online');
      place.cut('ada');
      await bob.untilHeard(ada, 'offline');
      expect((await bob.heardOf(ada)).at(-1)?.seq).toBe(131_071);
      await ada.ears.until(() => ada.ears.closings.length > 0);
      expect(ada.ears.closings[0]).toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
      await ada.connect();
      await ada.connection.publishPresence(await ada.record('away', 131_073));
      await ada.connection.close();
      await bob.untilHeard(ada, 'away');
      expect(ada.ears.closings[1]).toBeUndefined();
    });

    test('[P-7.1] keeps presence from strangers, and from former friends at once', async () => {
      const ada = await party('ada').enter();
      const bob = await party('bob').enter();
      const eve = await party('eve').enter();
      await befriend(ada, bob);
      await befriend(ada, eve);
      await bob.connection.watchPresence([ada.tag]);
      await eve.connection.watchPresence([ada.tag, bob.tag]);
      await ada.connection.publishPresence(await ada.record('online'));
      await bob.untilHeard(ada, 'online');
      await eve.untilHeard(ada, 'online');
      await ada.ask('friends.remove', { name: 'bob' });
      await ada.connection.publishPresence(await ada.record('busy'));
      await bob.connection.publishPresence(await bob.record('busy'));
      await eve.untilHeard(ada, 'busy');
      await bob.connection.watchPresence([ada.tag]);
      // A request goes up and down after whatever was sent before it.
      await bob.ask('account.show');
      await eve.ask('account.show');
      expect((await bob.heardOf(ada)).map(({ state }) => state)).toEqual(['online']);
      expect(await eve.heardOf(bob)).toEqual([]);
      expect(await bob.ask('friends.list')).toMatchObject({ friends: [{ name: 'ada', state: 'removed' }] });
    });

    test('[P-7.1] ends the connection of who publishes the presence of another', async () => {
      const ada = await party('ada').enter();
      const { signer } = party('eve');
      const foreign = await sealPresence(signer, { state: 'online', seq: 1, sinceMs: 1, addresses: [] });
      await ada.connection.publishPresence(foreign).catch(() => undefined);
      await ada.ears.until(() => ada.ears.closings.length > 0);
      expect(ada.ears.closings[0]).toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    });

    test('[P-7.6] replaces the connection of a device by its next one', async () => {
      const ada = await party('ada').enter();
      await ada.connect();
      await ada.ears.until(() => ada.ears.closings.length > 0);
      expect(await ada.ask('account.show')).toMatchObject({ name: 'ada' });
    });
  });
}
