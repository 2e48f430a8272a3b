import type { AnyActorRef } from 'xstate';
import { SansfilError } from '../base/errors.js';

/** Who wants to know how an actor ended. */
export interface Bereaved {
  /** In a final state, or stopped. */
  readonly completed?: () => void;
  /** It died of something that its effects do not catch. */
  readonly failed: (error: SansfilError) => void;
}

/** The actors of one device: all of them start here, so that it can be said whether any outlived the device. */
export class Census {
  readonly #actors = new Set<AnyActorRef>();

  start(actor: AnyActorRef, { completed, failed }: Bereaved): void {
    this.#actors.add(actor);
    actor.subscribe({
      complete: () => {
        this.#bury(actor);
        completed?.();
      },
      error: (error: unknown) => {
        this.#bury(actor);
        failed(SansfilError.from(error));
      },
    });
    actor.start();
  }

  /** Those that have not ended, the ones they invoked included. */
  get count(): number {
    let count = 0;
    for (const actor of this.#actors) count += aliveIn(actor);
    return count;
  }

  /** One that dies of an error leaves the asks it made behind: they count as long as they run. */
  #bury(actor: AnyActorRef): void {
    if (aliveIn(actor) === 0) this.#actors.delete(actor);
  }
}

function aliveIn(actor: AnyActorRef): number {
  const { status, children = {} } = actor.getSnapshot() as { readonly status: string; readonly children?: Readonly<Record<string, AnyActorRef>> };
  return Object.values(children).reduce((count, child) => count + aliveIn(child), status === 'active' ? 1 : 0);
}
