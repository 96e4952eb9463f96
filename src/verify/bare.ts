import type { Compiled } from '../5-emit/index.js';
import { inMemory } from '../5-emit/index.js';
import { judgedNetwork } from '../check/index.js';
import type { Architecture } from '../model/architecture.js';
import type { LoweredNetwork } from '../model/lowered-network.js';
import type { Buffer, FreeSlot, Operation, Program } from '../model/program.js';

/**
 * A network whose weights are free: `constrain` hands them through and makes all multipliers 1, which promises nothing
 * but gives values of the right form to whoever brings weights of their own. Splines are projected onto their slopes.
 * @throws as `judgedNetwork`
 */
export function bareNetwork(architecture: Architecture, depth: number): Compiled {
  return inMemory(withFreeWeights(judgedNetwork(architecture, depth).program));
}

function withFreeWeights(network: LoweredNetwork): Program {
  const buffers: Buffer[] = [...network.buffers];
  const operations: Operation[] = [];
  const splineOf = new Map(
    network.layers.flatMap(({ activation }, layer) =>
      activation.kind === 'spline' ? [[activation.coefficients, { ...activation, layer }] as const] : [],
    ),
  );
  const free = [...network.weights, ...network.biases].map((slot): FreeSlot => {
    const spline = splineOf.get(slot.buffer);
    if (spline === undefined) return slot;
    const { knots, step, layer } = spline;
    const given = buffers.length;
    buffers.push({ id: given, rows: slot.rows, columns: slot.columns });
    operations.push({ kind: 'project-splines', out: slot.buffer, matrix: given, knots, step, layer });
    return { ...slot, buffer: given };
  });
  for (const { buffer } of network.multipliers)
    operations.push({ kind: 'map', out: buffer, tree: { kind: 'number', value: 1 } });
  return { ...network, buffers, strategy: 'none', variant: null, free, operations, notes: [] };
}
