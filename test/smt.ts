import { Z3_error_code, Z3_lbool, init, killThreads } from 'z3-solver';

export type Answer = 'sat' | 'unsat' | 'unknown';

export interface Solver {
  /** The answer to a script with one `(check-sat)`; `unknown` after so many of Z3's own steps. @throws if the script is not well-formed SMT-LIB 2 */
  readonly answer: (script: string, steps: number) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** Loads Z3 (WebAssembly) once; every script gets a context of its own. */
export async function createSolver(): Promise<Solver> {
  const { Z3, em } = await init();
  return {
    // The script is parsed at once and only then solved in the background. `eval_smtlib2_string` does both in the
    // background, from a string on a stack that is free for others by then: scripts came out garbled now and again.
    answer: async (script, steps) => {
      if (script.split('(check-sat)').length !== 2) throw new Error(`not one (check-sat): ${script}`);
      const logic = /^\(set-logic ([A-Z_]+)\)$/m.exec(script)?.[1];
      if (logic === undefined) throw new Error(`no (set-logic …): ${script}`);
      const config = Z3.mk_config();
      const context = Z3.mk_context(config);
      Z3.del_config(config);
      try {
        const solver = Z3.mk_solver_for_logic(context, Z3.mk_string_symbol(context, logic));
        Z3.solver_inc_ref(context, solver);
        const parameters = Z3.mk_params(context);
        Z3.params_inc_ref(context, parameters);
        Z3.params_set_uint(context, parameters, Z3.mk_string_symbol(context, 'rlimit'), steps);
        Z3.solver_set_params(context, solver, parameters);
        Z3.solver_from_string(context, solver, script);
        const error = Z3.get_error_code(context);
        if (error !== Z3_error_code.Z3_OK) throw new Error(`${Z3.get_error_msg(context, error)}: ${script}`);
        const answer = await Z3.solver_check(context, solver);
        Z3.params_dec_ref(context, parameters);
        Z3.solver_dec_ref(context, solver);
        return answer === Z3_lbool.Z3_L_FALSE ? 'unsat' : answer === Z3_lbool.Z3_L_TRUE ? 'sat' : 'unknown';
      } finally {
        Z3.del_context(context);
      }
    },
    close: () => killThreads(em),
  };
}

/** One `(check-sat)` of a proof file with its mutants; blocks are separated by a line `(reset)`. */
export interface Obligation {
  /** What the line `; claim: …` says. */
  readonly title: string;
  readonly script: string;
  readonly mutants: readonly Mutant[];
}

export function obligations(file: string): readonly Obligation[] {
  return file.split(/^\(reset\)$/m).map((script) => {
    const comments = [...script.matchAll(/^; (.*)$/gm)].map(([, text = '']) => text);
    const title = comments.find((text) => text.startsWith('claim: '))?.slice('claim: '.length);
    if (title === undefined) throw new Error(`an obligation without a line "; claim: …": ${script}`);
    return { title, script, mutants: mutants(script) };
  });
}

export interface Mutant {
  readonly original: string;
  readonly replacement: string;
}

/** The lines `; mutant: <original> => <replacement>` of a script. */
export function mutants(script: string): readonly Mutant[] {
  return [...script.matchAll(/^; mutant: (.+)$/gm)].map(([line, body = '']) => {
    // Proofs write implications with `or` and `not`, so that ` => ` stands for nothing else.
    const parts = body.split(' => ');
    const [original, replacement] = parts;
    if (parts.length !== 2 || original === undefined || replacement === undefined)
      throw new Error(`not a mutant: ${line}`);
    return { original: original.trim(), replacement: replacement.trim() };
  });
}

/**
 * An obligation without its last assertion, which by convention is the negated claim: only the assumptions are left.
 */
export function withoutClaim(script: string): string {
  const at = script.lastIndexOf('\n(assert ');
  if (at < 0) throw new Error(`an obligation without an assertion: ${script}`);
  return `${script.slice(0, at)}\n(check-sat)\n`;
}

/**
 * Applies a mutant to an obligation's code, comments left out. @throws if the original text does not stand there
 * exactly once
 */
export function mutate(script: string, { original, replacement }: Mutant): string {
  const code = script.replace(/;.*$/gm, '');
  const places = code.split(original).length - 1;
  if (places !== 1) throw new Error(`the mutant's original text stands ${places} times in the code: ${original}`);
  return code.split(original).join(replacement);
}
