import ts from 'typescript';
import { isProduct, lineOf, nodesOf, parse, type SourceFile } from './sourceTree.js';

const SIGNERS = new Set(['sign', 'createSign']);

function cryptoImport(file: ts.SourceFile): ts.ImportClause | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (/^(?:node:)?crypto$/.test(statement.moduleSpecifier.text)) return statement.importClause;
  }
  return undefined;
}

/**
 * Uses of the signing functions of node:crypto. There is one, behind SIG(label, parts): whoever can have arbitrary bytes
 * signed can have anything signed.
 */
export function signCallSites(source: SourceFile): readonly string[] {
  if (!isProduct(source.path) || !/\.[cm]?[jt]s$/.test(source.path)) return [];
  const file = parse(source);
  const clause = cryptoImport(file);
  if (!clause) return [];
  const functions = new Set<string>();
  const modules = new Set<string>();
  if (clause.name) modules.add(clause.name.text);
  if (clause.namedBindings && ts.isNamespaceImport(clause.namedBindings)) modules.add(clause.namedBindings.name.text);
  else if (clause.namedBindings) {
    for (const { name, propertyName } of clause.namedBindings.elements) if (SIGNERS.has((propertyName ?? name).text)) functions.add(name.text);
  }
  const isSigner = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node)) return ts.isIdentifier(node.expression) && modules.has(node.expression.text) && SIGNERS.has(node.name.text);
    if (!ts.isIdentifier(node) || !functions.has(node.text)) return false;
    const isProperty = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    const isDeclared = ts.isImportSpecifier(node.parent) || (ts.isMethodDeclaration(node.parent) && node.parent.name === node);
    return !isProperty && !isDeclared && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node);
  };
  return nodesOf(file)
    .filter(isSigner)
    .map((node) => `${source.path}:${lineOf(node)}`);
}
