import {
  OUTBOX_PER_PEER_MAX,
  parseMessageId,
  parsePeerId,
  SansfilError,
  searchKey,
  type Direction,
  type HistoryQuery,
  type MessageCounts,
  type MessageId,
  type MessageState,
  type MessageStore,
  type NewMessage,
  type OutboxEntry,
  type PeerId,
  type StoredMessage,
} from '../../core/index.js';
import type { Connection, Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { bytesOf, idOf, integerOf, oneOf, textOf } from './rows.js';

const DIRECTIONS: readonly Direction[] = ['out', 'in'];
const STATES: readonly MessageState[] = ['queued', 'sent', 'delivered', 'read', 'received'];

const APPEND = `
  INSERT INTO messages (peer, direction, id, text, search_key, created_ms, stored_ms, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const ENQUEUE = 'INSERT INTO outbox (peer, id, content) VALUES (?, ?, ?)';
const ENQUEUE_IF_ROOM = `
  INSERT INTO outbox (peer, id, content) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE peer = ? LIMIT 1 OFFSET ?)`;
/** Many ids as one value: a JSON list. */
const IDS = 'IN (SELECT value FROM json_each(?))';
const MARK_READ = `UPDATE messages SET state = 'read' WHERE peer = ? AND direction = 'in' AND state = 'received' AND id ${IDS}`;
const MARK_SENT = `UPDATE messages SET state = 'sent' WHERE state = 'queued' AND direction = 'out' AND id ${IDS} RETURNING id`;
const DELIVERED = `UPDATE messages SET state = 'delivered' WHERE peer = ? AND direction = 'out' AND state IN ('queued', 'sent') AND id ${IDS} RETURNING id`;
const READ = `UPDATE messages SET state = 'read' WHERE peer = ? AND direction = 'out' AND state IN ('queued', 'sent', 'delivered') AND id ${IDS} RETURNING id`;
const COUNTS = `
  SELECT peer, SUM(waiting) AS waiting, SUM(unread) AS unread FROM (
    SELECT peer, 0 AS waiting, COUNT(*) AS unread FROM messages WHERE state = 'received' GROUP BY peer
    UNION ALL
    SELECT outbox.peer, COUNT(*), 0 FROM outbox JOIN messages
      ON messages.peer = outbox.peer AND messages.direction = 'out' AND messages.id = outbox.id AND messages.state IN ('queued', 'sent')
      GROUP BY outbox.peer
  ) GROUP BY peer`;

export class SqliteMessageStore implements MessageStore {
  constructor(private readonly writer: GroupCommit) {}

  queue(message: NewMessage, content: Uint8Array): Promise<StoredMessage> {
    return this.writer.submit(async (connection) => {
      const { peer, id } = message;
      const rows = await connection.run(ENQUEUE_IF_ROOM, peer, id, content, peer, OUTBOX_PER_PEER_MAX - 1);
      if (rows === 0) throw new SansfilError('OUTBOX_FULL');
      const row = await connection.get(`${APPEND} RETURNING position`, ...valuesOf(message, 'out', 'queued'));
      return { ...message, position: integerOf(row ?? {}, 'position'), direction: 'out', state: 'queued' };
    });
  }

  markRead(peer: PeerId, ids: readonly MessageId[], receipt: { readonly id: MessageId; readonly content: Uint8Array }): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run(MARK_READ, peer, JSON.stringify(ids));
      await connection.run(ENQUEUE, peer, receipt.id, receipt.content);
    });
  }

  outbox(peer: PeerId, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    return this.writer.read(async (connection) => {
      const sql = 'SELECT * FROM outbox WHERE peer = ? AND position > ? ORDER BY position LIMIT ?';
      return (await connection.all(sql, peer, after, limit)).map(entryOf);
    });
  }

  outboxPeers(): Promise<readonly PeerId[]> {
    return this.writer.read(async (connection) => {
      return (await connection.all('SELECT DISTINCT peer FROM outbox')).map((row) => idOf(row, 'peer', parsePeerId));
    });
  }

  markSent(ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    return this.writer.submit(async (connection) => changed(ids, await connection.all(MARK_SENT, JSON.stringify(ids))));
  }

  acknowledged(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    return this.writer.submit(async (connection) => {
      await connection.run(`DELETE FROM outbox WHERE peer = ? AND id ${IDS}`, peer, JSON.stringify(ids));
      return changed(ids, await connection.all(DELIVERED, peer, JSON.stringify(ids)));
    });
  }

  receive(messages: readonly NewMessage[]): Promise<readonly ('new' | 'duplicate')[]> {
    return this.writer.submit(async (connection) => {
      const answers: ('new' | 'duplicate')[] = [];
      for (const message of messages) answers.push(await append(connection, message));
      return answers;
    });
  }

  receiveReceipt(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    return this.writer.submit(async (connection) => changed(ids, await connection.all(READ, peer, JSON.stringify(ids))));
  }

  get(id: MessageId, peer: PeerId, direction: Direction): Promise<StoredMessage | undefined> {
    return this.writer.read(async (connection) => {
      const row = await connection.get('SELECT * FROM messages WHERE peer = ? AND direction = ? AND id = ?', peer, direction, id);
      return row && messageOf(row);
    });
  }

  history({ peer, search, before, limit }: HistoryQuery): Promise<readonly StoredMessage[]> {
    return this.writer.read(async (connection) => {
      // `instr` compares whole texts, so nothing in what is looked for can be a wildcard.
      const sql = 'SELECT * FROM messages WHERE peer = ? AND position < ? AND instr(search_key, ?) > 0 ORDER BY position DESC LIMIT ?';
      const rows = await connection.all(sql, peer, before ?? Number.MAX_SAFE_INTEGER, searchKey(search ?? ''), limit);
      return rows.map(messageOf).reverse();
    });
  }

  unread(peer: PeerId): Promise<readonly StoredMessage[]> {
    return this.writer.read(async (connection) => {
      return (await connection.all(`SELECT * FROM messages WHERE peer = ? AND state = 'received' ORDER BY position`, peer)).map(messageOf);
    });
  }

  counts(): Promise<readonly MessageCounts[]> {
    return this.writer.read(async (connection) =>
      (await connection.all(COUNTS)).map((row) => ({
        peer: idOf(row, 'peer', parsePeerId),
        waiting: integerOf(row, 'waiting'),
        unread: integerOf(row, 'unread'),
      })),
    );
  }

  forget(peer: PeerId): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run('DELETE FROM outbox WHERE peer = ?', peer);
    });
  }
}

async function append(connection: Connection, message: NewMessage): Promise<'new' | 'duplicate'> {
  const rows = await connection.run(`${APPEND} ON CONFLICT (peer, direction, id) DO NOTHING`, ...valuesOf(message, 'in', 'received'));
  return rows === 1 ? 'new' : 'duplicate';
}

const valuesOf = ({ peer, id, text, createdMs, storedMs }: NewMessage, direction: Direction, state: MessageState) =>
  [peer, direction, id, text, searchKey(text), createdMs, storedMs, state] as const;

/** In the order they were asked for: that of RETURNING is any. */
function changed(ids: readonly MessageId[], rows: readonly Row[]): readonly MessageId[] {
  const found = new Set(rows.map((row) => textOf(row, 'id')));
  return ids.filter((id) => found.delete(id));
}

function messageOf(row: Row): StoredMessage {
  return {
    position: integerOf(row, 'position'),
    id: idOf(row, 'id', parseMessageId),
    peer: idOf(row, 'peer', parsePeerId),
    direction: oneOf(row, 'direction', DIRECTIONS),
    text: textOf(row, 'text'),
    createdMs: integerOf(row, 'created_ms'),
    storedMs: integerOf(row, 'stored_ms'),
    state: oneOf(row, 'state', STATES),
  };
}

function entryOf(row: Row): OutboxEntry {
  return {
    position: integerOf(row, 'position'),
    id: idOf(row, 'id', parseMessageId),
    peer: idOf(row, 'peer', parsePeerId),
    content: bytesOf(row, 'content'),
  };
}
