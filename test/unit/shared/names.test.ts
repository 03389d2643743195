import { expect } from 'chai';
import { deviceNameSchema, isDeviceName, newDeviceNameSchema } from '../../../shared/names.ts';

describe('a device’s name', () => {
  it('is given with what can be seen, so that it is not mistaken before a wipe', () => {
    for (const name of ['Tablet 3', '3', 'Café laptop', 'Amara’s tablet', 'Owls 🦉', 'Room (2) – left', 'Пчёлки 1'])
      expect(newDeviceNameSchema.safeParse(name).success, name).to.equal(true);
    for (const name of [
      '',
      ' ',
      '…',
      ' Tablet 3',
      'Tablet 3 ',
      'Tab\u200blet 3',
      'Tablet\u202e3',
      '\ufeffTablet',
      'a/b',
    ])
      expect(newDeviceNameSchema.safeParse(name).success, JSON.stringify(name)).to.equal(false);
  });

  it('that lies in the database from before is read as it is', () => {
    expect(deviceNameSchema.parse('Tablet 3 ')).to.equal('Tablet 3 ');
  });

  it('is typed right whatever a keyboard adds to it unasked', () => {
    for (const [typed, name] of [
      ['Tablet 3 ', 'Tablet 3'],
      ['Tablet\u00a03', 'Tablet 3'],
      ['Amara’s tablet', "Amara's tablet"],
      ["Amara's tablet", 'Amara’s tablet'],
      ['Cafe\u0301 laptop', 'Caf\u00e9 laptop'],
      ['Tablet 3', 'Tab\u200blet 3 '],
    ] as const)
      expect(isDeviceName(typed, name), JSON.stringify(typed)).to.equal(true);
  });

  it('is not typed right by another that looks like it, nor without its capital letters', () => {
    for (const typed of ['tablet 3', 'Tablet3', 'Tablet 30', 'T\u0430blet 3', 'Tablet \uff13', 'Tablet 3.', ''])
      expect(isDeviceName(typed, 'Tablet 3'), JSON.stringify(typed)).to.equal(false);
  });
});
