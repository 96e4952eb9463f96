/** How matrices stand in a file: rows are outputs (PyTorch's Linear), or inputs (kernels of Keras and Flax). */
export const layouts = ['outputs-first', 'inputs-first'] as const;
export type Layout = (typeof layouts)[number];
