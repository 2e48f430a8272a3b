import { SansfilError } from '../base/errors.js';
import type { AccountView, CommandOf, CommandResults, CommandType } from '../events/commands.js';
import type { OpenPgp } from '../ports/openpgp.js';
import type { Contact } from '../ports/stores.js';
import type { People } from './People.js';

export interface PgpParts {
  /** Absent when no plugin provides it. */
  readonly pgp: OpenPgp | undefined;
  readonly people: People;
  /** @throws SansfilError FRIEND_UNKNOWN | KEY_CHANGED */
  readonly friend: (name: string) => Contact;
  readonly account: () => AccountView;
}

type PgpHandlers = { readonly [T in Extract<CommandType, `pgp.${string}`>]: (command: CommandOf<T>) => Promise<CommandResults[T]> };

/** What our key is called when it is made before there is an account. */
const NAMELESS = 'sansfil';

/** Files for people who use OpenPGP: friends by name on this side, keys by PeerID on the other. */
export function pgpHandlers({ pgp, people, friend, account }: PgpParts): PgpHandlers {
  const loaded = (): OpenPgp => {
    if (!pgp) throw new SansfilError('PGP_UNAVAILABLE');
    return pgp;
  };
  const as = (): string => account().name ?? NAMELESS;
  return {
    'pgp.key': async ({ name }) => {
      if (name === undefined) return loaded().ownKey(as());
      const contact = friend(name);
      return { of: contact.name, ...(await loaded().keyOf(contact.peer)) };
    },
    'pgp.import': async ({ name, path }) => {
      const contact = friend(name);
      return { of: contact.name, ...(await loaded().importKey(contact.peer, path)) };
    },
    'pgp.seal': async ({ path, out, to, keyFiles, passphrase, sign, armor }) => {
      const isForKeys = to.length + keyFiles.length > 0;
      if (!isForKeys && passphrase === undefined) throw new SansfilError('COMMAND_INVALID', 'say for whom, or give a passphrase');
      return loaded().seal({
        path,
        ...(out === undefined ? {} : { out }),
        peers: to.map((name) => friend(name).peer),
        keyFiles,
        ...(passphrase === undefined ? {} : { passphrase }),
        // Who has only the passphrase has no key of ours to check a signature with.
        sign: sign ?? isForKeys,
        armor: armor === true,
        as: as(),
      });
    },
    'pgp.open': async ({ path, out, passphrase }) => {
      const opened = await loaded().open({ path, ...(out === undefined ? {} : { out }), ...(passphrase === undefined ? {} : { passphrase }) });
      const signatures = opened.signatures.map(({ peer, ...signature }) => {
        const by = peer === undefined ? undefined : people.byPeer(peer)?.name;
        return { ...signature, ...(by === undefined ? {} : { by }) };
      });
      return { ...opened, signatures };
    },
  };
}
