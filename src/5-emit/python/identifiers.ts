import type { Program } from '../../model/program.js';

/** Words that Python keeps for itself. */
const keywords = [
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
];

/** What every torch.nn.Module has (PyTorch 2.0 to 2.15), some of it only in some versions. */
const moduleAttributes = [
  'T_destination',
  'add_module',
  'apply',
  'bfloat16',
  'buffers',
  'call_super_init',
  'children',
  'compile',
  'cpu',
  'cuda',
  'double',
  'dump_patches',
  'eval',
  'extra_repr',
  'float',
  'forward',
  'get_buffer',
  'get_extra_state',
  'get_parameter',
  'get_submodule',
  'half',
  'hpu',
  'ipu',
  'load_state_dict',
  'modules',
  'mtia',
  'named_buffers',
  'named_children',
  'named_modules',
  'named_parameters',
  'parameters',
  'register_backward_hook',
  'register_buffer',
  'register_forward_hook',
  'register_forward_pre_hook',
  'register_full_backward_hook',
  'register_full_backward_pre_hook',
  'register_load_state_dict_post_hook',
  'register_load_state_dict_pre_hook',
  'register_module',
  'register_parameter',
  'register_state_dict_post_hook',
  'register_state_dict_pre_hook',
  'requires_grad_',
  'set_extra_state',
  'set_submodule',
  'share_memory',
  'state_dict',
  'to',
  'to_empty',
  'train',
  'training',
  'type',
  'xla',
  'xpu',
  'zero_grad',
];

/** What the emitted class adds. */
export const networkAttributes = [
  'activation',
  'check',
  'constrained',
  'export',
  'free',
  'lipschitz',
  'lmi',
  'metadata',
  'slopes',
  'widths',
] as const;

/**
 * The attribute, and hence the key in a state_dict, of every free parameter of the torch target, by its name: letters,
 * digits and `_` stay, `C[1]` is `C_1`, `inner.C[1]` is `inner_C_1`; `_` follows where Python or torch.nn.Module use
 * the word, or an earlier parameter does. Letters are in the form (NFKC) in which Python compares identifiers.
 */
export function identifiers(program: Pick<Program, 'free'>): ReadonlyMap<string, string> {
  const taken = new Set<string>([...keywords, ...moduleAttributes, ...networkAttributes]);
  const found = new Map<string, string>();
  for (const { name } of program.free) {
    let identifier = name
      .normalize('NFKC')
      .replace(/[^\p{L}\p{Nd}_]+/gu, '_')
      .replace(/^_+|_+$/g, '');
    // A name that begins with an underscore would be taken for private.
    if (!/^\p{L}/u.test(identifier)) identifier = `p_${identifier}`;
    while (taken.has(identifier)) identifier += '_';
    taken.add(identifier);
    found.set(name, identifier);
  }
  return found;
}

/**
 * The architecture's name in CamelCase, as another name of the emitted class; null where it would hide one of the names
 * that the module uses, or is none.
 */
export function className(architecture: string, used: ReadonlySet<string>): string | null {
  const name = architecture
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return !/^[A-Z]/.test(name) || used.has(name) || keywords.includes(name) ? null : name;
}

/** Names of variables: what is wanted without what no identifier has, `lambda_` for a word of Python; or else t1, t2, … */
export function newVariables(reserved: readonly string[]): (wanted: string | null) => string {
  const taken = new Set([...keywords, ...reserved]);
  let count = 0;
  return (wanted) => {
    let name = (wanted ?? '')
      .normalize('NFKC')
      .replace(/[^\p{L}\p{Nd}_]+/gu, '_')
      .replace(/^_+|_+$/g, '');
    // Other variables are called t1 and tiny2.
    const isTaken = (): boolean => taken.has(name) || /^(t|tiny)\d*$/.test(name);
    if (!/^\p{L}/u.test(name)) name = `t${(count += 1)}`;
    else while (isTaken()) name += '_';
    taken.add(name);
    return name;
  };
}
