import { createActor, getInitialMicrosteps, type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { SansfilError } from '../../core/base/errors.js';
import { idOf } from '../architecture/machineShape.js';
import { decisionsOf } from './machineDecisions.js';
import type { MachineSamples } from './machineSamples.js';

/** Events from the beginning of a machine, of the shortest kind that shows something no other path shows. */
export interface MachinePath {
  readonly input: unknown;
  readonly events: readonly AnyEventObject[];
}

export interface Exploration {
  readonly paths: readonly MachinePath[];
  /** Names of the decisions that some path takes. */
  readonly taken: ReadonlySet<string>;
  /** Ids of the states that some path passes. */
  readonly visited: ReadonlySet<string>;
  /** State and context together: how many were looked at. */
  readonly situations: number;
}

/** More than this is a counter nobody bounded. */
const SITUATIONS_MAX = 20_000;

const DONE = 'xstate.done.actor.';
const FAILED = 'xstate.error.actor.';

/** What may come next: all that can be said to the machine, and the answers and deadlines of what is active. */
function eventsIn({ events, answers, failures = [] }: MachineSamples, snapshot: AnyMachineSnapshot): readonly AnyEventObject[] {
  const own = new Set(snapshot._nodes.flatMap(({ transitions }) => [...transitions.keys()].filter((type) => type.startsWith('xstate.'))));
  const answersTo = (type: string): readonly AnyEventObject[] => {
    if (type.startsWith(DONE)) {
      const actorId = type.slice(DONE.length);
      return (answers?.[actorId]?.(snapshot.context as never) ?? [undefined]).map((output) => ({ type, output, actorId }));
    }
    if (type.startsWith(FAILED)) return failures.map((code) => ({ type, error: new SansfilError(code), actorId: type.slice(FAILED.length) }));
    return [{ type }];
  };
  return [...events, ...[...own].flatMap(answersTo)];
}

type Scope = Parameters<AnyStateMachine['transition']>[2];

/** Runs single transitions without carrying anything out, and tells which decisions each of them took. */
export class Recorder {
  readonly taken = new Set<string>();
  readonly visited = new Set<string>();
  readonly #scope: Scope;
  #active: readonly AnyStateNode[] = [];

  constructor(
    private readonly machine: AnyStateMachine,
    private readonly input: unknown,
  ) {
    const actor = createActor(machine, { input });
    actor.system.inspect({
      next: (step) => {
        if (step.type !== '@xstate.microstep') return;
        const snapshot = step.snapshot as AnyMachineSnapshot;
        for (const transition of step._transitions) {
          for (const decision of decisionsOf(this.#active, transition, step.event.type)) this.taken.add(decision);
        }
        this.#pass(snapshot);
      },
    });
    const nothing = (): void => undefined;
    this.#scope = {
      self: actor,
      id: actor.id,
      sessionId: actor.sessionId,
      system: actor.system,
      logger: nothing,
      defer: nothing,
      emit: nothing,
      stopChild: nothing,
      actionExecutor: nothing,
    };
  }

  begin(): void {
    this.machine.getInitialSnapshot(this.#scope, this.input);
    // Where it stands first is no step that an inspector hears of.
    for (const [snapshot] of getInitialMicrosteps(this.machine, this.input)) this.#pass(snapshot as AnyMachineSnapshot);
  }

  take(snapshot: AnyMachineSnapshot, event: AnyEventObject): void {
    this.#active = snapshot._nodes;
    this.machine.transition(snapshot, event, this.#scope);
  }

  /** As a number that grows with every discovery. */
  get discoveries(): number {
    return this.taken.size + this.visited.size;
  }

  #pass(snapshot: AnyMachineSnapshot): void {
    this.#active = snapshot._nodes;
    for (const node of snapshot._nodes) if (node.parent) this.visited.add(idOf(node));
  }
}

const isPrefix = (short: MachinePath, long: MachinePath): boolean =>
  short !== long &&
  short.input === long.input &&
  short.events.length <= long.events.length &&
  short.events.every((event, index) => event === long.events[index]);

/** Every situation by its shortest path, and from each of them whatever shows something new. */
export function explore(machine: AnyStateMachine, samples: MachineSamples, inputs: readonly unknown[]): Exploration {
  const found: MachinePath[] = [];
  const taken = new Set<string>();
  const visited = new Set<string>();
  let situations = 0;
  for (const input of inputs) {
    const recorder = new Recorder(machine, input);
    recorder.begin();
    // The graph would go on past the end: XState's actors refuse events there, its pure function does not.
    const isEnd = ({ status, context }: AnyMachineSnapshot): boolean => status !== 'active' || (samples.isFar?.(context as never) ?? false);
    const reached = getShortestPaths(machine, { input, events: (snapshot) => [...eventsIn(samples, snapshot)], stopWhen: isEnd, limit: SITUATIONS_MAX });
    situations += reached.length;
    found.push({ input, events: [] });
    for (const { state, steps } of reached) {
      const snapshot = state as AnyMachineSnapshot;
      if (isEnd(snapshot)) continue;
      const events = steps.slice(1).map(({ event }) => event as AnyEventObject);
      for (const event of eventsIn(samples, snapshot)) {
        const before = recorder.discoveries;
        recorder.take(snapshot, event);
        if (recorder.discoveries > before) found.push({ input, events: [...events, event] });
      }
    }
    for (const each of recorder.taken) taken.add(each);
    for (const each of recorder.visited) visited.add(each);
  }
  return { paths: found.filter((path) => !found.some((other) => isPrefix(path, other))), taken, visited, situations };
}
