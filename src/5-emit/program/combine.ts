import type { Architecture } from '../../model/architecture.js';
import type { Program } from '../../model/program.js';
import * as networks from '../../network/combine.js';
import { renumberFree, renumberOperation } from './renumber.js';

/** A block with its program. */
export interface Part {
  readonly name: string;
  readonly program: Program;
  /** Null: a share of the composition's bound. */
  readonly lipschitz: number | null;
}

const networkParts = (parts: readonly Part[]): readonly networks.Part[] =>
  parts.map(({ name, program, lipschitz }) => ({ name, network: program, lipschitz }));

/** A program whose layers call blocks, and the blocks. */
export const embed = (outer: Program, parts: readonly Part[]): Program =>
  joined(networks.embed(outer, networkParts(parts)), [outer, ...parts.map(({ program }) => program)]);

/**
 * Blocks in sequence, added, or one below the other. Blocks that state no bound share what is left of the bound of a
 * run. @throws LW316 later, if nothing is left
 */
export const compose = (architecture: Architecture, depth: number, parts: readonly Part[]): Program =>
  joined(
    networks.compose(architecture, depth, networkParts(parts)),
    parts.map(({ program }) => program),
  );

/** The operations of all programs one after the other, over the values of the whole network. */
function joined({ network, renumberings }: networks.Combined, programs: readonly Program[]): Program {
  const first = programs.map((_program, at) =>
    programs.slice(0, at).reduce((total, { operations }) => total + operations.length, 0),
  );
  const parts = programs.flatMap((program, at) => {
    const [by, before] = [renumberings[at], first[at]];
    return by === undefined || before === undefined ? [] : [{ program, by, before }];
  });
  return {
    ...network,
    strategy: programs[0]?.strategy ?? '',
    variant: programs[0]?.variant ?? null,
    free: parts.flatMap(({ program, by }) => program.free.map((slot) => renumberFree(slot, by))),
    operations: parts.flatMap(({ program, by }) => program.operations.map((each) => renumberOperation(each, by))),
    notes: parts.flatMap(({ program, by, before }) => {
      const block = by.name('').slice(0, -1);
      return program.notes.map(({ at, text }) => ({
        at: at + before,
        text: block === '' ? text : `${block}: ${text}`,
      }));
    }),
  };
}
