import { init, killThreads } from 'z3-solver';

/** The answer to each `(check-sat)` of a script, or the solver's error message in its place. */
export interface Solver {
  readonly answers: (script: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Loads Z3 (WebAssembly) once; every script runs in a context of its own. The timeout, in ms, is for each `(check-sat)`. */
export async function createSolver(timeout: number): Promise<Solver> {
  const { Z3, em } = await init();
  return {
    answers: async (script) => {
      const config = Z3.mk_config();
      const context = Z3.mk_context(config);
      Z3.del_config(config);
      try {
        const output = await Z3.eval_smtlib2_string(context, `(set-option :timeout ${timeout})\n${script}`);
        return output.split('\n').map((line) => line.trim()).filter((line) => line !== '');
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
    if (parts.length !== 2 || original === undefined || replacement === undefined) throw new Error(`not a mutant: ${line}`);
    return { original: original.trim(), replacement: replacement.trim() };
  });
}

/** Applies a mutant to an obligation's code, comments left out. @throws if the original text does not stand there exactly once */
export function mutate(script: string, { original, replacement }: Mutant): string {
  const code = script.replace(/;.*$/gm, '');
  const places = code.split(original).length - 1;
  if (places !== 1) throw new Error(`the mutant's original text stands ${places} times in the code: ${original}`);
  return code.split(original).join(replacement);
}
