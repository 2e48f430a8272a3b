import { Connection } from '../Connection.js';
import { initial } from './initial.js';

/** In order; the first leads to version 1. One that was released is never changed: a new one follows it. */
export const MIGRATIONS: readonly string[] = [initial];

/** Each migration and its version number in one transaction: a crash leaves the old version or the new one. */
export async function migrate(connection: Connection, from: number, migrations = MIGRATIONS): Promise<void> {
  for (const [i, sql] of migrations.entries()) {
    if (i < from) continue;
    await connection.exec('BEGIN IMMEDIATE');
    try {
      await connection.exec(`${sql}; PRAGMA user_version = ${i + 1};`);
      await connection.exec('COMMIT');
    } catch (error) {
      await connection.rollBack();
      throw error;
    }
  }
}

/** Everything that makes up the schema, in a form two of which can be compared. */
export async function schemaOf(connection: Connection): Promise<string> {
  return JSON.stringify(await connection.all('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name'));
}

/** What `schemaOf` gives for an undamaged database of that version. */
export async function expectedSchema(version: number, migrations = MIGRATIONS): Promise<string> {
  const model = await Connection.open(':memory:', 'create');
  try {
    await migrate(model, 0, migrations.slice(0, version));
    return await schemaOf(model);
  } finally {
    await model.close();
  }
}
