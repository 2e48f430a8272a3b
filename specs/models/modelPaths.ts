import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { createTestModel, type TestPath } from 'xstate/graph';
import { share } from './coverageTable.js';
import { allDecisions, allStates } from './machineDecisions.js';
import { Recorder } from './machinePaths.js';

export type ModelPath = TestPath<AnyMachineSnapshot, AnyEventObject>;

/** A guard that says no is something that cannot happen; what a state hears and stays with is something that can. */
const possible = (model: AnyStateMachine) => (snapshot: AnyMachineSnapshot) =>
  (model.events as readonly string[]).flatMap((type): AnyEventObject[] => (model.getTransitionData(snapshot, { type }).length > 0 ? [{ type }] : []));

const standing = (snapshot: AnyMachineSnapshot): string => JSON.stringify([snapshot.value as unknown, snapshot.context as unknown]);

/** Every situation of the model, entered over every edge that leads to it, each on a shortest path. */
export function shortestPaths(model: AnyStateMachine): readonly ModelPath[] {
  const serializeState = (state: AnyMachineSnapshot, event?: AnyEventObject, before?: AnyMachineSnapshot): string =>
    event && before ? `${standing(state)} by ${event.type} from ${standing(before)}` : standing(state);
  return createTestModel(model).getShortestPaths({ serializeState, events: possible(model) }) as ModelPath[];
}

/** Every path that comes to no situation twice, by those events only. */
export function simplePaths(model: AnyStateMachine, events: readonly string[]): readonly ModelPath[] {
  const filterEvents = (_: AnyMachineSnapshot, { type }: AnyEventObject): boolean => events.includes(type);
  return createTestModel(model).getSimplePaths({ serializeState: standing, events: possible(model), filterEvents }) as ModelPath[];
}

/** What those paths take and pass of the model; the root state itself is no state to pass. */
export function coverageOf(model: AnyStateMachine, paths: readonly ModelPath[]) {
  const recorder = new Recorder(model, undefined);
  recorder.begin();
  for (const { steps } of paths) {
    steps.slice(1).forEach(({ event }, index) => recorder.take(steps[index]!.state, event));
  }
  const [states, decisions] = [allStates(model), allDecisions(model, model.events)];
  return {
    unvisited: [...states].filter((state) => !recorder.visited.has(state)),
    untaken: [...decisions].filter((decision) => !recorder.taken.has(decision)),
    row: (name: string): readonly (string | number)[] => [
      name,
      share(recorder.visited.size, states.size),
      share([...decisions].filter((decision) => recorder.taken.has(decision)).length, decisions.size),
      paths.length,
      paths.reduce((sum, { steps }) => sum + steps.length - 1, 0),
    ],
  };
}

export const MODEL_HEADING = ['model', 'states', 'decisions', 'paths', 'steps'] as const;
