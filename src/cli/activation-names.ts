import { excerpt } from '../base/diagnostic.js';

/** Different names that a line shows. */
const most = 8;

/**
 * The activations of open layers as a line of text, `gelu` or `gelu, tanh`; null where none is named. Names may be
 * somebody's text.
 */
export function activationNames(activations: readonly (string | null)[] | null | undefined): string | null {
  const names = [...new Set(activations ?? [])];
  if (names.every((name) => name === null)) return null;
  return [
    ...names.slice(0, most).map((name) => (name === null ? 'any with these slopes' : excerpt(name, 60))),
    ...(names.length > most ? ['…'] : []),
  ].join(', ');
}
