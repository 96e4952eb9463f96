/** Types of python-environment.mjs, for the tests and examples that import it. */
export type PythonEnvironment =
  { readonly path: string; readonly reason: null } | { readonly path: null; readonly reason: string };

export function pythonEnvironment(options?: {
  readonly quiet?: boolean;
  readonly again?: boolean;
}): Promise<PythonEnvironment>;

export function notTested(reason: string): string;

export function mustTest(): boolean;
