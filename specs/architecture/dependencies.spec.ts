import { describe, expect, test } from '@jest/globals';
import { compareVersions, packageName, readJson, refusals, refusedIn, type LockFile } from './refusedVersions.js';
import { isProduct, codeFiles, parse, nodesOf } from './sourceTree.js';
import ts from 'typescript';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** Every package we chose, with its job. A new one is a decision: it gets a line here and in specs/decisions. */
const CHOSEN: Readonly<Record<string, string>> = {
  aedes: 'embedded broker',
  blessed: 'terminal of the dashboard',
  commander: 'command line',
  'env-paths': 'where data and configuration live',
  inversify: 'plugin container',
  jose: 'login tokens of the directory',
  mqtt: 'directory client',
  openpgp: 'files for people who use gpg',
  pino: 'log',
  qrcode: 'safety numbers a camera can read',
  'reflect-metadata': 'peer of inversify',
  rxjs: 'facts as streams',
  sqlite: 'store interface',
  sqlite3: 'store driver',
  xstate: 'state machines',
  zod: 'JSON from outside',
};
/** Development: the tools, run by name, and what specs import. */
const TOOLS: Readonly<Record<string, string>> = {
  '@jest/globals': 'specs',
  '@swc/core': 'transforms specs',
  '@swc/jest': 'transforms specs',
  '@types/blessed': 'types',
  '@types/node': 'types',
  '@types/qrcode': 'types',
  'dependency-cruiser': 'layers',
  eslint: 'lint',
  'fast-check': 'properties',
  jest: 'runs specs',
  prettier: 'format',
  'ts-node': 'reads jest.config.ts',
  typescript: 'compiler',
  'typescript-eslint': 'lint with types',
};
/** Loaded by another package rather than imported by ours. */
const NOT_IMPORTED = new Set(['reflect-metadata']);

const manifest = readJson<Manifest>('package.json');
const lock = readJson<LockFile>('package-lock.json');
const installed = Object.entries(lock.packages).filter(([path]) => path !== '');

function importedPackages(): ReadonlySet<string> {
  const specifiers = codeFiles()
    .filter(({ path }) => isProduct(path))
    .flatMap((source) =>
      nodesOf(parse(source)).flatMap((node) => {
        if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
          return [node.moduleSpecifier.text];
        }
        const isLoad = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
        const [first] = isLoad ? node.arguments : [];
        return first && ts.isStringLiteralLike(first) ? [first.text] : [];
      }),
    );
  return new Set(specifiers.map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')));
}

describe('the packages we depend on', () => {
  test('are the chosen ones, each with a job', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(Object.keys(CHOSEN).sort());
    expect(Object.keys(manifest.devDependencies).sort()).toEqual(Object.keys(TOOLS).sort());
  });

  test('are each used by the product', () => {
    const imported = importedPackages();
    expect(Object.keys(manifest.dependencies).filter((name) => !imported.has(name) && !NOT_IMPORTED.has(name))).toEqual([]);
  });

  test('are pinned to one version, the one in the lock file', () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
    const locked = Object.fromEntries(Object.keys(wanted).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]));
    expect(locked).toEqual(wanted);
    expect(lock.packages['']).toMatchObject({ dependencies: manifest.dependencies, devDependencies: manifest.devDependencies });
  });

  test('may run no install script but the one of sqlite3', () => {
    const scripts = new Set(installed.flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [packageName(path)] : [])));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...scripts].sort());
    expect(Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed)).toEqual([['sqlite3', true]]);
  });

  test('run on the oldest Node we promise', () => {
    expect(manifest.engines.node).toBe('>=20.19');
  });
});

describe('the lock file', () => {
  test('holds nothing refused', () => {
    expect(refusedIn(lock)).toEqual([]);
  });

  test('names no place that is somebody’s own, and a checksum for everything', () => {
    expect(lock.lockfileVersion).toBe(3);
    const foreign = installed.filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'));
    expect(foreign.map(([path]) => path)).toEqual([]);
    expect(installed.filter(([, { integrity, link }]) => link === true || !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  test('obeys the overrides', () => {
    const overridden = installed.filter(([path]) => Object.hasOwn(manifest.overrides, packageName(path)));
    expect(overridden.length).toBeGreaterThan(0);
    expect(overridden.filter(([path, { version }]) => version !== manifest.overrides[packageName(path)])).toEqual([]);
  });
});

describe('the list of refused versions', () => {
  const locked = (name: string, version: string): LockFile => ({ lockfileVersion: 3, packages: { [`node_modules/x/node_modules/${name}`]: { version } } });

  test.each(refusals.map((refusal) => [refusal.package, refusal] as const))('finds %s wherever it is installed', (name, { from, below, why }) => {
    const refused = from ?? (below === undefined ? '1.0.0' : '0.0.1');
    expect(refusedIn(locked(name, refused)).join()).toContain(why);
    expect(
      refusedIn(locked(name, below ?? refused))
        .join()
        .includes(why),
    ).toBe(below === undefined);
  });

  test('leaves other packages and other versions alone', () => {
    expect(refusedIn(locked('sqlite3', '6.0.1'))).toEqual([]);
    expect(refusedIn(locked('not-sqlite3', '5.1.0'))).toEqual([]);
  });

  test('compares versions as numbers', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
    expect(compareVersions('2.0.0-rc.1', '2.0.0')).toBe(0);
    expect(compareVersions('0.35.0', '0.35.1')).toBeLessThan(0);
  });
});
