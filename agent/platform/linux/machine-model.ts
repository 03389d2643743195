import { modelName } from '../machine/words.ts';
import { type Files, ifFound, lineOf } from './files.ts';

/** What a board says of itself, for computers that were put together by hand. */
export interface Inventory {
  board(): Promise<{ manufacturer: string; model: string }>;
}

/** systeminformation is large: it is loaded when it is asked, which is seldom. */
export const realInventory: Inventory = {
  async board() {
    const { baseboard } = await import('systeminformation');
    return baseboard();
  },
};

const firmware = '/sys/class/dmi/id';

/**
 * The device's model by its firmware's tables, or by the device tree of small
 * boards. Where the firmware names none, its board's. null: the kernel has neither
 * table, and whatever else could be asked would guess.
 */
export async function readModel(files: Files, inventory: Inventory): Promise<string | null> {
  const tree = ifFound(await files.text('/proc/device-tree/model'))?.replaceAll('\0', '');
  if (tree !== undefined) return modelName(null, tree);
  if ('missing' in (await files.names(firmware))) return null;
  const line = async (name: string) => (await lineOf(files, `${firmware}/${name}`)) ?? '';
  const maker = await line('sys_vendor');
  // Lenovo keeps the name that people know in the version, and a number in the name.
  const spoken = /^lenovo$/i.test(maker) ? modelName(maker, await line('product_version')) : null;
  const isSpoken = spoken !== null && spoken.toLowerCase() !== maker.toLowerCase();
  const name = await line('product_name');
  if (isSpoken) return spoken;
  if (modelName(null, name) !== null) return modelName(maker, name);
  const board = await inventory.board().catch(() => undefined);
  return modelName(board?.manufacturer, board?.model) ?? modelName(maker, null);
}
