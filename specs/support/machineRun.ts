import { createActor, type AnyActorRef, type AnyStateMachine, type InputFrom, type SnapshotFrom } from 'xstate';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';

export interface MachineRun<M extends AnyStateMachine> {
  readonly clock: VirtualClock;
  /** Names of the effects that were asked for, in order, with their parameters if they have some. */
  readonly effects: readonly unknown[];
  readonly actor: AnyActorRef;
  state(): SnapshotFrom<M>;
}

/** Runs a machine whose named effects are only written down. Asks must be provided before. */
export function runMachine<M extends AnyStateMachine>(machine: M, names: readonly string[], input?: InputFrom<M>): MachineRun<M> {
  const clock = new VirtualClock();
  const effects: unknown[] = [];
  const actions = Object.fromEntries(names.map((name) => [name, (_: unknown, params: unknown) => effects.push(params === undefined ? name : [name, params])]));
  const actor = createActor(machine.provide({ actions } as never), { clock, input } as never) as unknown as AnyActorRef;
  actor.start?.();
  return { clock, effects, actor, state: () => actor.getSnapshot() as SnapshotFrom<M> };
}
