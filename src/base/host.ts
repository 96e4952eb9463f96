import type * as FileSystem from 'node:fs';
import type * as Paths from 'node:path';

interface HostModules {
  readonly 'node:fs': typeof FileSystem;
  readonly 'node:path': typeof Paths;
}

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/**
 * A module of Node's own, or null where there is none, as in a browser. It is asked for at run time and not imported,
 * so that one and the same package loads everywhere and bundlers find nothing to resolve.
 */
export function hostModule<Name extends keyof HostModules>(name: Name): HostModules[Name] | null {
  const host: Host = globalThis;
  return (host.process?.getBuiltinModule?.(name) ?? null) as HostModules[Name] | null;
}
