import type { Parameter, Tree } from '../../model/program.js';
import type { Places } from './places.js';

/** Prints trees as JavaScript. Parts that do not depend on the loop's index are named before the loop. */
export class TreePrinter {
  readonly hoisted: string[] = [];
  private readonly places: Places;
  private readonly fresh: () => string;

  constructor(places: Places, fresh: () => string) {
    this.places = places;
    this.fresh = fresh;
  }

  private isScalar(tree: Tree): boolean {
    switch (tree.kind) {
      case 'number':
      case 'parameter':
        return true;
      case 'buffer':
        return this.places.shape(tree.buffer).rows === null;
      case 'divide':
        return this.isScalar(tree.numerator) && this.isScalar(tree.denominator);
      case 'abs':
      case 'sqrt':
      case 'exp':
        return this.isScalar(tree.body);
      case 'select':
        return this.isScalar(tree.guard) && this.isScalar(tree.positive) && this.isScalar(tree.otherwise);
      default:
        return tree.items.every((item) => this.isScalar(item));
    }
  }

  private isLeaf(tree: Tree): boolean {
    return tree.kind === 'number' || tree.kind === 'parameter' || tree.kind === 'buffer';
  }

  print(tree: Tree): string {
    if (this.isScalar(tree) && !this.isLeaf(tree)) {
      const name = this.fresh();
      this.hoisted.push(`const ${name} = ${this.text(tree)};`);
      return name;
    }
    return this.text(tree);
  }

  private text(tree: Tree): string {
    if (tree.kind === 'buffer') return `${this.places.buffer(tree.buffer)}${this.isScalar(tree) ? '[0]!' : '[i]!'}`;
    return tree.kind === 'parameter'
      ? parameterText(tree.parameter, this.places)
      : treeText(tree, (part) => this.print(part));
  }
}

/**
 * Everything but buffers and parameters; operands are grouped from the left, as the in-memory target evaluates them.
 */
export function treeText(tree: Exclude<Tree, { kind: 'buffer' | 'parameter' }>, part: (inner: Tree) => string): string {
  switch (tree.kind) {
    case 'number':
      return tree.value < 0 ? `(${tree.value})` : String(tree.value);
    case 'divide':
      return `(${part(tree.numerator)} / ${part(tree.denominator)})`;
    case 'abs':
    case 'sqrt':
    case 'exp':
      return `Math.${tree.kind}(${part(tree.body)})`;
    case 'select':
      return `(${part(tree.guard)} > 0 ? ${part(tree.positive)} : ${part(tree.otherwise)})`;
    case 'add':
      return `(${tree.items.map(part).join(' + ')})`;
    case 'multiply':
      return `(${tree.items.map(part).join(' * ')})`;
    case 'min':
    case 'max':
      return `Math.${tree.kind}(${tree.items.map(part).join(', ')})`;
  }
}

export function parameterText(parameter: Parameter, { index }: Pick<Places, 'index'>): string {
  if (parameter.kind === 'lipschitz') return 'lip';
  if (parameter.kind === 'roundoff') return parameter.kind;
  if (parameter.kind === 'constant') return String(parameter.value);
  if (parameter.kind === 'budget') return `shares[${index(parameter.budget)}]!`;
  return `${slopeNames[parameter.kind]}[${index(parameter.layer)}]!`;
}

const slopeNames = { 'slope-sum': 'S', 'slope-product': 'P', 'slope-lower': 'm', 'slope-upper': 'L' } as const;
