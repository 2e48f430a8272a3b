/**
 * Which way imports may run. `core/README.md` explains the layers; layering.spec.ts runs these rules over the tree and
 * proves, with planted violations, that each of them bites.
 */

/** An npm package by name, also where node_modules is a link to somewhere else. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const core = (...layers) => `^core/(${layers.join('|')})/`;

/** Layer → what it may import, besides itself. Type-only imports count: a cycle of types is a cycle. */
const LAYERS = {
  base: [],
  protocol: [core('base')],
  crypto: [core('base', 'protocol', 'ports')],
  ports: [core('base', 'protocol', 'events'), npm('inversify', 'rxjs')],
  links: [core('base', 'protocol', 'ports')],
  directory: [core('base', 'protocol', 'crypto', 'ports'), npm('zod')],
  events: [core('base', 'protocol', 'ports', 'engine'), npm('rxjs', 'xstate', 'zod')],
  engine: [core('base', 'protocol', 'crypto', 'ports', 'machines', 'links', 'directory', 'events'), npm('rxjs', 'xstate')],
  shell: [core('base', 'protocol', 'ports', 'events'), npm('rxjs')],
  plugins: [core('base', 'ports', 'events', 'engine'), npm('inversify', 'reflect-metadata', 'rxjs')],
  simulation: [core('base', 'protocol', 'crypto', 'ports', 'machines', 'links', 'directory', 'engine', 'events'), npm('rxjs', 'xstate')],
};

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `core/${layer} may import only itself${allowed.length > 0 ? ' and the layers and libraries listed for it' : ''}.`,
  severity: 'error',
  from: { path: core(layer) },
  // What leaves core, a Node builtin, inversify and zod have rules of their own that name the reason.
  to: { path: `^core/|${npm('[^/]+')}`, pathNot: [core(layer), ...allowed, npm('inversify', '@inversifyjs', 'zod')] },
}));

/** Adapter → the outside libraries it wraps. Node builtins are free to every adapter. */
const LIBRARIES = {
  'transports/mqtt': ['mqtt', 'zod'],
  'plugins/blessed-dashboard': ['blessed', 'qrcode', 'rxjs', 'zod'],
  'plugins/openpgp-files': ['openpgp'],
  'plugins/sqlite-store': ['sqlite', 'sqlite3', 'zod'],
  'plugins/mqtt-broker': ['aedes', 'jose', 'sqlite', 'sqlite3', 'zod'],
};
const WRAPPERS = Object.keys(LIBRARIES).join('|');

const libraryRules = [
  ...Object.entries(LIBRARIES).map(([adapter, libraries]) => ({
    name: 'adapters-one-library',
    comment: `${adapter} wraps ${libraries.join(', ')} and nothing else.`,
    severity: 'error',
    from: { path: `^${adapter}/` },
    to: { path: npm('[^/]+'), pathNot: npm('@types', ...libraries) },
  })),
  {
    name: 'adapters-one-library',
    comment: 'An adapter without a library of its own uses Node alone; zod validates its options, rxjs carries its facts.',
    severity: 'error',
    from: { path: '^(transports|plugins)/', pathNot: `^(${WRAPPERS})/` },
    to: { path: npm('[^/]+'), pathNot: npm('@types', 'rxjs', 'zod') },
  },
];

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle has no first file to read. Move what both need down a layer.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'The imported file does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'What the product imports stands in `dependencies`.',
      severity: 'error',
      from: { path: '^(core|transports|plugins|apps)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'], dependencyTypesNot: ['type-only'], pathNot: npm('@types') },
    },
    {
      name: 'core-imports-nothing-outward',
      comment: 'Core knows ports, never who implements them.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(transports|plugins|apps|specs)/' },
    },
    {
      name: 'pure-layers-no-node-builtins',
      comment: 'Core runs in the simulator: clock, randomness, disk and network come through ports.',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'machines-only-xstate',
      comment: 'A machine names its effects; the engine provides them.',
      severity: 'error',
      from: { path: core('machines') },
      to: { path: '.', pathNot: [core('base', 'protocol', 'crypto', 'machines'), npm('xstate')] },
    },
    {
      name: 'simulation-is-a-leaf',
      comment: 'Only core/testing.ts opens the simulator to the outside.',
      severity: 'error',
      from: { path: '^core/', pathNot: '^core/(simulation/|testing\\.ts$)' },
      to: { path: '^core/(simulation/|testing\\.ts$)' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'Adapters meet only through ports.',
      severity: 'error',
      from: { path: '^(transports|plugins)/([^/]+)/' },
      to: { path: '^(transports|plugins|apps|specs)/', pathNot: '^$1/$2/' },
    },
    {
      name: 'adapters-use-the-front-door',
      comment: 'Adapters import core/index.ts, as a third party would.',
      severity: 'error',
      from: { path: '^(transports|plugins)/', pathNot: '^transports/memory/' },
      to: { path: '^core/', pathNot: '^core/index\\.ts$' },
    },
    {
      name: 'adapters-use-the-front-door',
      comment: 'The memory transport is part of the simulated world.',
      severity: 'error',
      from: { path: '^transports/memory/' },
      to: { path: '^core/', pathNot: '^core/(index|testing)\\.ts$' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'Each app is one composition root; what they share is in apps/shared. Only the command line starts the others.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/cli/' },
      to: { path: '^apps/', pathNot: '^apps/($1|shared)/' },
    },
    {
      name: 'container-only-in-plugin-host-and-apps',
      comment: 'Elsewhere a class receives values, never a container.',
      severity: 'error',
      from: { path: '^(core|transports|plugins|apps)/', pathNot: '^(core/plugins|apps)/' },
      to: { path: npm('inversify', '@inversifyjs', 'reflect-metadata'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'zod-at-the-edge',
      comment: 'JSON from outside is validated where it enters: commands, the directory rules, adapters, apps.',
      severity: 'error',
      from: { path: '^core/', pathNot: core('events', 'directory') },
      to: { path: npm('zod') },
    },
    ...layerRules,
    ...libraryRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Without these inversify 8, which has only an exports map, does not resolve.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
