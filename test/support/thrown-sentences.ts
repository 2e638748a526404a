import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { projectRoot } from './cli.ts';

/** What the studio may say, with a sample such as ‹3› for each thing filled in. */
export interface Said {
  where: string;
  text: string;
}

type Bound = ReadonlyMap<string, readonly string[]>;

const nothing: Bound = new Map();
/** Functions that call one another this deep are followed, and no further. */
const deepest = 2;

/** Reads the sentences that the sources of a folder put into errors, with what callers hand to the functions that throw. */
class Sources {
  readonly #files: readonly ts.SourceFile[];
  readonly #calls: ts.CallExpression[] = [];

  constructor(paths: readonly string[]) {
    this.#files = paths.map((path) =>
      ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
    );
    for (const file of this.#files)
      for (const node of nodesOf(file)) if (ts.isCallExpression(node)) this.#calls.push(node);
  }

  /** Second arguments of every error, and everything put among a model's problems. */
  thrown(): Said[] {
    return this.#files.flatMap((file) =>
      nodesOf(file).flatMap((node) => {
        if (ts.isNewExpression(node) && node.expression.getText() === 'LavidaError')
          return this.#said(file, node.arguments?.[1]);
        if (ts.isCallExpression(node) && node.expression.getText() === 'problems.push')
          return this.#said(file, node.arguments[0]);
        return [];
      }),
    );
  }

  /** Every whole sentence written anywhere in the files. */
  written(): Said[] {
    return this.#files.flatMap((file) =>
      nodesOf(file)
        .filter((node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
        .flatMap((node) => this.#said(file, node))
        .filter(({ text }) => /^[A-Z‹].* .*\.$/u.test(text)),
    );
  }

  #said(file: ts.SourceFile, node: ts.Expression | undefined): Said[] {
    if (!node) return [];
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const where = `${relative(projectRoot, file.fileName)}:${String(line)}`;
    return this.#expand(node, 0).map((text) => ({ where, text }));
  }

  #expand(node: ts.Expression, depth: number): string[] {
    const around = depth < deepest ? enclosing(node) : null;
    const parameters = around ? parametersIn(node, around) : [];
    if (!around || parameters.length === 0) return this.#texts(node, nothing, depth);
    const calls = this.#callsOf(around);
    if (calls.length === 0) return this.#texts(node, nothing, depth);
    return calls.flatMap(({ arguments: given }) => {
      const bound = new Map<string, readonly string[]>();
      for (const [name, at] of parameters) {
        const value = given[at];
        const texts = value ? this.#expand(value, depth + 1) : [];
        if (texts.length > 0) bound.set(name, texts);
      }
      return this.#texts(node, bound, depth);
    });
  }

  /** The texts an expression may become; none for what is not written out. */
  #texts(node: ts.Expression, bound: Bound, depth: number): string[] {
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isParenthesizedExpression(node)) return this.#texts(node.expression, bound, depth);
    if (ts.isConditionalExpression(node))
      return [node.whenTrue, node.whenFalse].flatMap((each) => this.#texts(each, bound, depth));
    if (ts.isIdentifier(node)) {
      const initializer = localValue(node);
      return [...(bound.get(node.text) ?? (initializer ? this.#texts(initializer, bound, depth) : []))];
    }
    if (!ts.isTemplateExpression(node)) return [];
    return node.templateSpans.reduce<string[]>(
      (begun, { expression, literal }, i) => {
        const written = this.#texts(expression, bound, depth);
        const parts = written.length > 0 ? written : [`‹${String(depth)}${String(i)}›`];
        return begun.flatMap((text) => parts.map((part) => text + part + literal.text));
      },
      [node.head.text],
    );
  }

  #callsOf({ name, exported, file }: Around): ts.CallExpression[] {
    return this.#calls.filter(
      (call) =>
        (exported || call.getSourceFile() === file) &&
        call.expression
          .getText()
          .replace(/^this\./u, '')
          .replace('#', '') === name,
    );
  }
}

interface Around {
  name: string;
  parameters: readonly string[];
  exported: boolean;
  file: ts.SourceFile;
}

/** The function around a node and the name it is called by. */
function enclosing(node: ts.Node): Around | null {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const named = at.name ?? (ts.isVariableDeclaration(at.parent) ? at.parent.name : null);
    if (!named) return null;
    const exported = ts.isFunctionDeclaration(at)
      ? (at.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    return {
      name: named.getText().replace('#', ''),
      parameters: at.parameters.map((each) => each.name.getText()),
      exported,
      file: at.getSourceFile(),
    };
  }
  return null;
}

/** Parameters of a function that an expression is made of, with their places. */
function parametersIn(node: ts.Expression, { parameters }: Around): [name: string, at: number][] {
  const used = new Set(
    nodesOf(node)
      .filter(ts.isIdentifier)
      .map(({ text }) => text),
  );
  return parameters.map((name, at): [string, number] => [name, at]).filter(([name]) => used.has(name));
}

/** What a constant of the same function is made of. */
function localValue(node: ts.Identifier): ts.Expression | null {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if (!ts.isBlock(at)) continue;
    for (const statement of at.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find(({ name }) => name.getText() === node.text);
      if (found?.initializer) return found.initializer;
    }
  }
  return null;
}

function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [root];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  return found;
}

const native = join(projectRoot, 'native');
/** Where sentences are chosen from tables before they are thrown. */
const tables = [
  'store/http-client.ts',
  'supervisor/exit-words.ts',
  'supervisor/supervisor.ts',
  'studio/service.ts',
  'hardware/words.ts',
];

/** Every sentence of an error or of a model's problems the window may have to show. */
export function thrownSentences(): Said[] {
  const all = readdirSync(native, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^(cli|serve)[\\/]/u.test(name))
    .map((name) => join(native, name));
  const said = [
    ...new Sources(all).thrown(),
    ...new Sources(tables.map((name) => join(native, name))).written(),
  ];
  return said.filter(({ text }, i) => said.findIndex((other) => other.text === text) === i);
}
