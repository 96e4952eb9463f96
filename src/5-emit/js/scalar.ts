import type { ElementaryName, Scalar } from '../../slopes/scalar/index.js';
import { approximate } from '../../slopes/scalar/index.js';

/** What JavaScript's Math lacks and the runtime has. */
const ofRuntime: ReadonlySet<ElementaryName> = new Set<ElementaryName>(['sech', 'sigmoid', 'softplus', 'erf']);

/** A scalar function as a JavaScript expression in v. @throws RangeError on a parameter without a number */
export function scalarText(node: Scalar): string {
  switch (node.kind) {
    case 'rational':
      return number(approximate(node.value));
    case 'pi':
      return 'Math.PI';
    case 'variable':
      return 'v';
    case 'parameter':
      throw new RangeError(`no value for ${node.name}`);
    case 'sum':
      return `(${node.items.map(scalarText).join(' + ')})`;
    case 'product': {
      const coefficient = approximate(node.coefficient);
      return `(${[...(coefficient === 1 ? [] : [number(coefficient)]), ...node.items.map(scalarText)].join(' * ')})`;
    }
    case 'power': {
      const exponent = approximate(node.exponent);
      return exponent === 0.5
        ? `Math.sqrt(${scalarText(node.base)})`
        : `(${scalarText(node.base)} ** ${number(exponent)})`;
    }
    case 'function':
      return `${ofRuntime.has(node.name) ? '' : 'Math.'}${node.name}(${scalarText(node.argument)})`;
    case 'select':
      return `(${scalarText(node.guard)} > 0 ? ${scalarText(node.positive)} : ${scalarText(node.negative)})`;
  }
}

/** A negative number in front of ** would be a syntax error. */
const number = (value: number): string => (value < 0 ? `(${value})` : String(value));
