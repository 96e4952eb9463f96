/** How a run ends: 0 done, 1 a property failed, 2 bad input, 70 a fault of our own, 130 interrupted. */
export const status = { done: 0, failed: 1, badInput: 2, internal: 70, interrupted: 130 } as const;
