/**
 * A text as an expression of PowerShell: in a form in which nothing of it can end a quote, begin a variable or leave
 * ASCII, whatever is in it.
 */
export function textWord(text: string): string {
  return `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text, 'utf8').toString('base64')}')))`;
}
