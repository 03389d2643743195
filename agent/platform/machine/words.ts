/** Words of the system or its maker as they may travel: no control characters, no half of a letter, not too long. */
export function plainWords(text: string, max: number): string {
  return text
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, max)
    .replace(/\p{Cs}/gu, '')
    .trim();
}

/** What makers leave in a field that they did not fill in. */
const placeholder =
  /^(-|to be filled by o\.?e\.?m\.?|default string|system (manufacturer|product name|version)|not (applicable|specified|available)|none|unknown|undefined|empty|o\.?e\.?m\.?|invalid|all series|sys(tem)?_product_name|product name|type1productconfigid|x\.x|x{3,}|0+|1234567\d*)$/i;

/** A device's model from its maker's name and its own; null: neither is told. A maker that the model's name begins with is not said twice. */
export function modelName(maker: string | null | undefined, model: string | null | undefined): string | null {
  const [one, other] = [maker, model].map((word) => {
    const plain = plainWords(word ?? '', 100);
    return placeholder.test(plain) ? '' : plain;
  });
  const isSaid = one !== undefined && other?.toLowerCase().startsWith(one.toLowerCase());
  const words = (isSaid ? [other] : [one, other]).filter((word) => word !== undefined && word !== '').join(' ');
  const text = plainWords(words, 100);
  return text === '' ? null : text;
}
