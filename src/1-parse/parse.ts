import type { Architecture } from '../model/architecture.js';
import { ActivationNames } from './activations.js';
import { check } from './check.js';
import { readDocument } from './document.js';
import { readEquations } from './equations.js';

/**
 * The text of an architecture file → the architecture, generic in the depth n.
 *
 *     YAML text → fields → equation lines → tokens → expression trees → terms → checked equations
 *
 * `file` is only printed in positions (null for text from memory). Nothing in the text is ever evaluated. Throws
 * `LipwrightError` (LW102 … LW107, LW201 … LW214, LW307, LW310, LW501 … LW507) at the line and column of the offence.
 */
export function parseArchitecture(text: string, file: string | null): Architecture {
  // A byte order mark is no part of the text, and columns should not count it.
  const definition = text.replace(/^\ufeff/, '');
  const document = readDocument(definition, file);
  const declared = document.parameters.map(({ name }) => name);
  const names = new ActivationNames(document.activations);
  const equations = readEquations(document.equations, declared, names);
  check(equations, document.parameters, document.equationsPosition);
  return {
    name: document.name,
    title: document.title,
    source: document.source,
    equations,
    parameters: new Map(document.parameters.map(({ name, structure }) => [name, structure])),
    activations: names.resolve(equations),
    definition,
  };
}
