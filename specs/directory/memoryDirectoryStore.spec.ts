import { MemoryDirectoryStore } from '../../core/directory/MemoryDirectoryStore.js';
import { directoryStoreContract } from '../contracts/directoryStore.contract.js';

directoryStoreContract('memory', () => Promise.resolve({ store: new MemoryDirectoryStore(), close: () => Promise.resolve() }));
