/** Module graph rules: no cycles, and the import rule of the design (native <- shell, contract <- everyone). */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-is-a-leaf',
      severity: 'error',
      from: { path: '^electron/contract' },
      to: { path: '^(native|renderer|electron/(main|preload)|test|scripts)' },
    },
    {
      name: 'native-is-plain',
      severity: 'error',
      from: { path: '^native' },
      to: { path: '^(renderer|electron/(main|preload)|test|scripts)|node_modules/electron/' },
    },
    {
      name: 'renderer-sees-contract-only',
      severity: 'error',
      from: { path: '^renderer' },
      to: { path: '^(native|electron/(main|preload)|test|scripts)' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|out)/|\\?url$|\\.css$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
