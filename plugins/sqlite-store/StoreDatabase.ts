import { type Logger, token } from '../../core/index.js';
import { GroupCommit } from './GroupCommit.js';
import { SqliteContactStore } from './SqliteContactStore.js';
import { SqliteMessageStore } from './SqliteMessageStore.js';
import { SqliteSettingsStore } from './SqliteSettingsStore.js';
import { SqliteShareStore } from './SqliteShareStore.js';
import { openStoreFile } from './storeFile.js';
import { SqliteTransferStore } from './SqliteTransferStore.js';

/** The five stores of one device in one database, behind one writer. */
export class StoreDatabase implements AsyncDisposable {
  readonly settings: SqliteSettingsStore;
  readonly contacts: SqliteContactStore;
  readonly messages: SqliteMessageStore;
  readonly transfers: SqliteTransferStore;
  readonly shares: SqliteShareStore;

  private constructor(readonly writer: GroupCommit) {
    this.settings = new SqliteSettingsStore(writer);
    this.contacts = new SqliteContactStore(writer);
    this.messages = new SqliteMessageStore(writer);
    this.transfers = new SqliteTransferStore(writer);
    this.shares = new SqliteShareStore(writer);
  }

  /** @throws SansfilError DATA_IN_USE | STORE_CORRUPT | STORE_TOO_NEW | DATA_UNWRITABLE | DISK_FULL | STORE_FAILED */
  static async open(folder: string, logger: Logger): Promise<StoreDatabase> {
    return new StoreDatabase(new GroupCommit(await openStoreFile(folder), logger));
  }

  /** Writes what was asked for before, then closes; what is asked for later is refused with STOPPED. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.writer.close();
  }
}

/** Known inside this plugin only. */
export const STORE_DATABASE = token<StoreDatabase>('sqlite-store/database');
