import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cruise } from './cruise.js';
import { ROOT } from '../support/root.js';

const FOLDERS = ['core', 'transports', 'plugins', 'apps'];

/** What each planted file imports, and the rules that must name it; a rule that no plant trips over is not proven. */
const PLANTS: Readonly<Record<string, { readonly source: string; readonly breaks: readonly string[] }>> = {
  'core/base/outward.ts': { source: `import '../../transports/tcp/good.js';`, breaks: ['core-imports-nothing-outward'] },
  'core/base/upward.ts': { source: `import '../protocol/good.js';`, breaks: ['layer-base'] },
  'core/protocol/ringA.ts': { source: `import type { B } from './ringB.js';\nexport type A = B | 1;`, breaks: ['no-circular'] },
  'core/protocol/streams.ts': { source: `import 'rxjs';`, breaks: ['layer-protocol'] },
  'core/protocol/schema.ts': { source: `import 'zod';`, breaks: ['zod-at-the-edge'] },
  'core/crypto/computes.ts': { source: `import 'node:crypto';`, breaks: ['pure-layers-no-node-builtins'] },
  'core/crypto/acts.ts': { source: `import '../engine/good.js';`, breaks: ['layer-crypto'] },
  'core/ports/binds.ts': { source: `import { Container } from 'inversify';\nexport const c = Container;`, breaks: ['container-only-in-plugin-host-and-apps'] },
  'core/ports/acts.ts': { source: `import '../engine/good.js';`, breaks: ['layer-ports'] },
  'core/machines/streams.ts': { source: `import 'rxjs';`, breaks: ['machines-only-xstate'] },
  'core/machines/asks.ts': { source: `import type { P } from '../ports/good.js';\nexport type Q = P;`, breaks: ['machines-only-xstate'] },
  'core/links/acts.ts': { source: `import '../engine/good.js';`, breaks: ['layer-links'] },
  'core/directory/acts.ts': { source: `import '../engine/good.js';`, breaks: ['layer-directory'] },
  'core/engine/sockets.ts': { source: `import 'node:net';`, breaks: ['pure-layers-no-node-builtins'] },
  'core/engine/cheats.ts': { source: `import '../simulation/good.js';`, breaks: ['layer-engine', 'simulation-is-a-leaf'] },
  'core/events/draws.ts': { source: `import '../machines/good.js';`, breaks: ['layer-events'] },
  'core/shell/acts.ts': { source: `import '../engine/good.js';`, breaks: ['layer-shell'] },
  'core/plugins/runs.ts': { source: `import 'xstate';`, breaks: ['layer-plugins'] },
  'core/simulation/hosts.ts': { source: `import '../plugins/good.js';`, breaks: ['layer-simulation'] },
  'transports/tcp/deep.ts': { source: `import '../../core/base/good.js';`, breaks: ['adapters-use-the-front-door'] },
  'transports/memory/deep.ts': { source: `import '../../core/base/good.js';`, breaks: ['adapters-use-the-front-door'] },
  'transports/tcp/neighbour.ts': { source: `import '../../plugins/aes-files/good.js';`, breaks: ['adapters-do-not-know-each-other'] },
  'plugins/aes-files/sideways.ts': { source: `import '../sqlite-store/good.js';`, breaks: ['adapters-do-not-know-each-other'] },
  'plugins/aes-files/second.ts': { source: `import 'mqtt';`, breaks: ['adapters-one-library'] },
  'plugins/sqlite-store/second.ts': { source: `import 'mqtt';`, breaks: ['adapters-one-library'] },
  'plugins/sqlite-store/binds.ts': { source: `import 'inversify';`, breaks: ['adapters-one-library', 'container-only-in-plugin-host-and-apps'] },
  'apps/pi/other.ts': { source: `import '../directory/good.js';`, breaks: ['apps-stand-alone'] },
  'apps/pi/tool.ts': { source: `import 'typescript';`, breaks: ['no-undeclared-package'] },
  'apps/pi/missing.ts': { source: `import './nowhere.js';`, breaks: ['no-unresolvable'] },
};

