import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/root.js';

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'coverage']);
const CODE = /\.(?:ts|mts|mjs|cjs)$/;
const TEXT = /\.(?:ts|mts|mjs|cjs|md|json|sql|sh)$|^\.ci\/run$|^LICENSE$/;

/** One file of the repository: path from its root with `/`, and the whole text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

let texts: readonly SourceFile[] | undefined;

/** Every text file that is ours, in a fixed order, read once. */
export function textFiles(): readonly SourceFile[] {
  texts ??= [...walk(ROOT)]
    .map((path) => relative(ROOT, path).replaceAll('\\', '/'))
    .filter((path) => TEXT.test(path) && path !== 'package-lock.json')
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
  return texts;
}

export const codeFiles = (): readonly SourceFile[] => textFiles().filter(({ path }) => CODE.test(path));

/** Code that ships, as against specs and configuration. */
export const isProduct = (path: string): boolean => /^(?:core|transports|plugins|apps)\//.test(path);
export const isSpec = (path: string): boolean => path.startsWith('specs/');

const parsed = new Map<string, ts.SourceFile>();

export function parse({ path, text }: SourceFile): ts.SourceFile {
  const key = `${path}\0${text}`;
  const known = parsed.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  parsed.set(key, known);
  return known;
}

/** The node and all below it, without tokens. */
export function nodesOf(node: ts.Node): readonly ts.Node[] {
  const all: ts.Node[] = [];
  const visit = (each: ts.Node): void => {
    all.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return all;
}

function tokensOf(node: ts.Node): readonly ts.Node[] {
  const children = node.getChildren();
  return children.length === 0 ? [node] : children.flatMap(tokensOf);
}

export const lineOf = (node: ts.Node): number => {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
};
export const lastLineOf = (node: ts.Node): number => node.getSourceFile().getLineAndCharacterOfPosition(node.getEnd()).line + 1;

/** The comments of a file with their line, found by the scanner so that a string that looks like one is none. */
export function commentsOf(file: ts.SourceFile): readonly { readonly line: number; readonly text: string }[] {
  const found = new Map<number, string>();
  for (const node of tokensOf(file)) {
    for (const range of ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []) found.set(range.pos, file.text.slice(range.pos, range.end));
    for (const range of ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? []) found.set(range.pos, file.text.slice(range.pos, range.end));
  }
  return [...found].map(([pos, text]) => ({ line: file.getLineAndCharacterOfPosition(pos).line + 1, text }));
}
