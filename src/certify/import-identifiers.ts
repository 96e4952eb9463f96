import type { Program } from '../model/program.js';

/** `C[1]` → `C_1`, `inner.C[1]` → `inner_C_1`: what a PyTorch module calls its raw parameters; where two would be one, the later ones get a suffix. */
export function identifiers(program: Program): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    program.free.map(({ name }) => {
      const plain = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/_+$/, '');
      let identifier = plain;
      for (let k = 2; taken.has(identifier); k += 1) identifier = `${plain}_${k}`;
      taken.add(identifier);
      return [name, identifier];
    }),
  );
}
