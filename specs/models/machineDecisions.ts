import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { guardName, idOf, triggerOf } from '../architecture/machineShape.js';

/*
 * What a machine has to decide: each state at rest, each event, each way its guards may send it. A decision is named by
 * the state that was active, whichever state around it wrote it down, because that is what a person can check.
 */

const childrenOf = (node: AnyStateNode): readonly AnyStateNode[] => Object.values(node.states);
const withDescendants = (node: AnyStateNode): readonly AnyStateNode[] => [node, ...childrenOf(node).flatMap(withDescendants)];
const named = (node: AnyStateNode): string => idOf(node) || 'any state';

/** The state itself, then those around it. */
const lineage = (node: AnyStateNode): readonly AnyStateNode[] => (node.parent ? [node, ...lineage(node.parent as AnyStateNode)] : [node]);

/** Left at once, so that no event ever finds it. */
const isTransient = ({ always }: AnyStateNode): boolean => (always ?? []).some(({ guard }) => guard === undefined);
const restsIn = (node: AnyStateNode): boolean => node.type === 'atomic' && !isTransient(node);

/** `frame.*` hears `frame.x`; anything else only itself. */
const hears = (descriptor: string, event: string): boolean => descriptor === event || (descriptor.endsWith('*') && event.startsWith(descriptor.slice(0, -1)));

/** The most particular first, as the machine looks at them. */
function written(node: AnyStateNode, event: string): readonly AnyTransitionDefinition[] {
  const heard = [...node.transitions].filter(([descriptor]) => hears(descriptor, event));
  return heard.sort(([a], [b]) => b.length - a.length).flatMap(([, transitions]) => transitions as AnyTransitionDefinition[]);
}

const isSure = ({ guard }: AnyTransitionDefinition): boolean => guard === undefined;
const untilSure = (candidates: readonly AnyTransitionDefinition[]): readonly AnyTransitionDefinition[] => {
  const sure = candidates.findIndex(isSure);
  return sure < 0 ? candidates : candidates.slice(0, sure + 1);
};

/** A region beside this one that takes the event wherever it stands: what is written around both is never asked. */
function isTakenBeside(region: AnyStateNode, event: string): boolean {
  const { parent } = region;
  if (parent?.type !== 'parallel') return false;
  const takes = (leaf: AnyStateNode): boolean =>
    lineage(leaf)
      .filter((node) => idOf(node).startsWith(`${idOf(parent as AnyStateNode)}.`))
      .some((node) => written(node, event).some(isSure));
  return childrenOf(parent as AnyStateNode).some((other) => other !== region && withDescendants(other).filter(restsIn).every(takes));
}

/** Every way this event may be taken while that state is active. */
function candidates(leaf: AnyStateNode, event: string): readonly AnyTransitionDefinition[] {
  const found: AnyTransitionDefinition[] = [];
  for (const node of lineage(leaf)) {
    found.push(...written(node, event));
    if (found.some(isSure) || isTakenBeside(node, event)) break;
  }
  return untilSure(found);
}

/** `lively × link.heard (of liveness) → liveness.lively` */
function decisionName(active: AnyStateNode, transition: AnyTransitionDefinition, event: string): string {
  const source = transition.source as AnyStateNode;
  const { trigger } = triggerOf(event);
  const guard = guardName(transition.guard);
  const branches = transition.eventType === '' ? (source.always ?? []) : (source.transitions.get(transition.eventType as string) ?? []);
  const branch = branches.length > 1 ? ` #${branches.indexOf(transition) + 1}` : '';
  const targets = (transition.target ?? []).map((target) => named(target as AnyStateNode)).join(', ');
  const where = source === active ? '' : ` (of ${named(source)})`;
  return `${named(active)} × ${trigger}${branch}${guard === undefined ? '' : ` [${guard}]`}${where} → ${targets || 'stays'}`;
}

/** The active states on whose behalf it was taken: for `always` the one that has it, otherwise those at rest inside its source. */
export function decisionsOf(active: readonly AnyStateNode[], transition: AnyTransitionDefinition, event: string): readonly string[] {
  const source = transition.source as AnyStateNode;
  if (transition.eventType === '') return [decisionName(source, transition, '')];
  return active.filter((node) => restsIn(node) && lineage(node).includes(source)).map((node) => decisionName(node, transition, event));
}

const ownEvents = (leaf: AnyStateNode): readonly string[] =>
  lineage(leaf).flatMap(({ transitions }) => [...transitions.keys()].filter((type) => type.startsWith('xstate.')));

/** All there is to decide, by name. */
export function allDecisions(machine: AnyStateMachine, events: readonly string[]): ReadonlySet<string> {
  const nodes = withDescendants(machine.root as AnyStateNode);
  const eventless = nodes.flatMap((node) => untilSure(node.always ?? []).map((transition) => decisionName(node, transition, '')));
  const heard = nodes
    .filter(restsIn)
    .flatMap((leaf) =>
      [...new Set([...events, ...ownEvents(leaf)])].flatMap((event) => candidates(leaf, event).map((transition) => decisionName(leaf, transition, event))),
    );
  return new Set([...eventless, ...heard]);
}

/** Every state there is, the root apart. */
export const allStates = (machine: AnyStateMachine): ReadonlySet<string> =>
  new Set(
    withDescendants(machine.root as AnyStateNode)
      .slice(1)
      .map(idOf),
  );
