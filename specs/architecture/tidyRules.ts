import { homedir } from 'node:os';
import ts from 'typescript';
import { bannedCalls } from './bannedCalls.js';
import { ROOT } from '../support/root.js';
import { commentsOf, isProduct, isSpec, lastLineOf, lineOf, nodesOf, parse, textFiles, type SourceFile } from './sourceTree.js';

/** Complaints about one file, each `path:line what is wrong`. */
export type TidyRule = (source: SourceFile) => readonly string[];

export const FILE_LINES_MAX = 300;
/** A spec is read by its names, so it may go on longer. */
const SPEC_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 70;
export const LINE_LENGTH_MAX = 160;

const isTypeScript = ({ path }: SourceFile): boolean => /\.m?ts$/.test(path);
const isCode = ({ path }: SourceFile): boolean => /\.(?:ts|mts|mjs|cjs)$/.test(path);

/** A rule over syntax nodes: the complaint for a node, or nothing. */
const perNode =
  (check: (node: ts.Node, source: SourceFile) => string | undefined, applies = isCode): TidyRule =>
  (source) => {
    if (!applies(source)) return [];
    return nodesOf(parse(source)).flatMap((node) => {
      const complaint = check(node, source);
      return complaint === undefined ? [] : [`${source.path}:${lineOf(node)} ${complaint}`];
    });
  };

const noExportStar = perNode((node) => (ts.isExportDeclaration(node) && !node.exportClause ? 'export *: name what is exported' : undefined));

const noDefaultClass = perNode((node) => {
  const isDefault = ts.isClassDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return isDefault ? 'default-exported class: export it by name' : undefined;
});

const noAny = perNode((node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'any: say what it is, or unknown' : undefined), isTypeScript);

/** `describe.skip`, `test.only`, `xit` and their kin. */
const noFocus = perNode((node, { path }) => {
  if (!isSpec(path) || !ts.isCallExpression(node)) return undefined;
  const callee = node.expression.getText();
  return /^(?:(?:test|it|describe)\.(?:only|skip|todo)\b|[fx](?:it|test|describe)$)/.test(callee) ? `${callee}: every spec runs` : undefined;
});

/** A handler that does nothing hides what it was given; a comment in it does not handle either. */
const noSwallowing = perNode((node, { path }) => {
  if (ts.isCatchClause(node) && node.block.statements.length === 0) return 'empty catch: handle it, or say in code why it may be dropped';
  if (!isProduct(path) || !ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [handler] = node.arguments;
  if (node.expression.name.text !== 'catch' || !handler || !ts.isArrowFunction(handler)) return undefined;
  const isNothing = ts.isBlock(handler.body) ? handler.body.statements.length === 0 : handler.body.getText() === 'undefined';
  return isNothing ? '.catch() that drops the error: handle or report it' : undefined;
});

/** A callback that groups specs is a chapter, not a function. */
function groupsSpecs(node: ts.FunctionLikeDeclaration): boolean {
  if (!node.body || !ts.isBlock(node.body)) return false;
  return node.body.statements.some((statement) => /^(?:describe|test|it|beforeAll|beforeEach|afterAll|afterEach)\b/.test(statement.getText()));
}

const functionLength = perNode((node, { path }) => {
  if (!ts.isFunctionLike(node) || !('body' in node)) return undefined;
  if (isSpec(path) && groupsSpecs(node)) return undefined;
  const lines = lastLineOf(node) - lineOf(node) + 1;
  return lines > FUNCTION_LINES_MAX ? `a function of ${lines} lines: at most ${FUNCTION_LINES_MAX} fit a screen` : undefined;
});

const fileLength: TidyRule = (source) => {
  const lines = source.text.split('\n').length - 1;
  const max = isSpec(source.path) ? SPEC_LINES_MAX : FILE_LINES_MAX;
  return isCode(source) && lines > max ? [`${source.path}:1 ${lines} lines: at most ${max}, split it`] : [];
};

const lines: TidyRule = (source) => {
  const complaints = source.text.split('\n').flatMap((line, index) => {
    const where = `${source.path}:${index + 1}`;
    if (line.endsWith('\r')) return [`${where} carriage return`];
    if (!isCode(source)) return [];
    if (line.length > LINE_LENGTH_MAX) return [`${where} ${line.length} characters: at most ${LINE_LENGTH_MAX}`];
    if (/\t/.test(line)) return [`${where} tab: two spaces`];
    return /\s$/.test(line) ? [`${where} blank at the end of the line`] : [];
  });
  return source.text.endsWith('\n') || source.path.endsWith('.json') ? complaints : [...complaints, `${source.path} does not end with a newline`];
};

const COMMENT_BANS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:TODO|FIXME|XXX|HACK)\b/, 'do it, or file it: a note in the code is read by nobody'],
  [/@ts-(?:ignore|nocheck)/, 'fix the type'],
  [/eslint-disable|prettier-ignore/, 'fix the code, or change the rule for everybody'],
];

const comments: TidyRule = (source) => {
  if (!isCode(source)) return [];
  return commentsOf(parse(source)).flatMap(({ line, text }) =>
    COMMENT_BANS.filter(([pattern]) => pattern.test(text)).map(([pattern, why]) => `${source.path}:${line} ${pattern.exec(text)?.[0]}: ${why}`),
  );
};

/** A document that a text names must be in this repository, so that every reader can open it. */
const documents: TidyRule = (source) => {
  const known = new Set(textFiles().map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  return source.text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\b[A-Z][A-Z_]+\.md\b/g)]
        .filter(([name]) => !known.has(name))
        .map(([name]) => `${source.path}:${index + 1} names ${name}, which is not here`),
    );
};

/** Nobody else's machine has our folders. */
const OURS = [ROOT, `${homedir()}/`];
const machinePaths: TidyRule = (source) =>
  source.text.split('\n').flatMap((line, index) => {
    const found = OURS.find((folder) => line.includes(folder));
    return found === undefined ? [] : [`${source.path}:${index + 1} names a path of this machine: ${found}`];
  });

const nouns: TidyRule = ({ path }) =>
  /(?:^|\/)(?:utils?|helpers?|common|misc)\.[cm]?[jt]s$/.test(path) ? [`${path} says nothing by its name: name the noun it is about`] : [];

export const TIDY_RULES: Readonly<Record<string, TidyRule>> = {
  bannedCalls,
  noExportStar,
  noDefaultClass,
  noAny,
  noFocus,
  noSwallowing,
  functionLength,
  fileLength,
  lines,
  comments,
  documents,
  machinePaths,
  nouns,
};
