import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../support/cli.ts';

const rendererRoot = join(projectRoot, 'renderer');

/** Attributes and properties whose value a person reads or hears. */
const spoken = new Set(
  'title label alt placeholder about hint description detail text caption aria-label aria-description aria-valuetext aria-placeholder aria-roledescription'.split(
    ' ',
  ),
);

/** Every source file of the window but the catalogues, parsed. */
export function rendererSources(): ts.SourceFile[] {
  return readdirSync(rendererRoot, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => /\.tsx?$/u.test(name) && !/^i18n[\\/](en|zh)/u.test(name) && !name.includes('vite.config'),
    )
    .map((name) => {
      const path = join(rendererRoot, name);
      return parseSource(path, readFileSync(path, 'utf8'));
    });
}

export function parseSource(path: string, text: string): ts.SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
}

/** Texts written into the markup instead of the catalogue, as `file:line text`. */
export function textLiterals(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const report = (node: ts.Node, text: string): void => {
    if (!/\p{L}{2,}/u.test(text)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push(`${relative(projectRoot, file.fileName)}:${String(line)} ${text.trim()}`);
  };
  const reportStrings = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) report(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      report(
        node,
        [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join(' '),
      );
      for (const { expression } of node.templateSpans) reportStrings(expression);
    } else if (ts.isConditionalExpression(node)) {
      reportStrings(node.whenTrue);
      reportStrings(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) reportStrings(node.expression);
    else if (ts.isBinaryExpression(node) && /^(\?\?|\|\||&&|\+)$/u.test(node.operatorToken.getText())) {
      reportStrings(node.left);
      reportStrings(node.right);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) report(node, node.text);
    else if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      reportStrings(node.expression);
    else if (ts.isJsxAttribute(node) && node.initializer && spoken.has(node.name.getText())) {
      const { initializer } = node;
      reportStrings(
        ts.isJsxExpression(initializer) && initializer.expression ? initializer.expression : initializer,
      );
    } else if (ts.isCallExpression(node) && node.expression.getText() === 'showToast') {
      for (const argument of node.arguments) reportStrings(argument);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Every string the sources hold, and the fixed beginnings and ends of those put together. */
export function wordsOf(files: readonly ts.SourceFile[]): { whole: Set<string>; framed: [string, string][] } {
  const whole = new Set<string>();
  const framed: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) whole.add(node.text);
    if (ts.isTemplateExpression(node) && node.head.text.includes('.'))
      framed.push([node.head.text, node.templateSpans.at(-1)?.literal.text ?? '']);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return { whole, framed };
}
