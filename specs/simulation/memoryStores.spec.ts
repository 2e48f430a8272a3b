import { describe } from '@jest/globals';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { sharesContract } from '../contracts/shares.contract.js';
import { storesContract } from '../contracts/stores.contract.js';

describe('the stores of the simulation', () => {
  storesContract(() => {
    const stores = new MemoryStores();
    return Promise.resolve({ stores, restart: () => Promise.resolve(stores), close: () => Promise.resolve() });
  });
  sharesContract(() => {
    const { shares } = new MemoryStores();
    return Promise.resolve({ shares, restart: () => Promise.resolve(shares), close: () => Promise.resolve() });
  });
});
