import type { IQueueBackend, Job, JobProgress, Queue, Worker } from "bullmq";

/** BullMQ's classes with the types this package gives them: whatever the store, payloads are unknown until parsed. */
export type BullQueue = Queue<unknown, void, string, unknown, void, string, IQueueBackend, string>;
export type BullWorker = Worker<unknown, void, string, IQueueBackend, JobProgress, string>;
export type BullJob = Job<unknown, void, string>;
