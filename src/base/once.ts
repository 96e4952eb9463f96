/** What `make` gives, made when it is first asked for and kept: for what cannot change while the process runs. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
