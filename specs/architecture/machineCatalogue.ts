import { basename, join } from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { ROOT } from '../support/root.js';
import { textFiles } from './sourceTree.js';

/** A machine file as its module shows itself. */
export interface CataloguedMachine {
  /** `initiator` of `initiator.machine.ts`. */
  readonly name: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly machine: AnyStateMachine;
  readonly events: readonly string[];
}

const isMachine = (value: unknown): value is AnyStateMachine =>
  typeof value === 'object' && value !== null && 'root' in value && 'transition' in value && 'implementations' in value;
const isList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** `directoryClient` → `DIRECTORY_CLIENT_EVENTS`. */
export const eventsName = (name: string): string => `${name.replace(/[A-Z]/g, '_$&').toUpperCase()}_EVENTS`;

/** @throws Error when a module does not export the machine and the list of its events under the agreed names. */
export function fromModule(path: string, module: Readonly<Record<string, unknown>>): CataloguedMachine {
  const name = basename(path, '.machine.ts');
  const machine = module[`${name}Machine`];
  const events = module[eventsName(name)];
  if (!isMachine(machine)) throw new Error(`${path} does not export ${name}Machine`);
  if (!isList(events)) throw new Error(`${path} does not export ${eventsName(name)}`);
  return { name, path, machine, events };
}

export async function loadMachines(): Promise<readonly CataloguedMachine[]> {
  const paths = textFiles().flatMap(({ path }) => (/^core\/machines\/.*\.machine\.ts$/.test(path) ? [path] : []));
  const machines: CataloguedMachine[] = [];
  // One after the other: Jest links modules that are imported at once, and share what they import, in no order.
  for (const path of paths) machines.push(fromModule(path, (await import(join(ROOT, path))) as Readonly<Record<string, unknown>>));
  return machines;
}
