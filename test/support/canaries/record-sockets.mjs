// Loaded before a program (`--import`): writes down, in clear, every frame that its
// websockets send and receive, which on the wire is hidden by TLS.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.HOMETIME_TEST_RECORD_TO;
const { WebSocket, Receiver } = createRequire(import.meta.url)('ws');
const keep = (way, data) => {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
  appendFileSync(join(folder, `${way}-${process.pid}`), Buffer.concat([bytes, Buffer.from('\n')]));
};

if (folder !== undefined) {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data, ...rest) {
    keep('sent', data);
    return send.call(this, data, ...rest);
  };
  const { emit } = Receiver.prototype;
  Receiver.prototype.emit = function (event, ...rest) {
    if (event === 'message') keep('received', rest[0]);
    return emit.call(this, event, ...rest);
  };
}
