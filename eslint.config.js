import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';

/** Folders a runtime may not reach into: native computes, the renderer shows, the shell joins them (DESIGN: import rule). */
const restrict = (files, groups) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: groups.map(([group, message]) =>
          typeof group === 'string' ? { regex: group, message } : { group, message },
        ),
      },
    ],
  },
});

/** Functions of node:fs that change the disk. */
const fsWriters =
  '^(writeFile|appendFile|createWriteStream|write|writev|rename|copyFile|cp|truncate|ftruncate|link|symlink|unlink|rm|rmdir|mkdir|mkdtemp|mkdtempDisposable|utimes|chmod|chown|WriteStream)(Sync)?$';
const fsModule = '/^(node:)?fs(\\u002Fpromises)?$/';
const throughSafeFile = 'Files are written, moved and removed through native/library/safe-file.ts only.';

/** Safe files: the program's own code changes the disk in one module, which writes whole files or none. */
const oneWriter = {
  files: ['native/**', 'electron/**'],
  ignores: ['native/library/safe-file.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        `ImportDeclaration[source.value=${fsModule}] ImportSpecifier[imported.name=/${fsWriters}/]`,
        `ImportDeclaration[source.value=${fsModule}] :matches(ImportNamespaceSpecifier, ImportDefaultSpecifier)`,
        `ImportDeclaration[source.value=${fsModule}] ImportSpecifier[imported.name=/^(promises|default)$/]`,
        `ImportExpression[source.value=${fsModule}]`,
        `CallExpression[callee.name='require'][arguments.0.value=${fsModule}]`,
        `CallExpression[callee.property.name='getBuiltinModule']`,
        // Reading names its flag or leaves it out; anything else may write.
        `CallExpression[callee.name=/^open(Sync|AsBlob)?$/][arguments.length>1]:not([arguments.1.value='r'])`,
      ].map((selector) => ({ selector, message: throughSafeFile })),
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'out',
      'release',
      'node_modules',
      'coverage',
      'models',
      'test-results',
      'playwright-report',
    ],
  },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': ['error', { allow: ['error', 'warn'] }],
      eqeqeq: 'error',
    },
  },
  { files: ['scripts/**', 'native/cli/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    files: ['renderer/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  oneWriter,
  restrict(
    ['native/**'],
    [
      ['^electron(/|$)', 'native is plain Node: no Electron.'],
      [['**/electron/main/**', '**/electron/preload/**'], 'native is plain Node: no Electron.'],
      ['(/renderer/|^(react|react-dom|konva)(/|$))', 'native has no DOM.'],
    ],
  ),
  restrict(
    ['renderer/**'],
    [
      [
        ['**/native/**', '**/electron/main/**', '**/electron/preload/**'],
        'the renderer imports only the contract and itself.',
      ],
      ['^(electron|fs|path|onnxruntime-node)(/|$)|^node:', 'the renderer is a web page.'],
    ],
  ),
  restrict(
    ['electron/contract/**'],
    [
      [['**/native/**', '**/renderer/**', '**/main/**', '**/preload/**'], 'the contract depends on nothing.'],
      ['^electron(/|$)|^node:', 'the contract depends on nothing.'],
    ],
  ),
);
