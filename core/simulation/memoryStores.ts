import { MemoryContactStore } from './stores/MemoryContactStore.js';
import { MemoryMessageStore } from './stores/MemoryMessageStore.js';
import { MemorySettingsStore } from './stores/MemorySettingsStore.js';
import { MemoryTransferStore } from './stores/MemoryTransferStore.js';

/**
 * The stores of one device without a disk. What a promise has said is kept for as long as the object lives, so a
 * device that is started again with the same stores finds what a database would have kept.
 */
export class MemoryStores {
  readonly settings = new MemorySettingsStore();
  readonly contacts = new MemoryContactStore();
  readonly messages = new MemoryMessageStore();
  readonly transfers = new MemoryTransferStore();
}
