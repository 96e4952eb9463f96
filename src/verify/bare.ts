import { blockRows, concreteNetwork } from '../2-lmi/index.js';
import type { Part } from '../5-emit/index.js';
import { compose, embed } from '../5-emit/index.js';
import type { Compiled } from '../5-emit/index.js';
import { inMemory } from '../5-emit/index.js';
import { located } from '../base/diagnostic.js';
import { createRules } from '../../rules/index.js';
import { lower } from '../compile.js';
import { fill, number } from '../expr/build.js';
import { namingAwayFrom } from '../expr/naming.js';
import type { Architecture } from '../model/architecture.js';
import type { Assignment } from '../model/parameterization.js';
import type { Program } from '../model/program.js';

/**
 * An architecture's names, shapes, forward map and LMI without any parameterization: `constrain` hands the free values
 * through with constant multipliers, which promises nothing. Verdicts start from it, so that what is judged shares no
 * step with the judge but the equations and the LMI, and so that architectures can be judged that no strategy can
 * parameterize.
 * @throws LW302 depth out of range, LW202 … LW208 equations that do not hold at this depth
 */
export function bareNetwork(architecture: Architecture, depth: number): Compiled {
  return inMemory(bareProgram(architecture, depth));
}

function bareProgram(architecture: Architecture, depth: number): Program {
  const parts = [...architecture.blocks.values()].map((block): Part => {
    const inner = block.depth ?? depth;
    return {
      name: block.name,
      program: located(block.position, () => bareProgram(block.architecture, inner)),
      lipschitz: block.lipschitz,
    };
  });
  if (architecture.composition !== null) return compose(architecture, depth, parts);
  const own = equationsProgram(architecture, depth);
  return parts.length === 0 ? own : embed(own, parts);
}

function equationsProgram(architecture: Architecture, depth: number): Program {
  const network = concreteNetwork(architecture, depth);
  const naming = namingAwayFrom(new Set());
  const lmi = blockRows(network, createRules().form, naming, { record: () => undefined });
  const assignments = network.rows.flatMap(({ layer }, at): readonly Assignment[] =>
    // Each has a number of its own: equal expressions would share one buffer, and so could not take different values.
    layer === null
      ? []
      : [{ kind: 'define', rule: 'bare', symbol: layer.multiplier, value: fill(number(at), layer.multiplier.rows) }],
  );
  return lower({
    architecture,
    strategy: {
      kind: 'rows',
      name: 'bare',
      title: 'No parameterization',
      source: '',
      elementBounds: 'drop',
      cap: 'measured',
      scales: 'none',
    },
    naming,
    lmi,
    bounds: { network, rows: [], constraints: [], cycles: [], order: [] },
    recursion: null,
    parameterization: { network, assignments },
    blocks: [],
    steps: [],
  });
}
