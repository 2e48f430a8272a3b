import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tidyMachine } from '../fixtures/machines/tidy.machine.js';
import { emptyDocument, handWritten, renderDiagram, replaceDiagram } from './diagram.js';
import { loadMachines } from './machineCatalogue.js';
import { ROOT } from '../support/root.js';

const WHY_CHARACTERS_MIN = 200;
const machines = await loadMachines();
const documentOf = (path: string): string => join(ROOT, path.replace(/\.machine\.ts$/, '.md'));

// `npm run diagrams` runs this very spec with the variable set: what it writes is what it checks.
if (process.env['WRITE_DIAGRAMS'] === '1') {
  for (const { name, path, machine } of machines) {
    const document = existsSync(documentOf(path)) ? readFileSync(documentOf(path), 'utf8') : emptyDocument(name);
    writeFileSync(documentOf(path), replaceDiagram(document, renderDiagram(machine)));
  }
}

describe.each(machines.map((each) => [each.name, each] as const))('the document of the machine %s', (_name, { path, machine }) => {
  test('shows the machine as it is (npm run diagrams writes it anew)', () => {
    const document = readFileSync(documentOf(path), 'utf8');
    expect(document).toBe(replaceDiagram(document, renderDiagram(machine)));
  });

  test('says why the machine is as it is', () => {
    expect(handWritten(readFileSync(documentOf(path), 'utf8')).length).toBeGreaterThan(WHY_CHARACTERS_MIN);
  });
});

test('every machine stands in the index', () => {
  const index = readFileSync(join(ROOT, 'core/machines/README.md'), 'utf8');
  const links = machines.map(({ path }) => path.replace(/^core\/machines\//, '').replace(/\.machine\.ts$/, '.md'));
  expect(links.filter((link) => !index.includes(`(${link})`))).toEqual([]);
});

describe('a generated diagram', () => {
  test('shows states, nesting, guards, waits and ends, and tabulates effects and what is ignored', () => {
    expect(renderDiagram(tidyMachine).split('\n')).toEqual([
      '<!-- diagram: written by `npm run diagrams`, do not edit -->',
      '',
      '```mermaid',
      'stateDiagram-v2',
      '  state "shut" as s_shut',
      '  state "open" as s_open',
      '  state s_open {',
      '    state "asking" as s_open_asking',
      '    state "known" as s_open_known',
      '    [*] --> s_open_asking',
      '    s_open_asking --> s_open_known : done ask',
      '  }',
      '  state "worn" as s_worn',
      '  [*] --> s_shut',
      '  s_worn --> [*]',
      '  s_shut --> s_worn : door.opened [often]',
      '  s_shut --> s_open : door.opened',
      '  s_open --> s_shut : door.closed',
      '  s_open --> s_worn : after PATIENCE',
      '  s_open_asking --> s_worn : error ask',
      '```',
      '',
      '| in          | on                  | goes to    | effects |',
      '| ----------- | ------------------- | ---------- | ------- |',
      '| any         | frame.*             | _ignored_  |         |',
      '| any         | door.closed         | _ignored_  |         |',
      '| shut        | door.opened [often] | worn       |         |',
      '| shut        | door.opened         | open       | count   |',
      '| open        | door.opened         | _ignored_  |         |',
      '| open        | door.closed         | shut       | ring    |',
      '| open        | after PATIENCE      | worn       |         |',
      '| open.asking | done ask            | open.known |         |',
      '| open.asking | error ask           | worn       |         |',
      '| open.known  | _entered_           |            | ring    |',
      '',
      '<!-- /diagram -->',
    ]);
  });

  test('replaces the old one and leaves what people wrote', () => {
    const document = `${emptyDocument('x').replace('# x\n', '# x\n\nWhy it is so.\n')}\nMore.\n`;
    const once = replaceDiagram(document, renderDiagram(tidyMachine));
    expect(once).toContain('Why it is so.');
    expect(replaceDiagram(once, renderDiagram(tidyMachine))).toBe(once);
    expect(handWritten(once)).toBe('Why it is so.\n\n\n\nMore.');
    expect(() => replaceDiagram('# no place\n', '')).toThrow('no place for the diagram');
  });
});
