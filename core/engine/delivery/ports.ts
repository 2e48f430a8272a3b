import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Random } from '../../ports/random.js';
import type { MessageStore } from '../../ports/stores.js';
import type { Census } from '../Census.js';
import type { Facts, Sessions } from '../contracts.js';

export interface DeliveryPorts {
  readonly store: MessageStore;
  readonly sessions: Sessions;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly random: Random;
  readonly census: Census;
  readonly logger: Logger;
}
