/** Code page 850 from 0x80 on: what consoles of western Europe print in when their output is redirected. */
const codePage850 = [
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ',
  'áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐',
  '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀',
  'ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
].join('');

/**
 * The text a console tool of Windows printed. Output is in UTF-8 only where
 * somebody set it so, and in UTF-16 where PowerShell wrote it down; everything else is read as code page 850, one character
 * for each byte, so that columns stay where they are. In another code page
 * letters come out wrong, never their number: only texts that are matched by
 * position and number may be read this way.
 */
export function decodeConsole(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : codePage850[byte - 0x80])).join('');
  }
}
