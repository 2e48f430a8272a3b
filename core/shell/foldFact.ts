import type { DomainEvent } from '../events/domainEvents.js';
import type { View } from './View.js';

/** The view after a fact, as far as the fact tells; the same one when nothing changed. `nowMs`: wall clock, ms since 1970. */
export function foldFact(view: View, _event: DomainEvent, _nowMs: number): View {
  return view;
}
