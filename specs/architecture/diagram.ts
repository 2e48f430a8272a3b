import type { AnyStateMachine } from 'xstate';
import { isInert, statesOf, type ActionShape, type StateShape, type TransitionShape } from './machineShape.js';

const BEGIN = '<!-- diagram: written by `npm run diagrams`, do not edit -->';
const END = '<!-- /diagram -->';

/** Words that mermaid keeps for itself must not be the id of a state. */
const nodeId = (id: string): string => `s_${id.replaceAll('.', '_')}`;
const shortName = (id: string): string => id.slice(id.lastIndexOf('.') + 1);
const anyOf = (state: StateShape): string => (state.id === '' ? 'any state' : `any of ${shortName(state.id)}`);
const label = ({ trigger, guard }: TransitionShape): string =>
  [trigger === 'always' ? '' : trigger, guard === undefined ? '' : `[${guard}]`].filter(Boolean).join(' ');

/** Mermaid cannot draw an arrow from a state to one inside it, so such arrows start at a node of their own. */
const leadsInside = (state: StateShape, target: string): boolean => state.kind !== 'atomic' && (state.id === '' || target.startsWith(`${state.id}.`));

interface Arrow {
  /** The innermost state that contains both ends: mermaid draws an arrow where it is written. */
  readonly inside: string;
  readonly text: string;
}

/** The ids around a state, innermost first, down to the root ''. */
const around = (id: string): readonly string[] => (id === '' ? [] : [id.split('.').slice(0, -1).join('.'), ...around(id.split('.').slice(0, -1).join('.'))]);

function arrowsOf(state: StateShape): readonly Arrow[] {
  const found = new Map<string, { readonly inside: string; readonly labels: string[] }>();
  for (const transition of state.transitions) {
    for (const target of transition.targets) {
      const inward = leadsInside(state, target);
      const containers = inward ? [state.id, ...around(state.id)] : around(state.id);
      const arrow = `${inward ? `any_${nodeId(state.id)}` : nodeId(state.id)} --> ${nodeId(target)}`;
      const known = found.get(arrow) ?? { inside: containers.find((id) => around(target).includes(id)) ?? '', labels: [] };
      const text = label(transition);
      if (text !== '' && !known.labels.includes(text)) known.labels.push(text);
      found.set(arrow, known);
    }
  }
  return [...found].map(([arrow, { inside, labels }]) => ({ inside, text: labels.length > 0 ? `${arrow} : ${labels.join('<br/>')}` : arrow }));
}

function drawState(state: StateShape, all: readonly StateShape[], indent: string): readonly string[] {
  const children = all.filter(({ parent }) => parent === state.id);
  const inner = state.id === '' ? indent : `${indent}  `;
  const own = state.id === '' ? [] : [`${indent}state "${shortName(state.id)}" as ${nodeId(state.id)}`];
  if (children.length === 0) return own;
  const regions = children.map((child) => drawState(child, all, inner));
  const arrows = all.flatMap(arrowsOf).filter(({ inside }) => inside === state.id);
  const needsAny = arrows.some(({ text }) => text.startsWith(`any_${nodeId(state.id)} `));
  const body = [
    ...regions.flatMap((region, index) => (state.kind === 'parallel' && index > 0 ? [`${inner}--`, ...region] : region)),
    ...(needsAny ? [`${inner}state "${anyOf(state)}" as any_${nodeId(state.id)}`] : []),
    ...(state.kind === 'parallel' ? [] : state.initial.map((id) => `${inner}[*] --> ${nodeId(id)}`)),
    ...children.filter(({ kind }) => kind === 'final').map(({ id }) => `${inner}${nodeId(id)} --> [*]`),
    ...arrows.map(({ text }) => `${inner}${text}`),
  ];
  return state.id === '' ? body : [...own, `${indent}state ${nodeId(state.id)} {`, ...body, `${indent}}`];
}

const effects = (actions: readonly ActionShape[]): string => [...new Set(actions.map(({ name }) => name))].join(', ');

type Row = readonly string[];

/** With the columns as wide as their widest cell, which is how the formatter wants it. */
function table(rows: readonly Row[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: Row): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return rows.flatMap((cells, index) => (index === 0 ? [line(cells), line(rule)] : [line(cells)]));
}

/** One row for each decision: what the diagram cannot show (effects, and events that change nothing) stands here. */
function decisions(state: StateShape): readonly Row[] {
  const where = state.id === '' ? 'any' : state.id;
  const entry = state.entry.length > 0 ? [[where, '_entered_', '', effects(state.entry)]] : [];
  const exit = state.exit.length > 0 ? [[where, '_left_', '', effects(state.exit)]] : [];
  const rows = state.transitions.map((transition) => {
    const goes = transition.targets.length > 0 ? transition.targets.join(', ') : isInert(transition) ? '_ignored_' : '_stays_';
    return [where, label(transition) || 'always', goes, effects(transition.actions)];
  });
  return [...entry, ...rows, ...exit];
}

/** The diagram and the table of decisions of one machine, with the markers around them. */
export function renderDiagram(machine: AnyStateMachine): string {
  const all = statesOf(machine);
  const [root] = all;
  if (!root) throw new Error('a machine has a root');
  const drawing = drawState(root, all, '  ');
  const rows: readonly Row[] = [['in', 'on', 'goes to', 'effects'], ...all.flatMap(decisions)];
  return [BEGIN, '', '```mermaid', 'stateDiagram-v2', ...drawing, '```', '', ...table(rows), '', END].join('\n');
}

/** The document with its generated part replaced; what is written by hand around it stays. @throws Error without markers */
export function replaceDiagram(document: string, diagram: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the document has no place for the diagram: ${BEGIN} … ${END}`);
  return document.slice(0, begin) + diagram + document.slice(end + END.length);
}

/** What a new document starts as. */
export const emptyDocument = (name: string): string => `# ${name}\n\n${BEGIN}\n\n${END}\n`;
/** What people wrote: the document without its generated part and its title. */
export const handWritten = (document: string): string => replaceDiagram(document, '').replace(/^#.*$/m, '').trim();
