/**
 * Version 1. Devices are named by PeerID everywhere: an account may come to have several.
 * `search_key` is what a search compares with, because LIKE folds ASCII only.
 */
export const initial = `
  PRAGMA application_id = 0x53464C31;

  CREATE TABLE account (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    directory TEXT NOT NULL
  ) STRICT;

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE contacts (
    peer TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('outgoing', 'incoming', 'friend')),
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    changed_to TEXT,
    addresses TEXT NOT NULL
  ) STRICT;

  CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    peer TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    search_key TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    stored_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'received')),
    UNIQUE (peer, direction, id)
  ) STRICT;
  CREATE INDEX messages_in_order ON messages (peer, position);
  CREATE INDEX messages_unread ON messages (peer, position) WHERE state = 'received';
  CREATE INDEX messages_queued ON messages (id) WHERE state = 'queued';

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    peer TEXT NOT NULL,
    id TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (peer, id)
  ) STRICT;
  CREATE INDEX outbox_in_order ON outbox (peer, position);

  CREATE TABLE transfers (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    peer TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    state TEXT NOT NULL CHECK (state IN ('offered', 'active', 'paused', 'done', 'declined', 'cancelled', 'failed')),
    manifest BLOB NOT NULL,
    paths TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    code TEXT
  ) STRICT;

  CREATE TABLE transfer_items (
    transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    item INTEGER NOT NULL,
    chunks BLOB NOT NULL DEFAULT x'',
    hashes BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (transfer, item)
  ) STRICT;
`;
