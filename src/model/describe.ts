import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/naming.js';
import { diag, inverse, product, quotient, transpose } from '../expr/build.js';
import { text } from '../expr/print.js';
import type { Assignment } from './parameterization.js';
import type { ScaleFactor } from './scaling.js';

const beside = (side: ScaleFactor | null): readonly Expression[] =>
  side === null ? [] : [side.inverse ? inverse(side.scale) : side.scale];

/** Powers of two as such: nobody reads 18446744073709551616. */
const boundText = (bound: number): string =>
  bound > 2 ** 16 && Number.isInteger(Math.log2(bound)) ? `2^${Math.log2(bound)}` : String(bound);

/** A symbol as formulas have it, a multiplier or a scale by its diagonal: `λ[2]`. */
const nameText = (node: SymbolNode, naming: Naming): string =>
  text(node.role === 'multiplier' || node.role === 'scale' ? diag(node) : node, naming);

/** One line of text for an assignment, for traces and for the comments of emitted code. */
export function describe(assignment: Assignment, naming: Naming): string {
  const print = (node: Expression): string => text(node, naming);
  const name = (node: SymbolNode): string => nameText(node, naming);
  switch (assignment.kind) {
    case 'clamp':
      return `${name(assignment.weight)} := clamp to ±${boundText(assignment.bound)}`;
    case 'clip':
      return (
        `${name(assignment.weight)} := clip to ±${print(assignment.bound)} where ` +
        `${print(assignment.onlyIfPositive)} > 0`
      );
    case 'shrink': {
      const names = assignment.weights.map((weight) => name(weight)).join(', ');
      const power = assignment.exponent === 1 ? '' : ' to the power 1/2';
      return (
        `${names} := ${names} · min(1, ` +
        `${print(quotient(assignment.limit, assignment.usage))})${power} by ${assignment.spread.kind}`
      );
    }
    case 'define':
      return (
        `${name(assignment.symbol)} := ` +
        `${assignment.uniform === true ? 'greatest entry of ' : ''}${print(assignment.value)}`
      );
    case 'rescale':
      return (
        `${nameText(assignment.symbol, { ...naming, mark: '' })} := ` +
        print(product([...beside(assignment.left), assignment.symbol, ...beside(assignment.right)]))
      );
    case 'matrix':
      return `${name(assignment.symbol)} := ${print(assignment.value)}`;
    case 'primitive': {
      const { symbol, of, primitive } = assignment;
      return primitive.text(name(symbol), print(of), print(transpose(symbol)));
    }
    case 'keep':
      return `${name(assignment.symbol)} := ${name(assignment.symbol)} in the precision that it is kept in`;
    case 'majorant':
      return `${name(assignment.symbol)} := √(greatest row sum · greatest column sum) of |${print(assignment.of)}|`;
    case 'demand':
      return `demand ${print(assignment.value)} > 0`;
  }
}
