import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** One way out of a state, or an event that a state decides to stay with. */
export interface TransitionShape {
  /** The event, a wildcard such as `frame.*`, or for XState's own: `after NAME`, `done ID`, `error ID`, `always`. */
  readonly trigger: string;
  readonly own: boolean;
  /** Ids of the states it leads to; empty when it stays. */
  readonly targets: readonly string[];
  readonly guard?: string;
  readonly actions: readonly ActionShape[];
}

/** `inline`: a function written into the machine instead of a named effect. */
export interface ActionShape {
  readonly name: string;
  readonly inline: boolean;
}

export interface InvokeShape {
  readonly id: string;
  readonly hasOwnId: boolean;
  readonly hasDone: boolean;
  readonly hasError: boolean;
}

export interface StateShape {
  /** Keys from below the root joined with `.`; the root is ''. */
  readonly id: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly parent?: string;
  /** Ids entered with it. */
  readonly initial: readonly string[];
  readonly entry: readonly ActionShape[];
  readonly exit: readonly ActionShape[];
  readonly transitions: readonly TransitionShape[];
  readonly invokes: readonly InvokeShape[];
  readonly delays: readonly string[];
  readonly hasOutput: boolean;
}

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => (typeof value === 'object' || typeof value === 'function') && value !== null;

export const idOf = (node: AnyStateNode): string => node.path.join('.');

function actionShape(action: unknown): ActionShape {
  if (typeof action === 'string') return { name: action, inline: false };
  const type = isRaw(action) ? action['type'] : undefined;
  if (typeof type === 'string') return { name: type.replace(/^xstate\./, ''), inline: false };
  return { name: 'inline', inline: true };
}

export function guardName(guard: unknown): string | undefined {
  if (guard === undefined) return undefined;
  if (typeof guard === 'string') return guard;
  if (isRaw(guard) && typeof guard['type'] === 'string') return guard['type'];
  // A guard written in place is called after its property.
  return typeof guard === 'function' && guard.name !== '' && guard.name !== 'guard' ? guard.name : 'if';
}

/** XState's own event names contain state paths; here they become what a reader says. */
export function triggerOf(eventType: string): { readonly trigger: string; readonly own: boolean } {
  if (eventType === '') return { trigger: 'always', own: true };
  const after = /^xstate\.after\.(.+?)\.[^.]+(?:\.[^.]+)*$/.exec(eventType);
  if (after) return { trigger: `after ${after[1] ?? ''}`, own: true };
  const actor = /^xstate\.(done|error|snapshot)\.(?:actor\.|state\.)?(.+)$/.exec(eventType);
  if (actor) return { trigger: `${actor[1] ?? ''} ${actor[2] ?? ''}`, own: true };
  return { trigger: eventType, own: false };
}

function transitionsOf(node: AnyStateNode): readonly TransitionShape[] {
  const listed = [...node.transitions].flatMap(([eventType, all]) => all.map((transition) => ({ eventType, transition })));
  const always = (node.always ?? []).map((transition) => ({ eventType: '', transition }));
  return [...listed, ...always].map(({ eventType, transition }) => {
    const guard = guardName(transition.guard);
    return {
      ...triggerOf(eventType),
      targets: (transition.target ?? []).map((target) => idOf(target as AnyStateNode)),
      ...(guard === undefined ? {} : { guard }),
      actions: transition.actions.map(actionShape),
    };
  });
}

function invokesOf(node: AnyStateNode): readonly InvokeShape[] {
  const config: unknown = node.config.invoke;
  const configs = config === undefined ? [] : Array.isArray(config) ? (config as readonly unknown[]) : [config];
  return configs.map((each, index) => {
    const raw = isRaw(each) ? each : {};
    return { id: String(node.invoke[index]?.id), hasOwnId: 'id' in raw, hasDone: 'onDone' in raw, hasError: 'onError' in raw };
  });
}

function stateShape(node: AnyStateNode, machine: AnyStateMachine): StateShape {
  const children = Object.values(node.states) as readonly AnyStateNode[];
  const initial = node.type === 'compound' ? node.initial.target.map((target) => idOf(target)) : node.type === 'parallel' ? children.map(idOf) : [];
  const output: unknown = node === machine.root ? machine.config.output : node.output;
  return {
    id: idOf(node),
    kind: node.type,
    ...(node.parent ? { parent: idOf(node.parent) } : {}),
    initial,
    entry: node.entry.filter((action) => !isTimer(action)).map(actionShape),
    exit: node.exit.filter((action) => !isTimer(action)).map(actionShape),
    transitions: transitionsOf(node),
    invokes: invokesOf(node),
    delays: Object.keys((node.config.after as object | undefined) ?? {}),
    hasOutput: output !== undefined,
  };
}

/** `after` is carried out by a raise on entry and a cancel on exit, which are nobody's effects. */
function isTimer(action: unknown): boolean {
  const type = actionShape(action).name;
  return type === 'raise' || type === 'cancel';
}

/** Every state of a machine as plain data, parents before their children. */
export function statesOf(machine: AnyStateMachine): readonly StateShape[] {
  const visit = (node: AnyStateNode): readonly StateShape[] => [
    stateShape(node, machine),
    ...(Object.values(node.states) as readonly AnyStateNode[]).flatMap(visit),
  ];
  return visit(machine.root as AnyStateNode);
}

export const isLeaf = ({ kind }: StateShape): boolean => kind === 'atomic';
export const isInert = ({ targets, actions }: TransitionShape): boolean => targets.length === 0 && actions.length === 0;
