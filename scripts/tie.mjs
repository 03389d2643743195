/**
 * Loaded before a child of `npm start`: ends it as SIGTERM would when the
 * parent is gone, however it went. The children are in process groups of their
 * own (Ctrl-C must end the agent before the server), so nothing else would.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
process.stdin.unref?.();
