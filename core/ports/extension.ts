import type { Observable } from 'rxjs';
import type { Commands } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { token } from './token.js';

/** A part of a plugin with a life of its own. Its constructor only stores; `start` acts. */
export interface Extension extends AsyncDisposable {
  start(): void | Promise<void>;
}

export const EXTENSION = token<Extension>('extension');
/** The facts of this device, isolated for the plugin that asks: what its subscribers throw hits nobody else. */
export const EVENTS = token<Observable<DomainEvent>>('events');
export const COMMANDS = token<Commands>('commands');
