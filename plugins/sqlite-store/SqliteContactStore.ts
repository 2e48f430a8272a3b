import { parseAccountName, parsePeerId, type Contact, type ContactState, type ContactStore, type PeerId } from '../../core/index.js';
import type { Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { idOf, integerOf, oneOf, textsOf } from './rows.js';

const STATES: readonly ContactState[] = ['outgoing', 'incoming', 'friend'];

const PUT = `
  INSERT INTO contacts (peer, name, state, verified, changed_to, addresses) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET name = excluded.name, state = excluded.state, verified = excluded.verified,
    changed_to = excluded.changed_to, addresses = excluded.addresses`;

export class SqliteContactStore implements ContactStore {
  constructor(private readonly writer: GroupCommit) {}

  all(): Promise<readonly Contact[]> {
    return this.writer.submit(async (connection) => (await connection.all('SELECT * FROM contacts ORDER BY rowid')).map(contactOf));
  }

  put({ peer, name, state, verified, changedTo, addresses }: Contact): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run(PUT, peer, name, state, verified ? 1 : 0, changedTo ?? null, JSON.stringify(addresses));
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
    ...(row['changed_to'] === null ? {} : { changedTo: idOf(row, 'changed_to', parsePeerId) }),
  };
}
