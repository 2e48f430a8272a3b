import { describe } from '@jest/globals';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { storesContract } from '../contracts/stores.contract.js';

describe('the stores of the simulation', () => {
  storesContract(() => {
    const stores = new MemoryStores();
    return Promise.resolve({ stores, restart: () => Promise.resolve(stores), close: () => Promise.resolve() });
  });
});
