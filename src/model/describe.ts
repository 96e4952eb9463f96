import type { Expression } from '../expr/node.js';
import type { Naming } from '../expr/naming.js';
import { inverse, product, quotient, transpose } from '../expr/build.js';
import { plainName, text } from '../expr/print.js';
import type { Assignment } from './parameterization.js';
import type { ScaleFactor } from './scaling.js';

const beside = (side: ScaleFactor | null): readonly Expression[] => (side === null ? [] : [side.inverse ? inverse(side.scale) : side.scale]);

/** Powers of two as such: nobody reads 18446744073709551616. */
const boundText = (bound: number): string => (bound > 2 ** 16 && Number.isInteger(Math.log2(bound)) ? `2^${Math.log2(bound)}` : String(bound));

/** One line of text for an assignment, for traces and for the comments of emitted code. */
export function describe(assignment: Assignment, naming: Naming): string {
  const print = (node: Expression): string => text(node, naming);
  switch (assignment.kind) {
    case 'clamp':
      return `${plainName(assignment.weight, naming)} := clamp to ±${boundText(assignment.bound)}`;
    case 'clip':
      return `${plainName(assignment.weight, naming)} := clip to ±${print(assignment.bound)} where ${print(assignment.onlyIfPositive)} > 0`;
    case 'shrink': {
      const names = assignment.weights.map((weight) => plainName(weight, naming)).join(', ');
      const power = assignment.exponent === 1 ? '' : ' to the power 1/2';
      return `${names} := ${names} · min(1, ${print(quotient(assignment.limit, assignment.usage))})${power} by ${assignment.spread.kind}`;
    }
    case 'define':
      return `${plainName(assignment.symbol, naming)} := ${assignment.uniform === true ? 'greatest entry of ' : ''}${print(assignment.value)}`;
    case 'rescale':
      return `${plainName(assignment.symbol, { ...naming, mark: '' })} := ${print(product([...beside(assignment.left), assignment.symbol, ...beside(assignment.right)]))}`;
    case 'matrix':
      return `${plainName(assignment.symbol, naming)} := ${print(assignment.value)}`;
    case 'cholesky':
      return `${plainName(assignment.symbol, naming)} ${print(transpose(assignment.symbol))} := ${print(assignment.of)}, lower triangular`;
    case 'cayley':
      return `${plainName(assignment.symbol, naming)} := Cayley transform of ${print(assignment.of)}`;
    case 'norm':
      return `${plainName(assignment.symbol, naming)} := bound of the largest singular value of ${print(assignment.of)}`;
    case 'keep':
      return `${plainName(assignment.symbol, naming)} := ${plainName(assignment.symbol, naming)} in the precision that it is kept in`;
    case 'majorant':
      return `${plainName(assignment.symbol, naming)} := √(greatest row sum · greatest column sum) of |${print(assignment.of)}|`;
    case 'demand':
      return `demand ${print(assignment.value)} > 0`;
  }
}
