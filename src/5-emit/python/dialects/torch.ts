import { torchActivations } from '../../framework-activations.js';
import { functionsOf, ordinary } from '../dialect.js';
import type { Dialect } from '../dialect.js';

export const torch: Dialect = {
  ...ordinary,
  runtime: ['on_torch', 'on_torch_derivatives', 'on_torch_network'],
  packages: ['torch'],
  xp: 'torch',
  array: 'torch.Tensor',
  block: '_block',
  extreme: { min: '_minimum', max: '_maximum' },
  // PyTorch makes single precision of two numbers.
  numberLike: (like, number) => `torch.full_like(${like}, ${number})`,
  entering: (x) => `_raised(${x}, w)`,
  leaving: (y) => `_lowered(${y}, x)`,
  functions: functionsOf('torch', {
    atan: 'torch.atan',
    asinh: 'torch.asinh',
    sigmoid: 'torch.sigmoid',
    erf: 'torch.erf',
  }),
  activations: torchActivations,
  network: true,
  example: (widths) => [
    `network = Network(${widths})`,
    'y = network(x)  # x of shape (..., d_x)',
    'network.check()  # at most 0',
    'tensors, metadata = network.export(), network.metadata()  # for safetensors',
  ],
  note:
    'Demands that fail raise ValueError; under torch.compile and torch.func.vmap, where no number can be looked at, ' +
    'LW307, LW402 and LW404 make every result NaN instead. Weights are computed in double precision, and so are ' +
    'gradients: no switch for faster products touches that, nor autocast. They are rounded to the precision of the ' +
    'free parameters, at least single; in float32 the bound holds up to rounding: `lipwright check` decides. A ' +
    'bound that is a tensor of one number is differentiated through.',
};
