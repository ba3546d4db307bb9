/** The import rules of docs/architecture.md: shared <- edge, shared <- batch, shared <- local. */
const tests = '[.]test[.]ts$';
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-stands-alone',
      comment: 'shared is read by the Worker and by Node: no other part, no node: module.',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { path: '^(edge|batch|local|bench)/' },
    },
    {
      name: 'shared-uses-no-node',
      severity: 'error',
      from: { path: '^shared/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'edge-sees-only-shared',
      severity: 'error',
      from: { path: '^edge/', pathNot: tests },
      to: { path: '^(batch|local|bench)/' },
    },
    {
      name: 'batch-sees-only-shared',
      comment: 'AWS and the local engine differ by endpoint URL only.',
      severity: 'error',
      from: { path: '^batch/', pathNot: tests },
      to: { path: '^(edge|local|bench)/' },
    },
    {
      name: 'local-sees-only-shared',
      comment: 'Only the start-everything file and the test set-up may reach into the programs.',
      severity: 'error',
      from: { path: '^local/', pathNot: `^local/(start[.]ts|testing/)|${tests}` },
      to: { path: '^(edge|batch|bench)/' },
    },
    {
      name: 'engine-knows-no-stand-in',
      severity: 'error',
      from: { path: '^local/engine/', pathNot: tests },
      to: { path: '^local/(?!engine/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
