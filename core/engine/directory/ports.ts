import type { PeerId } from '../../base/ids.js';
import type { Clock } from '../../ports/clock.js';
import type { Directory } from '../../ports/directory.js';
import type { Logger } from '../../ports/logger.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';
import type { Signer, Verifier } from '../../ports/signer.js';
import type { SettingsStore } from '../../ports/stores.js';
import type { Census } from '../Census.js';
import type { Facts } from '../contracts.js';
import type { People } from '../People.js';

export interface DirectoryAgentPorts {
  readonly directories: readonly Directory[];
  readonly url?: string;
  readonly settings: SettingsStore;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly primitives: Primitives;
  readonly people: People;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly random: Random;
  readonly census: Census;
  readonly logger: Logger;
  /** A friend may be dialled now. */
  readonly onReachable?: (peer: PeerId) => void;
}
