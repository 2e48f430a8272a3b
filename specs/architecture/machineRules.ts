import type { AnyStateMachine } from 'xstate';
import type { CataloguedMachine } from './machineCatalogue.js';
import { isLeaf, statesOf, type StateShape, type TransitionShape } from './machineShape.js';

/** `frame.*` matches `frame.x` and `frame.x.y`; anything else only itself. */
function matches(trigger: string, event: string): boolean {
  return trigger === event || (trigger.endsWith('.*') && event.startsWith(trigger.slice(0, -1)));
}

/** The state itself, then its ancestors up to the root. */
function lineage(state: StateShape, all: ReadonlyMap<string, StateShape>): readonly StateShape[] {
  const parent = state.parent === undefined ? undefined : all.get(state.parent);
  return parent ? [state, ...lineage(parent, all)] : [state];
}

const byId = (states: readonly StateShape[]): ReadonlyMap<string, StateShape> => new Map(states.map((state) => [state.id, state]));
const named = (state: StateShape): string => (state.id === '' ? 'the root' : state.id);

/**
 * (state, event) pairs that neither the state nor an ancestor decides, and events that no list names. A pair decided
 * only under guards is undecided: when none of them holds, the event would vanish without a word.
 */
export function undecided({ machine, events }: CataloguedMachine): readonly string[] {
  const states = statesOf(machine);
  const all = byId(states);
  const pairs = states.filter(isLeaf).flatMap((state) => {
    const candidates = lineage(state, all).flatMap(({ transitions }) => transitions);
    return events.flatMap((event) => {
      const deciding = candidates.filter(({ trigger, own }) => !own && matches(trigger, event));
      if (deciding.some(({ guard }) => guard === undefined)) return [];
      return [`${state.id} × ${event}${deciding.length > 0 ? ' (decided only under guards)' : ''}`];
    });
  });
  const unknown = states.flatMap((state) =>
    state.transitions
      .filter(({ trigger, own }) => !own && !events.some((event) => matches(trigger, event)))
      .map(({ trigger }) => `${named(state)} hears ${trigger}, which no event list names`),
  );
  return [...pairs, ...new Set(unknown)];
}

const inlineActions = (state: StateShape): readonly string[] => {
  const actions = [...state.entry, ...state.exit, ...state.transitions.flatMap((transition: TransitionShape) => transition.actions)];
  return actions.some(({ inline }) => inline) ? [`${named(state)} has an inline action: name the effect in setup`] : [];
};

const isEnd = ({ kind, parent }: StateShape): boolean => kind === 'final' && parent === '';

/** How a machine is written down: named delays, invokes that decide how they end, effects by name, an output that tells several ends apart. */
export function malformed({ machine }: CataloguedMachine): readonly string[] {
  const states = statesOf(machine);
  const root = states[0];
  const delays = new Set(Object.keys(machine.implementations.delays as object));
  return states.flatMap((state) => [
    ...state.delays.filter((delay) => !delays.has(delay)).map((delay) => `${named(state)} waits for ${delay}: name the delay in setup`),
    ...state.invokes.filter(({ hasOwnId }) => !hasOwnId).map(({ id }) => `${named(state)} invokes ${id} without an id of its own`),
    ...state.invokes.filter(({ hasDone, hasError }) => !hasDone || !hasError).map(({ id }) => `${named(state)} does not decide how ${id} ends`),
    ...inlineActions(state),
    ...(isEnd(state) && states.filter(isEnd).length > 1 && !state.hasOutput && !root?.hasOutput ? [`${state.id} does not say which end it is`] : []),
    ...state.transitions.filter(({ trigger }) => trigger === '*').map(() => `${named(state)} hears *: name the events`),
  ]);
}

/** What a machine's own `setup` does when nobody provided the effect: null when it says so, else what it did instead. */
function whenUnprovided(run: () => unknown): string | null {
  try {
    const result = run();
    if (!(result instanceof Promise)) return 'it ran';
    return 'it ran asynchronously';
  } catch (error) {
    return error instanceof Error && error.message.includes('is not provided') ? null : `it threw ${String(error)}`;
  }
}

interface Logic {
  readonly config?: unknown;
}

/** Effects and asks of `setup` that do something instead of saying that they are not provided. */
export function impureDefaults(machine: AnyStateMachine): readonly string[] {
  const { actions, actors } = machine.implementations as { readonly actions: object; readonly actors: object };
  const effects = Object.entries(actions).flatMap(([name, action]: [string, unknown]) => (typeof action === 'function' ? [{ name, action }] : []));
  const plain = effects.filter(({ action }) => !('type' in action && String(action.type).startsWith('xstate.')));
  const asks = Object.entries(actors).flatMap(([name, logic]: [string, Logic]) => (typeof logic.config === 'function' ? [{ name, action: logic.config }] : []));
  return [...plain, ...asks].flatMap(({ name, action }) => {
    const did = whenUnprovided(() => (action as (args: object, params: object) => unknown)({}, {}));
    return did === null ? [] : [`${name}: ${did}`];
  });
}
