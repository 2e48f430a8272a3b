import {
  createActor,
  fromPromise,
  initialTransition,
  transition,
  type AnyActor,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
} from 'xstate';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { drain } from '../support/drain.js';
import type { MachinePath } from './machinePaths.js';

/** How things stand after a step, and what the step asked for. */
interface Standing {
  readonly state: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly output: unknown;
  /** Asks that are open. */
  readonly asks: readonly string[];
  readonly timers: number;
  readonly effects: readonly unknown[];
}

interface Deadline {
  readonly event: string;
  readonly dueMs: number;
}

/** The machine as a pure function: effects, timers and asks are data. */
class PureRun {
  readonly #deadlines = new Map<string, Deadline>();
  #snapshot!: AnyMachineSnapshot;
  #effects: readonly unknown[] = [];

  constructor(
    private readonly machine: AnyStateMachine,
    input: unknown,
  ) {
    this.#become(initialTransition(machine, input), 0);
  }

  /** When that deadline passes, if no other one passes before. */
  nextDue(event: string): number | undefined {
    const [first] = [...this.#deadlines.values()].sort((a, b) => a.dueMs - b.dueMs);
    return first?.event === event ? first.dueMs : undefined;
  }

  send(event: AnyEventObject, nowMs: number, isDue: boolean): void {
    if (isDue) this.#deadlines.delete([...this.#deadlines].find(([, deadline]) => deadline.event === event.type)?.[0] ?? '');
    this.#become(transition(this.machine, this.#snapshot, event), nowMs);
  }

  standing(): Standing {
    return standingOf(this.#snapshot, this.#deadlines.size, this.#effects);
  }

  #become([snapshot, actions]: readonly [AnyMachineSnapshot, readonly { readonly type: string; readonly params?: unknown }[]], nowMs: number): void {
    this.#snapshot = snapshot;
    this.#effects = actions.filter(({ type }) => !type.startsWith('xstate.')).map(({ type, params }) => [type, params]);
    for (const { type, params } of actions) {
      if (type === 'xstate.raise') {
        const { id, delay, event } = params as { readonly id: string; readonly delay: number; readonly event: AnyEventObject };
        this.#deadlines.set(id, { event: event.type, dueMs: nowMs + delay });
      }
      if (type === 'xstate.cancel') this.#deadlines.delete((params as { readonly sendId: string }).sendId);
    }
  }
}

interface OpenAsk {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The machine as an actor on a clock, with effects that are only written down and asks that a path answers. */
class RealRun {
  readonly clock = new VirtualClock();
  readonly #asks = new Map<string, OpenAsk>();
  readonly #actor: AnyActor;
  #effects: unknown[] = [];

  constructor(machine: AnyStateMachine, input: unknown) {
    const { actions, actors } = machine.implementations as { readonly actions: object; readonly actors: object };
    const isAssign = (action: unknown): boolean => typeof action === 'function' && 'resolve' in action;
    const effects = Object.entries(actions)
      .filter(([, action]) => !isAssign(action))
      .map(([name]) => [name, (_: unknown, params: unknown) => void this.#effects.push([name, params])] as const);
    const ask = fromPromise<unknown>(({ self }) => new Promise((resolve, reject) => void this.#asks.set(self.id, { resolve, reject })));
    const provided = { actions: Object.fromEntries(effects), actors: Object.fromEntries(Object.keys(actors).map((name) => [name, ask])) };
    this.#actor = createActor(machine.provide(provided as never), { input, clock: this.clock });
    this.#actor.start();
  }

  async hear(event: AnyEventObject, isDue: boolean): Promise<void> {
    this.#effects = [];
    const ask = this.#asks.get(String(event['actorId']));
    if (isDue) this.clock.step();
    else if (event.type.startsWith('xstate.done.')) ask?.resolve(event['output']);
    else if (event.type.startsWith('xstate.error.')) ask?.reject(event['error']);
    else this.#actor.send(event);
    await drain();
  }

  standing(): Standing {
    return standingOf(this.#actor.getSnapshot() as AnyMachineSnapshot, this.clock.pending, this.#effects);
  }

  stop(): void {
    this.#actor.stop();
  }
}

function standingOf({ value, context, status, output, children }: AnyMachineSnapshot, timers: number, effects: readonly unknown[]): Standing {
  return { state: value, context: context as unknown, status, output: output as unknown, asks: Object.keys(children as object), timers, effects };
}

export interface Replayed {
  readonly pure: readonly Standing[];
  readonly real: readonly Standing[];
  /** Deadlines that passed by the clock; the others are said to the actor before their time. */
  readonly byClock: number;
  /** Timers of the actor after it was stopped. */
  readonly left: number;
}

/** Both ways through the same path, standing by standing. */
export async function replay(machine: AnyStateMachine, { input, events }: MachinePath): Promise<Replayed> {
  const [pure, real] = [new PureRun(machine, input), new RealRun(machine, input)];
  const [pureSeen, realSeen] = [[pure.standing()], [real.standing()]];
  let byClock = 0;
  for (const event of events) {
    const dueMs = pure.nextDue(event.type);
    await real.hear(event, dueMs !== undefined);
    pure.send(event, real.clock.monotonic(), dueMs !== undefined);
    if (dueMs !== undefined) byClock++;
    pureSeen.push(pure.standing());
    realSeen.push(real.standing());
  }
  real.stop();
  return { pure: pureSeen, real: realSeen, byClock, left: real.clock.pending };
}
