/** The kernels that others call; `uses` names them. */
export type CalledKernel = 'addProduct' | 'addProductTransposed' | 'multiplyInto' | 'luSolveInto' | 'block';

/** A function of an emitted module as text, without types: they are added where the target has them. */
export interface Kernel {
  readonly about: string;
  readonly parameters: readonly KernelParameter[];
  /** What it returns; nothing if left out. */
  readonly returns?: 'number' | 'boolean';
  /** The kernels that it calls, which are printed with it. */
  readonly uses?: readonly CalledKernel[];
  readonly body: readonly string[];
}

export type KernelParameter = readonly [name: string, type: 'vector' | 'optional' | 'number' | 'boolean'];

export const vector = (name: string): KernelParameter => [name, 'vector'];
export const count = (name: string): KernelParameter => [name, 'number'];
export const flag = (name: string): KernelParameter => [name, 'boolean'];
