import type { Parameter, Program, Tree } from '../../model/program.js';
import { withLeaves } from '../../model/tree.js';
import { reading, withEach } from './body.js';
import type { Body } from './body.js';
import { simplified } from './trees.js';

/** Layers whose slopes are not their block's, ±k. */
export const risingLayers = ({ layers }: Pick<Program, 'layers'>): readonly number[] =>
  layers.flatMap(({ activation }, at) => (activation.kind === 'block' ? [] : [at]));

/**
 * # Rising activations
 *
 * The operations for the lower slope m = 0 in these layers: then P = m L = 0, S = m + L = L and |L| = L ≥ m, as
 * floating point has it too.
 */
export function forRising(body: Body, layers: readonly number[]): Body {
  const rising = new Set(layers);
  const parameter = (given: Parameter): Tree => {
    if (!('layer' in given) || !rising.has(given.layer)) return { kind: 'parameter', parameter: given };
    const { layer } = given;
    return given.kind === 'slope-lower' || given.kind === 'slope-product'
      ? { kind: 'number', value: 0 }
      : { kind: 'parameter', parameter: { kind: 'slope-upper', layer } };
  };
  const isUpper = (part: Tree): boolean =>
    part.kind === 'parameter' && part.parameter.kind === 'slope-upper' && rising.has(part.parameter.layer);
  const tree = (given: Tree): Tree =>
    simplified(
      withLeaves(given, (leaf) => (leaf.kind === 'parameter' ? parameter(leaf.parameter) : leaf)),
      isUpper,
    );
  return withEach(body, (operation) => [reading(operation, { tree })]);
}
