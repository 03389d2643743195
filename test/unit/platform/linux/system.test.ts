import { expect } from 'chai';
import fc from 'fast-check';
import { cleanText, parseOsRelease } from '../../../../agent/platform/linux/os-release.ts';
import { readText } from '../../../../agent/platform/linux/proc.ts';
import {
  createSystemProbe,
  type Inventory,
  parseBootTime,
  realInventory,
} from '../../../../agent/platform/linux/system.ts';
import { systemClock } from '../../../../shared/instant.ts';
import { sameAnswer } from '../../../../shared/reading.ts';
import { systemSchema } from '../../../../shared/report/system.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n';
const live = () => new AbortController().signal;

function parts(inventory: Partial<Inventory> = {}, files: Record<string, string> = {}) {
  const all: Record<string, string> = {
    '/proc/stat': 'cpu 1\nbtime 1795245000\n',
    '/etc/os-release': debian,
    ...files,
  };
  const still: Inventory = {
    model: async () => ({ manufacturer: 'LENOVO', model: '20XW' }),
    battery: async () => ({ hasBattery: true, percent: 78, isCharging: false, acConnected: false }),
    disk: async () => ({ totalBytes: 256e9, freeBytes: 83.4e9 }),
    ...inventory,
  };
  return { all, given: { clock: systemClock, read: async (path: string) => all[path], inventory: still } };
}

describe('what a Linux device is', () => {
  it('names model, system, disk and battery in coarse steps', async () => {
    const reading = await createSystemProbe(parts().given)(live());
    expect(reading).to.have.deep.property('value', {
      model: 'LENOVO 20XW',
      os: { name: 'Debian GNU/Linux', version: '12' },
      bootedAt: '2026-11-21T07:10:00.000Z',
      disk: { totalGb: 256, freeGb: 83 },
      battery: { percent: 80, charging: false },
    });
  });

  it('does not drift: small steps of clock and free space are the same answer', async () => {
    let free = 83.9e9;
    const { all, given } = parts({ disk: async () => ({ totalBytes: 256e9, freeBytes: free }) });
    const probe = createSystemProbe(given);
    const first = await probe(live());
    all['/proc/stat'] = 'btime 1795245007\n';
    free = 84.3e9;
    expect(sameAnswer(first, await probe(live()))).to.equal(true);
    free = 70e9;
    expect(sameAnswer(first, await probe(live()))).to.equal(false);
  });

  it('asks for the model once an hour, and goes without what cannot be told', async () => {
    let asked = 0;
    const broken = async () => {
      asked += 1;
      throw new Error('no such thing');
    };
    const { given } = parts({ model: broken, battery: broken, disk: broken }, { '/etc/os-release': '' });
    const probe = createSystemProbe(given);
    const reading = await probe(live());
    expect(reading).to.deep.include({ state: 'known' });
    if (reading.state === 'known') {
      systemSchema.parse(reading.value);
      expect(reading.value).to.include({ model: null, disk: null, battery: null });
    }
    await probe(live());
    expect(asked).to.equal(5);
  });

  it('is unknown when the kernel tells no boot time', async () => {
    expect(await createSystemProbe(parts({}, { '/proc/stat': 'cpu' }).given)(live())).to.include({ state: 'unknown' });
  });

  it('asks this very machine, in a form that may travel', async function () {
    if (process.platform !== 'linux') this.skip();
    const reading = await createSystemProbe({ clock: systemClock, read: readText, inventory: realInventory })(live());
    expect(reading.state).to.equal('known');
    if (reading.state === 'known') systemSchema.parse(reading.value);
  });

  it('reads any text without throwing, and lets no control character through', () => {
    expect(parseOsRelease("NAME='Fedora Linux'\r\nVERSION_ID=40\r\n")).to.deep.equal({
      name: 'Fedora Linux',
      version: '40',
    });
    expect(parseOsRelease('NAME="Arch Linux"\nBUILD_ID=rolling\n')).to.deep.equal({
      name: 'Arch Linux',
      version: 'rolling',
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseOsRelease(`NAME=${text}`);
        parseBootTime(text);
        expect(cleanText(text, 20)).to.not.match(/\p{Cc}/u);
      }),
    );
  });
});
