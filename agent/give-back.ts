import { MessageChannel } from 'node:worker_threads';

/** Together more than twice the largest text that the agent reads at its start, its own program. */
const blocks = 16;
const blockBytes = 512 * 1024;

/** By then the engine has tidied up after the start. Before, what is in use for a moment lies at the end and keeps the rest. */
const startMs = 30_000;

/**
 * Makes the C library give memory that it holds and nobody uses back to the system.
 *
 * glibc gives back only from the end of its heap, and only when more lies free there than twice the largest block that
 * it ever had from the system and freed (mallopt(3), M_MMAP_THRESHOLD): the program's own text, read at the start, makes
 * that more than the 4 MB that reading it leaves behind. So more is made to lie free there, for an instant. Of these
 * blocks no page is ever written, so they cost half a millisecond; where another library keeps the memory they do nothing.
 */
export function giveBackMemory(sinceStartMs = performance.now()): void {
  if (sinceStartMs < startMs) return;
  const taken = Array.from({ length: blocks }, () => Buffer.allocUnsafeSlow(blockBytes).buffer);
  const { port1 } = new MessageChannel();
  // What is sent where nobody listens any more is freed before the call returns, and not at some tidying up.
  port1.close();
  port1.postMessage(null, taken);
}
