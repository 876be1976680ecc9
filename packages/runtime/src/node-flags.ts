/**
 * How Node is to be started for a process of ours. What is under way waits for a store, so it outlives a small young generation and is
 * copied for nothing: 16 MB from the beginning. And V8 must not use a quiet moment to give memory back: that stopped a receiver for 52 ms,
 * and threw away the compiled code of what was not going on just then, which the next callbacks had to wait for.
 */
export const NODE_FLAGS = ["--min-semi-space-size=16", "--no-memory-reducer"] as const;
