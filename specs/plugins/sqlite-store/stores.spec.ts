import { describe } from '@jest/globals';
import { StoreDatabase } from '../../../plugins/sqlite-store/StoreDatabase.js';
import { storesContract } from '../../contracts/stores.contract.js';
import { dataFolder, MemoryLogger } from '../../support/dataFolder.js';

describe('the stores in SQLite', () => {
  storesContract(async () => {
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
  });
});
