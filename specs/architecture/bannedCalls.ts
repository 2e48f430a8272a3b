import ts from 'typescript';
import { lineOf, nodesOf, parse, type SourceFile } from './sourceTree.js';

/** Global name → what core uses instead. */
const BANNED_GLOBALS: ReadonlyMap<string, string> = new Map([
  ['Buffer', 'Uint8Array and core/base/bytes.ts'],
  ['clearInterval', 'the Clock port'],
  ['clearTimeout', 'the Clock port: clock.clearTimeout()'],
  ['console', 'the Logger port, or a fact'],
  ['crypto', 'the Random and Primitives ports'],
  ['fetch', 'a transport'],
  ['performance', 'the Clock port: clock.monotonic()'],
  ['process', 'the Settings port; the composition root alone reads the process'],
  ['queueMicrotask', 'the Clock port, or an await'],
  ['randomBytes', 'the Random port: random.bytes()'],
  ['require', 'an import'],
  ['setImmediate', 'the Clock port: clock.setTimeout()'],
  ['setInterval', 'the Clock port: clock.setTimeout(), set again'],
  ['setTimeout', 'the Clock port: clock.setTimeout()'],
]);

/** Member of a global → what core uses instead. */
const BANNED_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['Date.now', 'the Clock port: clock.now()'],
  ['Math.random', 'the Random port: random.uniform()'],
]);

/** True where the identifier is read as a value, not where it names a property, a parameter or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isTypeReferenceNode(parent)) return true;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) return parent.initializer === node;
  return ts.isBinaryExpression(parent) || ts.isTypeOfExpression(parent) || ts.isTypeQueryNode(parent) || ts.isElementAccessExpression(parent);
}

/** Names the file gives a meaning of its own: parameters, imports, constants, members of a pattern. */
function ownNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodesOf(file)) {
    const declares =
      ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isImportSpecifier(node) || ts.isImportClause(node);
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
  }
  return names;
}

function bannedAt(node: ts.Node): readonly [string, string] | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return ['new Date()', 'the Clock port: clock.now()'];
  if (ts.isPropertyAccessExpression(node)) {
    const called = `${node.expression.getText()}.${node.name.text}`.replace(/^globalThis\./, '');
    const instead = BANNED_MEMBERS.get(called) ?? (node.expression.getText() === 'globalThis' ? BANNED_GLOBALS.get(called) : undefined);
    return instead === undefined ? undefined : [called, instead];
  }
  if (!ts.isIdentifier(node) || !isReference(node)) return undefined;
  const instead = BANNED_GLOBALS.get(node.text);
  return instead === undefined ? undefined : [node.text, instead];
}

/** Core asks ports for time, chance and the world; everything else makes the simulator lie. */
export function bannedCalls(source: SourceFile): readonly string[] {
  if (!/^core\/.*\.ts$/.test(source.path)) return [];
  const file = parse(source);
  const own = ownNames(file);
  return nodesOf(file).flatMap((node) => {
    const banned = bannedAt(node);
    if (!banned || (ts.isIdentifier(node) && own.has(node.text))) return [];
    return [`${source.path}:${lineOf(node)} uses ${banned[0]}: use ${banned[1]}`];
  });
}
