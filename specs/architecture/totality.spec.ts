import { initialTransition } from 'xstate';
import { describe, expect, test } from '@jest/globals';
import * as messy from '../fixtures/machines/messy.machine.js';
import * as tidy from '../fixtures/machines/tidy.machine.js';
import { eventsName, fromModule, loadMachines } from './machineCatalogue.js';
import { inputsOf } from './machineInputs.js';
import { impureDefaults, malformed, undecided } from './machineRules.js';
import type { CataloguedMachine } from './machineCatalogue.js';

const machines = await loadMachines();
const TIDY = fromModule('specs/fixtures/machines/tidy.machine.ts', tidy);
const MESSY = fromModule('specs/fixtures/machines/messy.machine.ts', messy);

const contextsOf = ({ name, machine }: CataloguedMachine): readonly unknown[] =>
  inputsOf(name).map((input): unknown => initialTransition(machine, input as never)[0].context);
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe.each(machines.map((each) => [each.name, each] as const))('the machine %s', (_name, each) => {
  test('decides every event in every state', () => {
    expect(undecided(each)).toEqual([]);
  });

  test('names its delays and effects, ends every ask both ways, and says how it ended', () => {
    expect(malformed(each)).toEqual([]);
  });

  test('does nothing by itself: what is not provided says so', () => {
    expect(impureDefaults(each.machine)).toEqual([]);
  });

  test('has a context that survives JSON, so without bytes, dates and handles', () => {
    const contexts = contextsOf(each);
    expect(throughJson(contexts)).toEqual(contexts);
  });
});

describe('the rules for machines', () => {
  test('find nothing in a tidy machine', () => {
    expect([undecided(TIDY), malformed(TIDY), impureDefaults(TIDY.machine)]).toEqual([[], [], []]);
    expect(throughJson(contextsOf(TIDY))).toEqual(contextsOf(TIDY));
  });

  test('find the pair that only a guard decides, the pair that nothing decides, and the event no list names', () => {
    expect(undecided(MESSY)).toEqual([
      'shut × door.opened (decided only under guards)',
      'forgotten × door.opened',
      'forgotten × door.closed',
      'open hears door.slammed, which no event list names',
      'forgotten hears *, which no event list names',
    ]);
  });

  test('find an event that the list names and no state mentions', () => {
    const louder = { ...TIDY, events: [...TIDY.events, 'bell.rang'] };
    expect(undecided(louder)).toEqual(['shut × bell.rang', 'open.asking × bell.rang', 'open.known × bell.rang']);
  });

  test('find the unnamed delay, the ask without id and end, the inline effect, the wildcard and the silent end', () => {
    expect(malformed(MESSY)).toEqual([
      'shut waits for 500: name the delay in setup',
      'shut has an inline action: name the effect in setup',
      'open invokes 0.messy.open without an id of its own',
      'open does not decide how 0.messy.open ends',
      'forgotten hears *: name the events',
      'end does not say which end it is',
      'otherEnd does not say which end it is',
    ]);
  });

  test('find the default that does something', () => {
    expect(impureDefaults(MESSY.machine)).toEqual(['ring: it ran', 'ask: it ran asynchronously']);
  });

  test('find what JSON does not keep', () => {
    expect(throughJson(contextsOf(MESSY))).not.toEqual(contextsOf(MESSY));
  });

  test('refuse a module without the agreed names', () => {
    expect(eventsName('directoryClient')).toBe('DIRECTORY_CLIENT_EVENTS');
    expect(() => fromModule('core/machines/x/tidy.machine.ts', { tidyMachine: tidy.tidyMachine })).toThrow('TIDY_EVENTS');
    expect(() => fromModule('core/machines/x/other.machine.ts', tidy)).toThrow('otherMachine');
  });
});
