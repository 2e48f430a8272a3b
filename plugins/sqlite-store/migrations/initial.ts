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
    addresses TEXT NOT NULL,
    trust_bytes INTEGER,
    trust_into TEXT
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
    created_ms INTEGER NOT NULL,
    code TEXT,
    item INTEGER,
    into_folder TEXT,
    file_key BLOB CHECK (length(file_key) = 32),
    held_here INTEGER NOT NULL CHECK (held_here IN (0, 1)),
    held_there INTEGER NOT NULL CHECK (held_there IN (0, 1))
  ) STRICT;

  /* Large and written once, apart from what changes often. paths: those of a sender, '[]' otherwise. */
  CREATE TABLE transfer_manifests (
    transfer TEXT PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE,
    manifest BLOB NOT NULL,
    roots BLOB,
    items INTEGER NOT NULL,
    paths TEXT NOT NULL
  ) STRICT;

  CREATE TABLE transfer_chunks (
    transfer TEXT PRIMARY KEY REFERENCES transfers (id) ON DELETE CASCADE,
    chunks BLOB NOT NULL
  ) STRICT;

  CREATE TABLE transfer_hashes (
    transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    item INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (transfer, item)
  ) STRICT;

  /* Final paths of received items, one row for those that were finished together: a JSON list of [item, path]. */
  CREATE TABLE transfer_finished (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    paths TEXT NOT NULL
  ) STRICT;
  CREATE INDEX transfer_finished_of ON transfer_finished (transfer, position);

  CREATE TABLE shares (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    folder INTEGER NOT NULL CHECK (folder IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('hashing', 'ready', 'failed')),
    scan INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    code TEXT
  ) STRICT;

  CREATE TABLE share_items (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    share TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    scan INTEGER NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    mode INTEGER NOT NULL,
    code TEXT,
    root BLOB,
    hashes BLOB NOT NULL DEFAULT x'',
    UNIQUE (share, name)
  ) STRICT;
  CREATE INDEX share_items_hashed ON share_items (share, position) WHERE root IS NOT NULL;
  CREATE INDEX share_items_waiting ON share_items (share, position) WHERE root IS NULL AND code IS NULL;
  CREATE INDEX share_items_refused ON share_items (share, position) WHERE code IS NOT NULL;
  CREATE INDEX share_items_by_root ON share_items (root) WHERE root IS NOT NULL;
`;
