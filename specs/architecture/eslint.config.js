import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What needs types to be seen: promises nobody waits for, switches that forget a case, values of unknown shape. */
const typeChecked = {
  files: ['**/*.ts', '**/*.mts'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { project: ['./specs/tsconfig.json'], tsconfigRootDir: ROOT } },
  rules: {
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    '@typescript-eslint/explicit-module-boundary-types': 'error',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
    // A number or a boolean in a message reads as it should.
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    // `() => port.close()` and `fromPromise<void>` read well and hide nothing.
    '@typescript-eslint/no-confusing-void-expression': 'off',
    '@typescript-eslint/no-invalid-void-type': 'off',
    // An async method without await turns a throw into a rejection, which is what a port promises.
    '@typescript-eslint/require-await': 'off',
    // Narrowing what came from outside is checked at run time as well; the types of a plugin or a peer promise nothing.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    // A string is spread to get its code points, which is what the rules for names are about.
    '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
    // Return codes come from tables of numbers.
    '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    '@typescript-eslint/unified-signatures': 'off',
  },
};

export default defineConfig([
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/'] },
  {
    files: ['**/*.{ts,mts,mjs,cjs,js}'],
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-implicit-coercion': 'error',
      'no-param-reassign': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
  typeChecked,
  {
    // Specs hold half-made objects on purpose.
    files: ['specs/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
]);
