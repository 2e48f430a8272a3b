import { afterAll, describe, expect, test } from '@jest/globals';
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, EventFrom, SnapshotFrom } from 'xstate';
import { printTable } from './coverageTable.js';
import { coverageOf, MODEL_HEADING, shortestPaths, simplePaths, type ModelPath } from './modelPaths.js';

/** The real engine in the place of the model. */
export interface ModelDriver<M extends AnyStateMachine> {
  /** @param after the situation the model comes to */
  act(event: EventFrom<M>['type'], after: SnapshotFrom<M>): Promise<void>;
  /** How the engine stands, against how the model says that it must. */
  check(model: SnapshotFrom<M>): void | Promise<void>;
  /** Everything stops, and nothing may be left of it. */
  end(): Promise<void>;
}

const described = ({ steps }: ModelPath): string =>
  steps
    .slice(1)
    .map(({ event }) => event.type)
    .join(', ') || 'nothing';

async function drive<M extends AnyStateMachine>(path: ModelPath, model: M, begin: () => Promise<ModelDriver<M>>): Promise<void> {
  const driver = await begin();
  const act = ({ event, state }: { readonly event: AnyEventObject; readonly state: AnyMachineSnapshot }): Promise<void> =>
    driver.act(event.type as EventFrom<M>['type'], state as SnapshotFrom<M>);
  const events = Object.fromEntries((model.events as readonly string[]).map((type) => [type, act]));
  await path.test({ events, states: { '*': (state) => driver.check(state as SnapshotFrom<M>) } });
  await driver.end();
}

/**
 * Drives the real engine along the paths of an abstract model and compares after each step.
 *
 * @param stories sets of events whose every simple path is driven as well: what the shortest paths pass by
 */
export function describeModel<M extends AnyStateMachine>(
  what: string,
  model: M,
  begin: () => Promise<ModelDriver<M>>,
  stories: readonly (readonly EventFrom<M>['type'][])[],
): void {
  const shortest = shortestPaths(model);
  const simple = stories.map((events) => simplePaths(model, events));
  const covered = coverageOf(model, shortest);
  const all = coverageOf(model, [...shortest, ...simple.flat()]);

  describe(`the model of ${what}`, () => {
    afterAll(() => printTable(`Paths of the model of ${what}`, [MODEL_HEADING, covered.row('shortest'), all.row('and simple')]));

    test('has shortest paths through each of its states and over each of its edges', () => {
      expect(covered.unvisited).toEqual([]);
      expect(covered.untaken).toEqual([]);
    });

    test.each(shortest.map((path) => [described(path), path] as const))('%s: the engine stands where the model does', (_events, path) =>
      drive(path, model, begin),
    );

    test.each(stories.map((events, index) => [events.join(', '), simple[index] ?? []] as const))(
      'the engine follows every simple path of %s',
      async (_events, paths) => {
        expect(paths.length).toBeGreaterThan(1);
        for (const path of paths) await drive(path, model, begin);
      },
    );
  });
}
