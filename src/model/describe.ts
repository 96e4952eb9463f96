import type { Expression } from '../expr/node.js';
import type { Naming } from '../expr/print.js';
import { quotient } from '../expr/build.js';
import { plainName, text } from '../expr/print.js';
import type { Assignment } from './parameterization.js';

/** One line of text for an assignment, for traces and for the comments of emitted code. */
export function describe(assignment: Assignment, naming: Naming): string {
  const print = (node: Expression): string => text(node, naming);
  switch (assignment.kind) {
    case 'clamp':
      return `${plainName(assignment.weight, naming)} := clamp to ±${assignment.bound}`;
    case 'clip':
      return `${plainName(assignment.weight, naming)} := clip to ±${print(assignment.bound)} where ${print(assignment.onlyIfPositive)} > 0`;
    case 'shrink': {
      const names = assignment.weights.map((weight) => plainName(weight, naming)).join(', ');
      const power = assignment.exponent === 1 ? '' : ' to the power 1/2';
      return `${names} := ${names} · min(1, ${print(quotient(assignment.limit, assignment.usage))})${power} by ${assignment.spread.kind}`;
    }
    case 'define':
      return `${plainName(assignment.symbol, naming)} := ${print(assignment.value)}`;
    case 'demand':
      return `demand ${print(assignment.value)} > 0`;
  }
}
