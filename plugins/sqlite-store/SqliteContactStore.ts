import { parseAccountName, parsePeerId, type Contact, type ContactState, type ContactStore, type PeerId, type Trust } from '../../core/index.js';
import type { Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { idOf, integerOf, oneOf, textOf, textsOf } from './rows.js';

const STATES: readonly ContactState[] = ['outgoing', 'incoming', 'friend'];

const PUT = `
  INSERT INTO contacts (peer, name, state, verified, changed_to, addresses, trust_bytes, trust_into) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET name = excluded.name, state = excluded.state, verified = excluded.verified, changed_to = excluded.changed_to,
    addresses = excluded.addresses, trust_bytes = excluded.trust_bytes, trust_into = excluded.trust_into`;

export class SqliteContactStore implements ContactStore {
  constructor(private readonly writer: GroupCommit) {}

  all(): Promise<readonly Contact[]> {
    return this.writer.read(async (connection) => (await connection.all('SELECT * FROM contacts ORDER BY rowid')).map(contactOf));
  }

  put({ peer, name, state, verified, changedTo, addresses, trust }: Contact): Promise<void> {
    const trusted = [trust?.bytesMax ?? null, trust?.into ?? null];
    return this.writer.submit(async (connection) => {
      await connection.run(PUT, peer, name, state, verified ? 1 : 0, changedTo ?? null, JSON.stringify(addresses), ...trusted);
    });
  }

  remove(peer: PeerId): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run('DELETE FROM contacts WHERE peer = ?', peer);
    });
  }
}

function contactOf(row: Row): Contact {
  return {
    peer: idOf(row, 'peer', parsePeerId),
    name: idOf(row, 'name', parseAccountName),
    state: oneOf(row, 'state', STATES),
    verified: integerOf(row, 'verified') === 1,
    addresses: textsOf(row, 'addresses'),
    ...(row['trust_bytes'] === null ? {} : { trust: trustOf(row) }),
    ...(row['changed_to'] === null ? {} : { changedTo: idOf(row, 'changed_to', parsePeerId) }),
  };
}

const trustOf = (row: Row): Trust => ({
  bytesMax: integerOf(row, 'trust_bytes'),
  ...(row['trust_into'] === null ? {} : { into: textOf(row, 'trust_into') }),
});
