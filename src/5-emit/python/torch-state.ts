import type { PythonCode } from './python-code.js';

/** What a state_dict of the class `Network` has beside its tensors: what its numbers are worth nothing without. */
export const stateMethods: readonly (readonly [signature: string, doc: readonly string[], body: readonly string[]])[] =
  [
    [
      'get_extra_state(self) -> torch.Tensor',
      [
        'The equations, the bound, the slopes and the activations that the parameters are for, as ' +
          'the bytes of a JSON text: a tensor, so that any file of tensors keeps it, and of a type ' +
          'that nobody takes for weights.',
      ],
      ['return torch.tensor(list(json.dumps(_stated(self.metadata())).encode()), dtype=torch.int16, device="cpu")'],
    ],
    [
      '_comparable(self) -> dict[str, str]',
      ['What the state of another network must agree with; a bound that is learned comes with the tensors.'],
      [
        'learned = torch.is_tensor(self.lipschitz)',
        'return {key: value for key, value in self.metadata().items() if not (learned and key == "lipschitz")}',
      ],
    ],
    [
      'set_extra_state(self, state: torch.Tensor) -> None',
      ['Raises ValueError where the state is of a network with another bound, other slopes or another program.'],
      ['problem = _clash(state, self._comparable())', 'if problem is not None:', '    raise ValueError(problem)'],
    ],
    [
      '_load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, ' +
        'unexpected_keys, error_msgs)',
      [],
      [
        'key = prefix + "_extra_state"',
        'if key in state_dict:',
        '    problem = _clash(state_dict[key], self._comparable())',
        '    if problem is not None:',
        '        # Before anything is copied.',
        '        error_msgs.append(problem)',
        '        return',
        'elif any(prefix + attribute in state_dict for attribute in _ATTRIBUTES.values()):',
        '    warnings.warn(',
        '        f"this state_dict says neither bound nor slopes: assumed are those of the network, "',
        '        f"lipschitz={_number(self.lipschitz)} and slopes={self.slopes}",',
        '        stacklevel=2,',
        '    )',
        'missing = []',
        'super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing, ' +
          'unexpected_keys, error_msgs)',
        'missing_keys += [name for name in missing if name != key]',
      ],
    ],
  ];

/** The functions behind them. */
export function stateFunctions(code: PythonCode): void {
  code.declare('def _stated(metadata):', ['Of the metadata, what a state_dict must say.'], () =>
    code.verbatim(['return {**{key: value for key, value in metadata.items() if key != "tensors"}, "digest": DIGEST}']),
  );
  code.declare('def _clash(state, metadata):', ['What the state of another network says otherwise, or None.'], () =>
    code.verbatim([
      'try:',
      '    found = json.loads(bytes(state.to(device="cpu", dtype=torch.int16).tolist()).decode())',
      'except (ValueError, TypeError, AttributeError, RuntimeError):',
      '    return "LW305 the _extra_state of this state_dict cannot be read"',
      'if not isinstance(found, dict):',
      '    return "LW305 the _extra_state of this state_dict cannot be read"',
      'for key, ours in _stated(metadata).items():',
      '    theirs = found.get(key)',
      '    # The digest stands for the definition.',
      '    if key in ("generator", "definition") or theirs == ours or (key == "activation" and _agree(theirs, ours)):',
      '        continue',
      '    code = "LW306" if key == "lipschitz" else "LW305"',
      '    return f"{code} this state_dict is of a network with {key} {theirs}, this one has {ours}"',
      'return None',
    ]),
  );
  code.declare('def _agree(theirs, ours):', ['Whether no activation that both know is another one.'], () =>
    code.verbatim([
      'try:',
      '    pairs = list(zip(json.loads(theirs), json.loads(ours), strict=True))',
      'except (ValueError, TypeError):',
      '    return False',
      'return all(None in pair or pair[0] == pair[1] for pair in pairs)',
    ]),
  );
}
