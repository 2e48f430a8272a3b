import { posix } from 'node:path';
import ts from 'typescript';
import { isProduct, nodesOf, parse, type SourceFile } from './sourceTree.js';

/** What starts by itself: front doors, programs, plugins and transports (loaded by name), the simulated network's adapters, setup. */
const PRODUCT_ENTRIES = [
  /^core\/(?:index|testing)\.ts$/,
  /^apps\/[^/]+\/main\.ts$/,
  /^apps\/setup\/setup\.mjs$/,
  /^(?:plugins|transports)\/[^/]+\/index\.ts$/,
  /^transports\/memory\/Memory\w+\.ts$/,
];
/** What the test runner, npm scripts and tools start. Fixtures are loaded by path. */
const SPEC_ENTRIES = [
  /^specs\/.*\.(?:spec|bench)\.[cm]?[jt]s$/,
  /^specs\/architecture\/(?:dependency-cruiser\.cjs|eslint\.config\.js|writeDiagrams\.[cm]?[jt]s)$/,
  /^specs\/support\/(?:closingLineReporter|longestFirst)\.mjs$/,
  /^specs\/fixtures\//,
  /^jest\.config\.ts$/,
];

/** The module specifiers of a file: imports, re-exports, `import()`, and `new URL('./x.js', import.meta.url)`. */
function specifiersOf(source: SourceFile): readonly string[] {
  return nodesOf(parse(source)).flatMap((node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      return [node.moduleSpecifier.text];
    }
    const isLoad = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
    const [first] = isLoad || isUrl ? (node.arguments ?? []) : [];
    return first && ts.isStringLiteralLike(first) ? [first.text] : [];
  });
}

function candidates(path: string): readonly string[] {
  return [path, path.replace(/\.js$/, '.ts'), path.replace(/\.mjs$/, '.d.mts'), path.replace(/\.mjs$/, '.mts')];
}

function reach(files: ReadonlyMap<string, SourceFile>, entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set(entries);
  for (const path of reached) {
    const source = files.get(path);
    if (!source) continue;
    const targets = specifiersOf(source).filter((specifier) => specifier.startsWith('.'));
    for (const target of targets) {
      for (const candidate of candidates(posix.join(posix.dirname(path), target))) if (files.has(candidate)) reached.add(candidate);
    }
  }
  return reached;
}

/** Code files no entry point leads to. Product code that only a spec uses is dead as well. */
export function deadFiles(all: readonly SourceFile[]): readonly string[] {
  const files = new Map(all.filter(({ path }) => /\.(?:ts|mts|mjs|cjs|js)$/.test(path)).map((file) => [file.path, file]));
  const matching = (patterns: readonly RegExp[]): readonly string[] => [...files.keys()].filter((path) => patterns.some((pattern) => pattern.test(path)));
  const product = reach(files, matching(PRODUCT_ENTRIES));
  const specs = reach(files, matching(SPEC_ENTRIES));
  return [...files.keys()].filter((path) => !(isProduct(path) ? product : specs).has(path)).sort();
}
