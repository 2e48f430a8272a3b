import { parseAccountName, type AccountRecord, type SettingsStore } from '../../core/index.js';
import type { GroupCommit } from './GroupCommit.js';
import { idOf, integerOf, textOf } from './rows.js';

export class SqliteSettingsStore implements SettingsStore {
  constructor(private readonly writer: GroupCommit) {}

  account(): Promise<AccountRecord | undefined> {
    return this.writer.read(async (connection) => {
      const row = await connection.get('SELECT name, directory FROM account');
      return row && { name: idOf(row, 'name', parseAccountName), directoryName: textOf(row, 'directory') };
    });
  }

  setAccount({ name, directoryName }: AccountRecord): Promise<void> {
    return this.writer.submit(async (connection) => {
      const sql = 'INSERT INTO account (one, name, directory) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, directory = excluded.directory';
      await connection.run(sql, name, directoryName);
    });
  }

  increment(counter: string): Promise<number> {
    return this.writer.submit(async (connection) => {
      const sql = 'INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value';
      return integerOf((await connection.get(sql, counter)) ?? {}, 'value');
    });
  }

  get(key: string): Promise<string | undefined> {
    return this.writer.read(async (connection) => {
      const row = await connection.get('SELECT value FROM settings WHERE key = ?', key);
      return row && textOf(row, 'value');
    });
  }

  set(key: string, value: string): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', key, value);
    });
  }
}
