/**
 * Two helpers who would have a device believe that it is in the setting. `inside PORT GATEWAY BEACON`: asks the beacon, from the
 * setting's own network, whatever it is sent. `outside OWN HELPER PORT DELAY`: hears the device's questions beside it,
 * has them asked by the helper, and gives it the answers, each DELAY milliseconds later than it could.
 */
import { createSocket } from 'node:dgram';

const [role, ...rest] = process.argv.slice(2);
const beaconPort = 8447;

function bound(port, address) {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  return new Promise((resolve) => socket.bind(port, address, () => resolve(socket)));
}

if (role === 'inside') {
  const [port, own, beacon] = rest;
  const far = await bound(Number(port));
  const near = await bound(0, own);
  let asker;
  far.on('message', (question, sender) => {
    asker = sender;
    near.send(question, beaconPort, beacon);
  });
  near.on('message', (answer) => asker && far.send(answer, asker.port, asker.address));
} else {
  const [own, helper, port, delayMs] = rest;
  const near = await bound(beaconPort);
  near.addMembership('239.255.84.47', own);
  const far = await bound(0, own);
  let device;
  near.on('message', (question, sender) => {
    device = sender;
    setTimeout(() => far.send(question, Number(port), helper), Number(delayMs));
  });
  far.on('message', (answer) => device && near.send(answer, device.port, device.address));
}
process.stdout.write('relaying\n');