/** Imports that are meant to be possible: none of them may be named. */
const ALLOWED: Readonly<Record<string, string>> = {
  // The other half of the ring: a cycle is reported once.
  'core/protocol/ringB.ts': `import type { A } from './ringA.js';\nexport type B = A | 2;`,
  'core/ports/token.ts': `import type { ServiceIdentifier } from 'inversify';\nexport type T = ServiceIdentifier;`,
  'core/machines/fine.ts': `import 'xstate';\nimport '../base/good.js';\nimport '../protocol/good.js';`,
  'core/engine/fine.ts': `import 'rxjs';\nimport 'xstate';\nimport '../machines/good.js';\nimport '../links/good.js';`,
  'core/events/fine.ts': `import 'zod';\nimport 'rxjs';`,
  'core/shell/fine.ts': `import 'rxjs';\nimport '../events/good.js';`,
  'core/plugins/fine.ts': `import 'inversify';`,
  'core/simulation/fine.ts': `import '../engine/good.js';`,
  'core/testing.ts': `import './simulation/good.js';`,
  'core/index.ts': `export { good } from './base/good.js';`,
  'transports/tcp/fine.ts': `import 'node:net';\nimport '../../core/index.js';`,
  'transports/memory/fine.ts': `import '../../core/testing.js';`,
  'plugins/sqlite-store/fine.ts': `import 'sqlite';\nimport '../../core/index.js';`,
  'apps/cli/fine.ts': `import 'commander';\nimport '../pi/good.js';\nimport '../shared/good.js';`,
  'apps/pi/fine.ts': `import 'inversify';\nimport '../shared/good.js';\nimport '../../plugins/aes-files/good.js';`,
};

const GOOD = ['base', 'protocol', 'crypto', 'ports', 'machines', 'links', 'directory', 'engine', 'events', 'shell', 'plugins', 'simulation']
  .map((layer) => `core/${layer}/good.ts`)
  .concat(['transports/tcp/good.ts', 'plugins/aes-files/good.ts', 'plugins/sqlite-store/good.ts'])
  .concat(['apps/directory/good.ts', 'apps/pi/good.ts', 'apps/shared/good.ts']);

describe('imports', () => {
  test('run only the way the layers allow', async () => {
    const present = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)));
    const { modules, violations } = await cruise(ROOT, present);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(20);
  });
});

describe('a planted import', () => {
  const tree = mkdtempSync(join(tmpdir(), 'sansfil-layers-'));
  let violations: readonly string[] = [];
  const plant = (path: string, source: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `${source}\n`);
  };

  beforeAll(async () => {
    cpSync(join(ROOT, 'tsconfig.json'), join(tree, 'tsconfig.json'));
    cpSync(join(ROOT, 'package.json'), join(tree, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    for (const path of GOOD) plant(path, 'export const good = 1;\nexport type P = 1;');
    for (const [path, source] of Object.entries(ALLOWED)) plant(path, source);
    for (const [path, { source }] of Object.entries(PLANTS)) plant(path, source);
    ({ violations } = await cruise(tree, FOLDERS));
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  const rulesNaming = (path: string): readonly string[] => [
    ...new Set(violations.filter((line) => line.includes(`: ${path} → `)).map((line) => line.slice(0, line.indexOf(':')))),
  ];

  test.each(Object.entries(PLANTS))('in %s is found', (path, { breaks }) => {
    expect(rulesNaming(path)).toEqual(breaks);
  });

  test.each(Object.keys(ALLOWED))('in %s is fine', (path) => {
    expect(rulesNaming(path)).toEqual([]);
  });

  test('was tried for every rule there is', () => {
    const { forbidden } = createRequire(import.meta.url)('./dependency-cruiser.cjs') as { forbidden: readonly { name: string }[] };
    const proven = new Set(Object.values(PLANTS).flatMap(({ breaks }) => breaks));
    expect([...new Set(forbidden.map(({ name }) => name))].filter((name) => !proven.has(name))).toEqual([]);
  });
});
