import type { NodePorts } from '../engine/nodePorts.js';
import type { Command } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Directory } from '../ports/directory.js';
import type { FileCipher } from '../ports/fileCipher.js';
import type { Primitives } from '../ports/primitives.js';
import type { Signer, Verifier } from '../ports/signer.js';
import type { Transport } from '../ports/transport.js';
import type { MemoryFile } from './memoryFiles.js';
import type { Rng } from './Rng.js';
import type { VirtualClock } from './VirtualClock.js';
import type { Wiretap } from './Wiretap.js';

/** What a device is and computes with. */
export interface DeviceCrypto {
  readonly primitives: Primitives;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly cipher: FileCipher;
  /** What a device does otherwise than an honest one; nothing when absent. */
  readonly twist?: (ports: NodePorts) => NodePorts;
}

/** `D`: what the world sees of a device. */
export interface SimulatedDeviceParts<D> {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly crypto: DeviceCrypto;
  readonly wiretap: Wiretap;
  readonly suites: readonly number[] | undefined;
  readonly transport: () => Transport;
  readonly directory: () => Directory;
  readonly onFact: (device: D, fact: DomainEvent) => void;
  readonly onAsk: (device: D, command: Command) => void;
  readonly onRefused: (device: D, command: Command) => void;
  readonly onCommand: (device: D, what: string) => void;
  /** A file that may be sent, by the name it has for the receiver. */
  readonly onFile: (name: string, file: MemoryFile) => void;
  readonly onBug: (what: string) => void;
  /** Lets the world's time pass until the promise has settled. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
}
