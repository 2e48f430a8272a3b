import type { PeerId } from '../base/ids.js';
import type { DomainEvent } from '../events/domainEvents.js';

/** What one command of the device answers whole. */
export type ViewPart = 'node' | 'account' | 'people' | 'transfers' | 'shares';
export const VIEW_PARTS: readonly ViewPart[] = ['node', 'account', 'people', 'transfers', 'shares'];

/** A part of the view, or the conversation with somebody. */
export type StalePart = ViewPart | { readonly conversation: PeerId };

/** What must be read again from the device, because the fact does not carry all that has changed. */
export function stalePartsOf(event: DomainEvent): readonly StalePart[] {
  return event.type === 'node.started' ? ['node'] : [];
}
