import { afterAll, describe, expect, test } from '@jest/globals';
import { assign, createMachine, setup } from 'xstate';
import * as messy from '../fixtures/machines/messy.machine.js';
import * as tidy from '../fixtures/machines/tidy.machine.js';
import { fromModule, loadMachines } from '../architecture/machineCatalogue.js';
import { inputsOf } from '../architecture/machineInputs.js';
import { printTable, share } from './coverageTable.js';
import { allDecisions, allStates } from './machineDecisions.js';
import { explore, type MachinePath } from './machinePaths.js';
import { replay } from './machineReplay.js';
import { MACHINE_SAMPLES, type MachineSamples } from './machineSamples.js';
import type { CataloguedMachine } from '../architecture/machineCatalogue.js';

const machines = await loadMachines();
const rows: (readonly (string | number)[])[] = [];

afterAll(() =>
  printTable('Every machine, by its shortest paths', [['machine', 'states', 'decisions', 'situations', 'paths', 'steps', 'by the clock'], ...rows]),
);

const without = (all: ReadonlySet<string>, some: ReadonlySet<string>): readonly string[] => [...all].filter((each) => !some.has(each));

/** What no path reaches, and what was taken although nobody lists it. */
function coverage({ machine, events }: CataloguedMachine, samples: MachineSamples, inputs: readonly unknown[]) {
  const exploration = explore(machine, samples, inputs);
  const [states, decisions] = [allStates(machine), allDecisions(machine, events)];
  return {
    ...exploration,
    states,
    decisions,
    unvisited: without(states, exploration.visited),
    untaken: without(decisions, exploration.taken),
    unlisted: without(exploration.taken, decisions),
  };
}

const described = ({ input, events }: MachinePath): string => [JSON.stringify(input) ?? 'begins', ...events.map(({ type }) => type)].join(', ');

describe.each(machines.map((each) => [each.name, each] as const))('the machine %s', (name, catalogued) => {
  const samples = MACHINE_SAMPLES[name] ?? { events: [] };
  const covered = coverage(catalogued, samples, inputsOf(name));

  test('has a sample of every event', () => {
    expect(without(new Set(catalogued.events), new Set(samples.events.map(({ type }) => type)))).toEqual([]);
  });

  test('passes each of its states on some shortest path', () => {
    expect(covered.unvisited).toEqual([]);
  });

  test('takes each of its decisions on some shortest path: every event and deadline in every state, each way of its guards', () => {
    expect(covered.untaken).toEqual([]);
    expect(covered.unlisted).toEqual([]);
  });

  test('does as an actor on a clock what it says as a pure function, effect by effect, and leaves no timer', async () => {
    let byClock = 0;
    for (const path of covered.paths) {
      const { pure, real, left, ...seen } = await replay(catalogued.machine, path);
      expect({ path: described(path), real, left }).toEqual({ path: described(path), real: pure, left: 0 });
      byClock += seen.byClock;
    }
    const steps = covered.paths.reduce((sum, { events }) => sum + events.length, 0);
    rows.push([
      name,
      share(covered.states.size - covered.unvisited.length, covered.states.size),
      share(covered.decisions.size - covered.untaken.length, covered.decisions.size),
      covered.situations,
      covered.paths.length,
      steps,
      byClock,
    ]);
  });
});

describe('the rule of coverage', () => {
  const DOORS = ['door.opened', 'door.closed', 'frame.one', 'frame.two'].map((type) => ({ type }));

  test('finds nothing in a tidy machine, when its counter may count far enough', () => {
    const found = coverage(fromModule('specs/fixtures/machines/tidy.machine.ts', tidy), { events: DOORS, failures: ['BUG'] }, [undefined]);
    expect([found.unvisited, found.untaken, found.unlisted]).toEqual([[], [], []]);
    expect([found.states.size, found.decisions.size]).toEqual([5, 17]);
  });

  test('finds the branch of a guard that no path takes', () => {
    const isFar = ({ opened }: { readonly opened: number }): boolean => opened > 2;
    const found = coverage(fromModule('specs/fixtures/machines/tidy.machine.ts', tidy), { events: DOORS, failures: ['BUG'], isFar }, [undefined]);
    expect(found.untaken).toEqual(['shut × door.opened #1 [often] → worn']);
  });

  test('finds the state that no path passes, and the branch behind one that is always taken', () => {
    const found = coverage(fromModule('specs/fixtures/machines/messy.machine.ts', messy), { events: DOORS.slice(0, 2) }, [undefined]);
    expect(found.unvisited).toEqual(['forgotten', 'otherEnd']);
    expect(found.untaken).toEqual(['open × done 0.messy.open #2 → otherEnd', 'forgotten × door.opened → shut', 'forgotten × door.closed → shut']);
  });

  test('finds a counter that nobody bounded', () => {
    const endless = setup({ types: { context: {} as { readonly n: number } } }).createMachine({
      context: { n: 0 },
      on: { more: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
    });
    expect(() => explore(endless, { events: [{ type: 'more' }] }, [undefined])).toThrow('Traversal limit exceeded');
  });

  test('finds a machine that decides by something else than its context and the event', async () => {
    let asked = 0;
    const moody = createMachine({ initial: 'shut', states: { shut: { on: { knocked: { guard: () => asked++ > 0, target: 'open' } } }, open: {} } });
    const { pure, real } = await replay(moody, { input: undefined, events: [{ type: 'knocked' }] });
    expect([real.at(-1), pure.at(-1)]).toMatchObject([{ state: 'shut' }, { state: 'open' }]);
  });
});
