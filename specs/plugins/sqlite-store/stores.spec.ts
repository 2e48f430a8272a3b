import { describe } from '@jest/globals';
import { StoreDatabase } from '../../../plugins/sqlite-store/StoreDatabase.js';
import { sharesContract } from '../../contracts/shares.contract.js';
import { storesContract } from '../../contracts/stores.contract.js';
import { dataFolder, MemoryLogger } from '../../support/dataFolder.js';

async function opened(): Promise<{ readonly stores: StoreDatabase; restart(): Promise<StoreDatabase>; close(): Promise<void> }> {
  const folder = await dataFolder();
  const logger = new MemoryLogger();
  let database = await StoreDatabase.open(folder.path, logger);
  return {
    stores: database,
    restart: async () => {
      await database[Symbol.asyncDispose]();
      database = await StoreDatabase.open(folder.path, logger);
      return database;
    },
    close: async () => {
      await database[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('the stores in SQLite', () => {
  storesContract(opened);
  sharesContract(async () => {
    const { stores, restart, close } = await opened();
    return { shares: stores.shares, restart: async () => (await restart()).shares, close };
  });
});
