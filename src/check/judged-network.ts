import { concreteNetwork } from '../2-lmi/concrete.js';
import { lmiOf } from '../2-lmi/lmi-of.js';
import { lmiRules } from '../../rules/form.js';
import { located } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import type { LoweredNetwork, NetworkValues } from '../model/lowered-network.js';
import { lmiAssembly } from '../network/assembly.js';
import type { Part } from '../network/combine.js';
import { compose, embed } from '../network/combine.js';
import { lowerNetwork } from '../network/lower.js';
import { assemble } from '../numeric/assembly.js';
import type { Assembly } from '../numeric/assembly.js';

/** What a verdict needs of a network. */
export interface Judge {
  readonly program: LoweredNetwork;
  /** The numeric LMI as a sum of terms, which rigorous verdicts start from. */
  readonly assembly: (values: NetworkValues) => Assembly;
  /** The same as a matrix of doubles, N × N row major. */
  readonly lmi: (values: NetworkValues) => Float64Array;
}

/**
 * An architecture's names, shapes, forward map and LMI, straight from the equations: what is judged shares no step with
 * the judge but the equations and the LMI, and architectures can be judged that no strategy can parameterize.
 * @throws LW302 depth out of range, LW202 … LW208 equations that do not hold at this depth, LW316
 */
export function judgedNetwork(architecture: Architecture, depth: number): Judge {
  const program = loweredNetwork(architecture, depth);
  return {
    program,
    assembly: (values) => lmiAssembly(program, values),
    lmi: (values) => assemble(lmiAssembly(program, values)),
  };
}

function loweredNetwork(architecture: Architecture, depth: number): LoweredNetwork {
  const parts = [...architecture.blocks.values()].map((block): Part => {
    const inner = block.depth ?? depth;
    return {
      name: block.name,
      network: located(block.position, () => loweredNetwork(block.architecture, inner)),
      lipschitz: block.lipschitz,
    };
  });
  if (architecture.composition !== null) return compose(architecture, depth, parts).network;
  const own = lowerNetwork(lmiOf(concreteNetwork(architecture, depth), lmiRules));
  return parts.length === 0 ? own : embed(own, parts).network;
}
