import { diag, inverse, product, quotient } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/naming.js';
import { describe } from '../model/describe.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { ScaleFactor } from '../model/scaling.js';
import type { AssignmentEntry } from './entries.js';
import type { Printer } from './printer.js';

/** How the free numbers become weights, one entry for each assignment, in the order in which they are carried out. */
export function showAssignments(
  { assignments }: Parameterization,
  naming: Naming,
  print: Printer,
): readonly AssignmentEntry[] {
  return assignments.map((assignment) => ({
    kind: assignment.kind,
    expression: describe(assignment, naming),
    latex: formula(assignment, print),
    rule: assignment.rule,
  }));
}

const beside = (side: ScaleFactor | null): readonly Expression[] =>
  side === null ? [] : [side.inverse ? inverse(side.scale) : side.scale];

function formula(assignment: Assignment, print: Printer): string {
  const { latex } = print;
  const gets = (symbol: SymbolNode, value: string): string => `${latex(symbol)} := ${value}`;
  switch (assignment.kind) {
    case 'clamp':
      return gets(
        assignment.weight,
        `\\operatorname{clamp}(${latex(assignment.weight)}, \\pm ${powerOfTwo(assignment.bound)})`,
      );
    case 'clip':
      return gets(
        assignment.weight,
        `\\operatorname{clip}(${latex(assignment.weight)}, \\pm ${latex(assignment.bound)})`,
      );
    case 'shrink':
      return (
        `${assignment.weights.map(latex).join(',\\ ')} \\mathrel{{*}{=}} \\min(1, ` +
        `${latex(quotient(assignment.limit, assignment.usage))})^{${assignment.exponent}}`
      );
    case 'define':
      // A diagonal matrix is given by its diagonal.
      return (
        `${latex(assignment.symbol.diagonal ? diag(assignment.symbol) : assignment.symbol)} := ` +
        latex(assignment.value)
      );
    case 'rescale':
      return gets(
        assignment.symbol,
        latex(product([...beside(assignment.left), assignment.symbol, ...beside(assignment.right)])),
      );
    case 'matrix':
      return gets(assignment.symbol, latex(assignment.value));
    case 'primitive':
      return assignment.primitive.latex(latex(assignment.symbol), latex(assignment.of));
    case 'keep':
      return gets(assignment.symbol, `\\operatorname{fl}(${latex(assignment.symbol)})`);
    case 'majorant':
      return gets(
        assignment.symbol,
        `\\sqrt{\\lVert ${latex(assignment.of)} \\rVert_1 \\lVert ${latex(assignment.of)} \\rVert_\\infty}`,
      );
    case 'demand':
      return `${latex(assignment.value)} > 0`;
  }
}

function powerOfTwo(bound: number): string {
  const exponent = Math.log2(bound);
  return Number.isInteger(exponent) ? `2^{${exponent}}` : String(bound);
}
